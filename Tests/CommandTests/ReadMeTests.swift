// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@Suite("The README")
struct ReadMeTests {
  @Test("shows what its first command prints")
  func firstCommand() throws {
    let blocks = try text(of: "README.md").components(separatedBy: "```")
    let block = try #require(blocks.first { $0.contains(".build/release/libFM ") })
    let lines = block.replacingOccurrences(of: "\\\n", with: "").split(separator: "\n")
    let command = try #require(lines.first { $0.contains(".build/release/libFM ") })
    let shown = lines.drop { $0 != command }.dropFirst().filter { $0 != "..." }
    try #require(!shown.isEmpty)

    let tool = try BuiltTool("libFM")
    for name in ["train", "test"] {
      try tool.copy("testdata/ratings/\(name).libfm", to: "testdata/ratings/\(name).libfm")
    }
    let run = try tool.run(command.split(separator: " ").dropFirst(2).map(String.init))
    run.expectSuccess()
    let printed = run.outputText.split(separator: "\n")
    for line in shown { #expect(printed.contains(line), "\(line)") }
  }

  @Test("shows the examples that are compiled", arguments: ["TrainFromArrays", "SaveAndLoad"])
  func example(name: String) throws {
    let example = try text(of: "Examples/\(name)/main.swift")
    let start = try #require(example.range(of: "import FactorizationMachines"))
    #expect(try text(of: "README.md").contains("```swift\n\(example[start.lowerBound...])```"))
  }

  @Test("has an example that learns from arrays and predicts")
  func exampleRuns() throws {
    let run = try BuiltTool("train-from-arrays").run([])
    run.expectSuccess()
    let lines = run.outputText.split(separator: "\n")
    #expect(lines.first?.hasPrefix("iteration 19 ") == true)
    let prediction = try #require(lines.last?.split(separator: " ").last.flatMap { Double($0) })
    #expect((1...5).contains(prediction))
  }

  @Test("has an example that saves a model, loads it and predicts")
  func savingExampleRuns() throws {
    let example = try BuiltTool("save-and-load")
    let run = try example.run([])
    run.expectSuccess()
    let probability = try #require(
      run.outputText.split(whereSeparator: \.isWhitespace).last.flatMap { Double($0) })
    #expect((0.5...1).contains(probability))
    #expect(try example.files() == ["likes.model"])
  }

  @Test("shows how to predict with intervals, by lines of the example that is compiled")
  func intervals() throws {
    let readMe = try text(of: "README.md")
    let start = try #require(readMe.range(of: "```swift\nlet posterior = "))
    let shown = readMe[start.lowerBound...].dropFirst("```swift\n".count).prefix { $0 != "`" }
    #expect(try text(of: "Examples/PredictWithIntervals/main.swift").contains(shown))
  }

  @Test("has an example that keeps draws and predicts with intervals")
  func intervalsRun() throws {
    let tool = try BuiltTool("predict-with-intervals")
    let run = try tool.run(["draws"])
    run.expectSuccess()
    let lines = run.outputText.split(separator: "\n")
    let words = try #require(lines.first).split(separator: " ")
    let numbers = words.compactMap { Double($0) }
    try #require(numbers.count == 4)
    #expect(numbers[1] > 0 && numbers[2] < numbers[0] && numbers[0] < numbers[3])
    #expect(lines.last?.hasPrefix("iteration 100 bias ") == true)
    #expect(try tool.files() == ["draws"])
  }

  @Test("turns an event log into embeddings as it says")
  func eventLog() throws {
    let blocks = try text(of: "README.md").components(separatedBy: "```")
    let block = try #require(blocks.first { $0.contains("-head dense -dim") })
    // A command goes on in lines that are indented; what it prints is not.
    let lines = block.split(separator: "\n").dropFirst()
    let commands = lines.filter { $0.hasPrefix("$ ") || $0.hasPrefix(" ") }.map {
      $0.hasPrefix("$ ") ? $0.dropFirst(2) : $0
    }
    let shown = lines.filter { !$0.hasPrefix("$ ") && !$0.hasPrefix(" ") }
    try #require(shown.count == 1)
    let shell = try BuiltTool("/bin/sh")
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    let run = try shell.run(
      ["-ec", commands.joined(separator: "\n")],
      environment: ["PATH": "\(BuiltTool.productFolder.path):\(path)"])
    #expect(run.status == 0, "\(run)")
    #expect(run.outputText.split(separator: "\n").last == shown.last)
    #expect(run.errorText.contains("stopped early"))
    let features = try shell.read("clicks.features.csv").split(separator: "\n")
    #expect(features.count == 1 + 60_000)
    #expect(features.allSatisfy { $0.split(separator: ",").count == 12 })
  }

  private func text(of path: String) throws -> String {
    try String(contentsOf: BuiltTool.packageFolder.appendingPathComponent(path), encoding: .utf8)
  }
}
