// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import fm_reproduce

@Suite("fm-reproduce")
struct ReproductionTests {
  @Test("lists every experiment with its figure, its source and its guesses")
  func list() throws {
    let run = try BuiltTool("fm-reproduce").run(["list"])
    run.expectSuccess()
    let rows = run.outputText.split(separator: "\n").map { $0.split(separator: " ") }
    for experiment in Catalog.experiments {
      let row = try #require(rows.first { $0.first == experiment.name[...] })
      #expect(row[2] == "\(experiment.published.figure)")
      #expect(row[4] == "\(experiment.learner.iterations)")
      #expect(run.outputText.contains(experiment.published.source.rawValue))
      #expect(!experiment.guesses.isEmpty)
      for guess in experiment.guesses { #expect(run.outputText.contains("our guess  \(guess)\n")) }
    }
  }

  @Test("runs every experiment on data in its layout and says why figures are not compared")
  func all() throws {
    let tool = try Self.tool()
    let run = try tool.run(
      ["run"] + MovieLens.allCases.map(\.rawValue)
        + words("--data mini --small --iterations 2 --rlog-dir logs"),
      environment: Self.environment(tool))
    run.expectSuccess()
    let table = run.outputText.split(separator: "\n").drop { !$0.hasPrefix("experiment ") }
      .dropFirst()
    #expect(table.count == Catalog.experiments.count)
    for (row, experiment) in zip(table, Catalog.experiments) {
      #expect(row.hasPrefix(experiment.name + " "))
      #expect(row.hasSuffix("  not compared: generated data"))
      let cells = row.split(separator: " ")
      let figure = try #require(Double(cells[3]))
      #expect((0.3...2).contains(figure), "\(row)")
      let log = try tool.read("logs/\(experiment.name).seed1.rlog")
      #expect(log.split(separator: "\n").count == 3)
    }
    #expect(try tool.files().allSatisfy { $0.hasPrefix("mini/") || $0.hasPrefix("logs/") })
  }

  @Test("gives a mean and a spread over the seeds, the same for any number of threads")
  func seeds() throws {
    let tool = try Self.tool()
    let runs = try ["1", "3"].map { threads in
      try tool.run(
        words("run ml-100k-random-k10 --data mini --iterations 5 --runs 3 --seed 7 --threads")
          + [threads], environment: Self.environment(tool))
    }
    let figures = runs.map { run -> [Double] in
      run.expectSuccess()
      return run.outputText.matches(of: /seed (\d)     MSE ([0-9.]+)/).compactMap { Double($0.2) }
    }
    #expect(figures[0] == figures[1])
    #expect(Set(figures[0]).count == 3)
    let cells = try #require(runs[0].outputText.split(separator: "\n").last).split(separator: " ")
    let (mean, spread) = (try #require(Double(cells[3])), try #require(Double(cells[4])))
    #expect((mean - figures[0].reduce(0, +) / 3).magnitude < 1e-4)
    let squares = figures[0].reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    #expect((spread - (squares / 2).squareRoot()).magnitude < 2e-4)
  }

  @Test("ends when asked to, without leaving scratch files behind", arguments: [SIGINT, SIGTERM])
  func interruption(signal: Int32) throws {
    let tool = try Self.tool()
    let running = try tool.start(
      words("run ml-100k-u3-ids --data mini --iterations 1000000 --rlog-dir logs"),
      environment: Self.environment(tool))
    let log = "logs/ml-100k-u3-ids.seed1.rlog"
    #expect(running.wait { (try? tool.read(log).split(separator: "\n").count) ?? 0 > 3 })
    running.send(signal)
    let run = try running.end()
    #expect(!run.wasSignalled && run.status == 128 + signal, "\(run)")
    #expect(run.errorText.contains("stopped learning"))
    #expect(run.outputText.contains("verdict"))
    #expect(try tool.files().allSatisfy { $0.hasPrefix("mini/") || $0 == log })
  }

  /// The tool, with the small data in its folder as `mini`, and an empty folder for scratch files.
  static func tool() throws -> BuiltTool {
    let tool = try BuiltTool("fm-reproduce")
    try tool.copy("testdata/movielens-mini", to: "mini")
    try FileManager.default.createDirectory(
      at: tool.url("scratch"), withIntermediateDirectories: false)
    return tool
  }

  /// Sends scratch files into the tool's folder, where what remains is seen.
  static func environment(_ tool: BuiltTool) -> [String: String] {
    ["TMPDIR": tool.url("scratch").path]
  }
}
