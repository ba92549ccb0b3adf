// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@Suite("fm-benchmark compare and parse")
struct BenchmarkCompareTests {
  @Test("finds equal results equal, whatever the banner and the prose")
  func equalResults() throws {
    let run = try compare(["ours", "reference"], ["--reference", "./reference"])
    run.expectSuccess()
    #expect(run.outputText.contains("reference / ours"))
    #expect(run.outputText.contains("yes"))
    #expect(!run.outputText.contains("NO"))
  }

  @Test("names the results that differ, and fails")
  func differentResults() throws {
    let run = try compare(["ours", "different"], ["--reference", "./different"])
    #expect(run.status == 1)
    #expect(run.outputText.contains("NO: -out, model"))
  }

  @Test("works without a reference, for several thread counts")
  func noReference() throws {
    let run = try compare(["ours"], ["--threads", "1,2"])
    run.expectSuccess()
    #expect(run.outputText.contains("libFM, 1 thread "))
    #expect(run.outputText.contains("libFM, 2 threads"))
    #expect(!run.outputText.contains("reference"))
  }

  @Test("notices that the original failed with status 0")
  func failingReference() throws {
    let run = try compare(["ours", "failing"], ["--reference", "./failing"])
    run.expectFailure(1, saying: "failing failed: ERROR: no such thing")
  }

  @Test("says when a program cannot be started")
  func missingProgram() throws {
    try compare(["ours"], ["--reference", "./nowhere"])
      .expectFailure(1, saying: "nowhere cannot be started: No such file or directory")
  }

  @Test("writes all figures as JSON")
  func json() throws {
    let tool = try tool(["ours", "reference"])
    let options = ["--reference", "./reference", "--repetitions", "4", "--json", "figures.json"]
    try tool.run(arguments + options).expectSuccess()
    let data = Data(try tool.bytes("figures.json"))
    let root = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect(root["repetitionCount"] as? Int == 4)
    let programs = try #require(root["programs"] as? [[String: Any]])
    #expect(programs.map { $0["label"] as? String } == ["reference", "libFM, 1 thread"])
    for program in programs {
      for key in ["loadSeconds", "iterationSeconds", "totalSeconds"] {
        let summary = try #require(program[key] as? [String: Any])
        #expect((summary["all"] as? [Double])?.count == 4)
      }
      #expect(try #require(program["peakBytes"] as? Int) > 0)
    }
  }

  @Test("demands test cases for the original")
  func referenceNeedsTest() throws {
    let tool = try tool(["ours"])
    try tool.run(["compare", "--train", "train", "--libFM", "./ours", "--reference", "./ours"])
      .expectFailure(64, saying: "--test is missing")
  }

  @Test("measures the reader alone")
  func parse() throws {
    let tool = try BuiltTool("fm-benchmark")
    try tool.write("rows.libfm", String(repeating: "4 1:1 20:1\n", count: 1_000))
    let run = try tool.run(["parse", "rows.libfm", "--threads", "1,2", "--json", "figures.json"])
    run.expectSuccess()
    #expect(run.outputText.contains("1000 rows, 2000 entries"))
    #expect(run.outputText.contains("MB/s"))
    #expect(tool.exists("figures.json"))
  }

  @Test("passes on what is wrong with the file to parse")
  func parseError() throws {
    let tool = try BuiltTool("fm-benchmark")
    try tool.write("rows.libfm", "4 1:1\n4 x:1\n")
    try tool.run(["parse", "rows.libfm"]).expectFailure(1, saying: "rows.libfm:2:3: ")
  }

  @Test("knows its commands")
  func unknownCommand() throws {
    let tool = try BuiltTool("fm-benchmark")
    try tool.run(["measure"]).expectFailure(64, saying: "unknown command 'measure'", "compare")
    let help = try tool.run([])
    help.expectSuccess()
    #expect(help.outputText.contains("fm-benchmark generate --help"))
  }

  private let arguments = [
    "compare", "--libFM", "./ours", "--train", "train", "--test", "test", "--repetitions", "2",
  ]

  private func compare(_ names: [String], _ options: [String]) throws -> ToolRun {
    try tool(names).run(arguments + options)
  }

  /// The tool with stand-ins for libFM under these names in its folder.
  private func tool(_ names: [String]) throws -> BuiltTool {
    let tool = try BuiltTool("fm-benchmark")
    try tool.linkStandIns(names)
    return tool
  }
}
