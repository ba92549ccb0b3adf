// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@Suite("fm-benchmark suite")
struct BenchmarkSuiteTests {
  /// What programs may rely on in the file of figures.
  struct Figures: Decodable {
    struct Summary: Decodable {
      var median, least, greatest: Double
      var all: [Double]
    }
    struct Environment: Decodable {
      var processor, system, toolchain, date: String
      var processorCount: Int
    }
    struct Bandwidth: Decodable {
      struct Threads: Decodable {
        var threadCount: Int
        var bytesPerSecond: Summary
      }
      var arrayBytes: Int
      var threads: [Threads]
    }
    struct Agreement: Decodable {
      var transcript: Bool
      var predictions, model: Bool?
    }
    struct Program: Decodable {
      struct Measured: Decodable {
        var label, path: String
        var threadCount: Int?
        var loadSeconds, iterationSeconds, totalSeconds, processorSeconds: Summary
        var peakBytes: Int
        var agreement: Agreement
      }
      var figures: Measured
      var rowFactorsPerSecond, bytesPerSecond, bandwidthShare: Double?
      var iterationRatio, totalRatio: Summary?
    }
    struct Part: Decodable {
      var rowCount, entryCount: Int
      var hasValues: Bool
    }
    struct Counts: Decodable {
      var train, test: Part
      var relations: [Part]
    }
    struct Case: Decodable {
      var shape, task, method: String
      var factorCount: Int
      var arguments: [String]
      var counts: Counts
      var bytesPerIteration: Double
      var programs: [Program]
    }
    var environment: Environment
    var bandwidth: Bandwidth
    var scale: Double
    var iterationCount, repetitionCount: Int
    var cases: [Case]
  }

  @Test("measures libFM beside a reference, and tells that the results are the same")
  func reference() throws {
    let tool = try BuiltTool("fm-benchmark")
    let libFM = try BuiltTool("libFM").executable.path
    let options =
      "--scale 0.001 --shapes ratings-1M,star --methods sgd,als --factors 8 --threads 1,2"
    let run = try tool.run(
      words("suite --data data --repetitions 2 --iterations 3 --json figures.json \(options)")
        + ["--reference", libFM])
    run.expectSuccess()
    #expect(run.outputText.contains("reference / this"))
    #expect(!run.outputText.contains("NO"))

    let figures = try figures(tool)
    #expect(figures.scale == 0.001)
    #expect(figures.repetitionCount == 2)
    #expect(figures.iterationCount == 3)
    #expect(!figures.environment.toolchain.isEmpty && figures.environment.processorCount > 0)
    #expect(figures.bandwidth.threads.map(\.threadCount) == [1, 2])
    #expect(figures.bandwidth.threads.allSatisfy { $0.bytesPerSecond.least > 0 })
    #expect(
      figures.cases.map { "\($0.shape) \($0.task) \($0.method) \($0.factorCount)" } == [
        "ratings-1M r sgd 8", "ratings-1M r als 8", "ratings-1M c sgd 8", "ratings-1M c als 8",
        "star r als 8",
      ])
    for one in figures.cases {
      let labels = ["reference", "libFM, 1 thread", "libFM, 2 threads"]
      #expect(one.programs.map(\.figures.label) == labels)
      #expect(one.programs.map(\.figures.threadCount) == [nil, 1, 2])
      for program in one.programs {
        let measured = program.figures
        #expect(measured.totalSeconds.all.count == 2)
        #expect(measured.iterationSeconds.all.count == 2)
        #expect(measured.totalSeconds.least > 0 && measured.peakBytes > 0)
        #expect(measured.agreement.transcript && measured.agreement.predictions == true)
        #expect(measured.agreement.model == true)
        #expect((program.rowFactorsPerSecond != nil) == (measured.iterationSeconds.median > 0))
        #expect((program.bandwidthShare != nil) == (measured.iterationSeconds.median > 0))
        #expect((program.totalRatio?.median ?? 0 > 0) == (measured.threadCount != nil))
      }
    }
  }

  @Test("measures every shape with every method that it is meant for")
  func allShapes() throws {
    let tool = try tool(["ours"])
    try tool.run(arguments + words("--scale 0.0001 --json figures.json")).expectSuccess()
    let cases = try figures(tool).cases
    #expect(
      Set(cases.map(\.shape)) == [
        "ratings-1M", "ratings-10M", "eight-1M", "first-appearance-1M", "sets-1M", "dense-200k",
        "star",
      ])
    #expect(Set(cases.map(\.method)) == ["sgd", "sgda", "als", "mcmc", "adam", "adagrad", "ftrl"])
    #expect(Set(cases.map(\.task)) == ["r", "c"])
    #expect(Set(cases.map(\.factorCount)) == [2, 8, 32, 128])
    for one in cases {
      #expect(one.counts.train.rowCount == 9 * one.counts.test.rowCount, "\(one.shape)")
      #expect(one.counts.train.hasValues == ["sets-1M", "dense-200k"].contains(one.shape))
      #expect(one.arguments.contains("-relation") == (one.shape == "star"))
    }
    let dense = try #require(cases.first { $0.shape == "dense-200k" })
    #expect(dense.counts.train.entryCount == 42 * dense.counts.train.rowCount)
  }

  @Test("counts the bytes that an iteration moves at the least")
  func traffic() throws {
    let tool = try tool(["ours"])
    let options = "--scale 0.001 --shapes ratings-1M,star --tasks r --factors 8"
    try tool.run(arguments + words("\(options) --json figures.json")).expectSuccess()
    let cases = try figures(tool).cases
    func bytes(_ shape: String, _ method: String) -> Double? {
      cases.first { $0.shape == shape && $0.method == method }?.bytesPerIteration
    }
    // 900 training and 100 test rows of two entries; 4 bytes an id, 72 a feature's parameters.
    let scores: Double = 1_800 * 76 + 900 * 4
    let testScores: Double = 200 * 76 + 100 * 4
    let descent: Double = 1_800 * 148 + 900 * 4 + scores + testScores
    #expect(bytes("ratings-1M", "sgd") == descent)
    #expect(bytes("ratings-1M", "sgda") == descent + 900 * 300)
    let factor: Double = 1_800 * 40 + 900 * 8
    let sweeps: Double = 900 * 24 + 1_800 * 20 + 8 * factor
    #expect(bytes("ratings-1M", "als") == sweeps + testScores)
    #expect(bytes("ratings-1M", "mcmc") == sweeps + testScores)
    // 189 users of 20 features and 200 items of 30, and two numbers of rows a case.
    let tables: Double = 189 * 20 + 200 * 30
    let entries: Double = 1_800 + tables
    let blockFactor: Double = entries * 40 + 900 * 8
    let blocks: Double = 900 * 24 + entries * 20 + 8 * blockFactor
    let blockScores: Double = (200 + tables) * 76 + 400
    #expect(bytes("star", "als") == blocks + blockScores)
  }

  @Test("generates data once")
  func keepsData() throws {
    let tool = try tool(["ours"])
    let options = words("--scale 0.001 --shapes eight-1M --methods sgd --factors 8")
    try tool.run(arguments + options).expectSuccess()
    let path = tool.url("data/eight-1M-r-1000/train.libfm").path
    func changed() throws -> Date? {
      try FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date
    }
    let first = try changed()
    try tool.run(arguments + options).expectSuccess()
    #expect(try changed() == first)
    try tool.write("data/eight-1M-r-1000/description.json", "{\"recipe\": 1}")
    try tool.run(arguments + options).expectSuccess()
    #expect(try changed() != first)
  }

  @Test("tells what is beyond the spread of the measurements", arguments: ["faster", "slower"])
  func against(verdict: String) throws {
    let tool = try tool(["ours"])
    let options = words("--scale 0.001 --shapes eight-1M --methods sgd --factors 8")
    try tool.run(arguments + options + ["--json", "now.json"]).expectSuccess()
    let factor = verdict == "faster" ? 1_000.0 : 0.001
    let object = try JSONSerialization.jsonObject(with: Data(try tool.bytes("now.json")))
    let then = try JSONSerialization.data(withJSONObject: scaled(object, by: factor, isTime: false))
    try tool.write("then.json", bytes: Array(then))
    let run = try tool.run(arguments + options + ["--against", "then.json"])
    run.expectSuccess()
    let changes = try #require(run.outputText.split(separator: "then / now").last)
    #expect(changes.contains("libFM, 1 thread") && changes.contains(verdict), "\(run)")
    let longer = try tool.run(arguments + options + words("--iterations 3 --against now.json"))
    longer.expectSuccess()
    #expect(longer.outputText.contains("other iterations"))
    let other = try tool.run(
      arguments + words("--scale 0.001 --shapes star --factors 8 --against now.json"))
    other.expectSuccess()
    #expect(other.outputText.contains("2 figures have no counterpart there"))
  }

  @Test("prints tables in Markdown")
  func markdown() throws {
    let tool = try tool(["ours"])
    let options = words("--scale 0.001 --shapes eight-1M --methods sgd --factors 8 --markdown")
    let run = try tool.run(arguments + options)
    run.expectSuccess()
    let lines = run.outputText.split(separator: "\n").filter { $0.hasPrefix("|") }
    #expect(lines.count == 3)
    #expect(Set(lines.map { $0.count { $0 == "|" } }) == [13], "\(run)")
    #expect(lines.last?.hasPrefix("| eight-1M | r | sgd | 8 | libFM, 1 thread | ") == true)
  }

  @Test("names the results that differ, and fails")
  func differentResults() throws {
    let tool = try tool(["ours", "different"])
    let options =
      "--scale 0.001 --shapes eight-1M --methods sgd --factors 8 --reference ./different"
    let run = try tool.run(arguments + words(options))
    #expect(run.status == 1)
    #expect(run.outputText.contains("NO: -out, model"))
  }

  @Test(
    "says what is wrong before it measures",
    arguments: [
      ("--shapes films", 64, "--shapes: unknown 'films'; expected some of ratings-1M"),
      ("--methods sgd,lbfgs", 64, "--methods: unknown 'lbfgs'"),
      ("--tasks x", 64, "--tasks: unknown 'x'"),
      ("--factors 7", 64, "no case is left"),
      ("--scale 0", 64, "--scale: 0.0 is out of range"),
      ("--iterations 1", 64, "--iterations: 1 is out of range"),
      ("--libFM nowhere", 1, "nowhere cannot be started: No such file or directory"),
      ("--reference nowhere", 1, "nowhere cannot be started: No such file or directory"),
      ("--against nowhere.json", 1, "nowhere.json: No such file or directory"),
      ("--against broken.json", 1, "broken.json: these are not the figures expected"),
      ("--against empty.json", 1, "empty.json: these are not the figures expected"),
      ("--data data/file", 1, "file"),
    ])
  func mistakes(options: String, status: Int32, message: String) throws {
    let tool = try tool(["ours"])
    try tool.write("broken.json", "{\"cases\": ")
    try tool.write("empty.json", "{}")
    try tool.write("data/file", "")
    try tool.run(arguments + words("--scale 0.001 --shapes eight-1M \(options)"))
      .expectFailure(status, saying: "fm-benchmark suite: ", message)
  }

  @Test("measures memory alone")
  func bandwidth() throws {
    let tool = try BuiltTool("fm-benchmark")
    let run = try tool.run(words("bandwidth --megabytes 1 --threads 1,2 --json figures.json"))
    run.expectSuccess()
    #expect(run.outputText.contains("three of 1 MB"))
    let bandwidth = try JSONDecoder().decode(
      Figures.Bandwidth.self, from: Data(try tool.bytes("figures.json")))
    #expect(bandwidth.arrayBytes == 1_000_000)
    #expect(bandwidth.threads.map(\.threadCount) == [1, 2])
    #expect(bandwidth.threads.allSatisfy { $0.bytesPerSecond.all.count == 5 })
  }

  private let arguments = [
    "suite", "--libFM", "./ours", "--data", "data", "--repetitions", "2", "--iterations", "2",
    "--threads", "1",
  ]

  /// The tool with stand-ins for libFM under these names in its folder.
  private func tool(_ names: [String]) throws -> BuiltTool {
    let tool = try BuiltTool("fm-benchmark")
    try tool.linkStandIns(names)
    return tool
  }

  private func figures(_ tool: BuiltTool) throws -> Figures {
    try JSONDecoder().decode(Figures.self, from: Data(try tool.bytes("figures.json")))
  }

  /// A copy of a JSON value with all numbers below keys that end in `Seconds` multiplied.
  private func scaled(_ value: Any, by factor: Double, isTime: Bool) -> Any {
    switch value {
    case let object as [String: Any]:
      return object.reduce(into: [String: Any]()) { copy, member in
        let below = isTime || member.key.hasSuffix("Seconds")
        copy[member.key] = scaled(member.value, by: factor, isTime: below)
      }
    case let array as [Any]: return array.map { scaled($0, by: factor, isTime: isTime) }
    case let number as Double where isTime: return abs(number) * factor
    default: return value
    }
  }

  private func words(_ line: String) -> [String] {
    line.split(separator: " ").map(String.init)
  }
}
