// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines
import Foundation
import LibFMFormats
import Testing

@Suite("Checkpoints of libFM")
struct CheckpointTests {
  private let fault: FaultyRun
  private var libFM: BuiltTool { fault.libFM }

  private static let methods = ["sgd", "sgda", "als", "mcmc"]
  private static let iterations = 9

  /// Where results go; `whole` ones are those of a run without a break.
  private static let outputs = ["-out", "out", "-save_model", "model", "-rlog", "log"]
  private static let wholeOutputs = [
    "-out", "whole-out", "-save_model", "whole-model", "-rlog", "whole-log",
  ]

  init() throws {
    fault = try FaultyRun()
  }

  private static func flags(
    _ method: String, _ task: String = "r", iterations: Int = iterations
  ) -> [String] {
    FaultyRun.flags(method, task: task, iterations: iterations)
  }

  /// A table without the columns that hold times.
  private func log(_ path: String) throws -> [[String]] {
    let table = try libFM.read(path).split(separator: "\n").map { $0.components(separatedBy: "\t") }
    let kept = table[0].indices.filter { !table[0][$0].hasPrefix("time_") }
    return table.map { row in kept.map { row[$0] } }
  }

  private func expectSameOutputs(_ comment: String) throws {
    #expect(try libFM.bytes("out") == libFM.bytes("whole-out"), "\(comment)")
    #expect(try libFM.bytes("model") == libFM.bytes("whole-model"), "\(comment)")
    #expect(try log("log") == log("whole-log"), "\(comment)")
  }

  /// The lines that tell of learning.
  private func lines(_ run: ToolRun) -> [String] {
    run.lines.filter { $0.hasPrefix("#Iter") || $0.hasPrefix("Final") }
  }

  /// Runs without a break, then for each number of iterations up to a break and on, with other numbers of
  /// threads each time.
  private func expectSame(_ flags: [String], breaks: [Int] = [1, 5, iterations]) throws {
    let whole = try libFM.run(flags + ["-threads", "1"] + Self.wholeOutputs)
    #expect(whole.status == 0, "\(whole)")
    let index = try #require(flags.firstIndex(of: "-iter")) + 1
    for (number, done) in breaks.enumerated() {
      var shorter = flags
      shorter[index] = "\(done)"
      let first = try libFM.run(
        shorter + ["-threads", number.isMultiple(of: 2) ? "1" : "3", "-checkpoint", "state"]
          + Self.outputs)
      #expect(first.status == 0, "\(first)")
      let second = try libFM.run(
        flags + ["-threads", number.isMultiple(of: 2) ? "2" : "1", "-resume", "state"]
          + Self.outputs)
      #expect(second.status == 0, "\(second)")
      #expect(second.errorText.contains("iterations are done"))
      #expect(lines(first).filter { $0.first == "#" } + lines(second) == lines(whole), "\(second)")
      try expectSameOutputs("after \(done): \(second)")
    }
  }

  @Test("change no bit of what is learned", arguments: methods, ["r", "c"])
  func identity(method: String, task: String) throws {
    try expectSame(Self.flags(method, task))
  }

  @Test("go with groups, metrics and refused values", arguments: methods)
  func groupsAndMetrics(method: String) throws {
    try libFM.write("groups", (0..<12).map { "\($0 % 3)" }.joined(separator: " "))
    try expectSame(
      Self.flags(method, "c") + ["-meta", "groups", "-metrics", "auc,logloss"], breaks: [4])
    // Values that overflow, so that draws are skipped and sweeps are made in another way.
    let train = try libFM.read("train").replacingOccurrences(of: " 3:1", with: " 3:1e30")
    try libFM.write("train", train)
    try expectSame(Self.flags(method), breaks: [2])
  }

  @Test("go with relations", arguments: ["als", "mcmc"], ["r", "c"])
  func relations(method: String, task: String) throws {
    try libFM.write("B.txt", "0:1 1:0.5\n1:2\n2:1\n")
    try libFM.write("B.train", (0..<40).map { "\($0 % 3)" }.joined(separator: " "))
    try libFM.write("B.test", (0..<15).map { "\($0 % 2)" }.joined(separator: " "))
    try libFM.write("B.groups", "0 1 1")
    try expectSame(Self.flags(method, task) + ["-relation", "B"], breaks: [3])
    try libFM.write("B.txt", "0:1 1:0.5\n1:2\n2:3\n")
    try libFM.run(Self.flags(method, task) + ["-relation", "B", "-resume", "state"])
      .expectFailure(1, saying: "state: the checkpoint is of another run: relation 1 was 3 rows")
  }

  // MARK: Early stopping

  /// The validation targets contradict those of training: sooner or later learning makes it worse.
  private func stopping(_ method: String, _ patience: Int) throws -> [String] {
    let lines = (0..<40).map { "\($0 % 3 == 0 ? 0.2 : 0.4) \($0 % 7):1 \(7 + $0 % 5):1" }
    try libFM.write("against", lines.joined(separator: "\n"))
    var flags = Self.flags(method, iterations: 60) + ["-early_stopping", "\(patience)"]
    if let index = flags.firstIndex(of: "-validation") { flags.removeSubrange(index...index + 1) }
    return flags + ["-validation", "against"]
  }

  @Test("know the best iteration, be it before or after the break", arguments: methods)
  func earlyStopping(method: String) throws {
    let flags = try stopping(method, 3)
    let whole = try libFM.run(flags)
    let count = lines(whole).count { $0.first == "#" }
    #expect(whole.errorText.contains("the outputs are those of iteration \(count - 4)"), "\(whole)")
    try expectSame(flags, breaks: [1, count - 4, count - 3, count - 2, count].filter { $0 > 0 })
    // Once stopped it stays so.
    let again = try libFM.run(flags + ["-resume", "state"])
    #expect(
      again.errorText.contains("\(count) iterations are done, and learning had stopped early"))
    #expect(lines(again).allSatisfy { $0.hasPrefix("Final") })
  }

  // MARK: Breaks

  @Test("are whole whenever a run is killed", arguments: methods, ["r", "c"])
  func kill(method: String, task: String) throws {
    let iterations = 400
    let flags = Self.flags(method, task, iterations: iterations)
    #expect(try libFM.run(flags + Self.wholeOutputs).status == 0)
    let checkpoints = ["-checkpoint", "state", "-checkpoint_every", "1"]
    var goesOn: [String] = []
    // As long as a run is killed before its end the next one begins where that was.
    for round in 0..<4 {
      let tool = try libFM.start(flags + checkpoints + goesOn + Self.outputs)
      var sawProgress = false
      _ = tool.wait {
        sawProgress = lines(tool).count > 3 + 7 * round
        return sawProgress && libFM.exists("state")
      }
      tool.send(SIGKILL)
      let run = try tool.end()
      #expect(run.status == (run.wasSignalled ? SIGKILL : 0), "\(run)")
      goesOn = ["-resume", "state"]
    }
    let last = try libFM.run(flags + checkpoints + goesOn + Self.outputs)
    #expect(last.status == 0, "\(last)")
    try expectSameOutputs("\(last)")
  }

  private func lines(_ tool: RunningTool) -> [Substring] {
    tool.outputSoFar.split(separator: "\n").filter { $0.hasPrefix("#Iter") }
  }

  @Test("are written at Ctrl-C", arguments: methods)
  func interruption(method: String) throws {
    let flags = Self.flags(method, "c", iterations: 2_000_000_000)
    let tool = try libFM.start(
      flags + Self.outputs + ["-checkpoint", "state", "-checkpoint_every", "1000000000"])
    #expect(tool.wait { tool.outputSoFar.contains("#Iter=  3") })
    tool.send(SIGINT)
    let first = try tool.end()
    #expect(first.status == 128 + SIGINT && first.errorText.contains("-resume goes on from there"))
    let done = lines(first).count { $0.first == "#" }
    let second = try libFM.run(
      Self.flags(method, "c", iterations: done + 2) + Self.outputs + ["-resume", "state"])
    #expect(second.errorText.contains("\(done) iterations are done"))
    let whole = try libFM.run(
      Self.flags(method, "c", iterations: done + 2) + Self.wholeOutputs)
    #expect(lines(first).filter { $0.first == "#" } + lines(second) == lines(whole))
    try expectSameOutputs("\(second)")
  }

  @Test("at the best iteration, which Ctrl-C leaves no time to keep, have it", arguments: methods)
  func interruptionAtBest(method: String) throws {
    let flags = try stopping(method, 3)
    let whole = try libFM.run(flags + Self.wholeOutputs)
    let best = lines(whole).count { $0.first == "#" } - 4
    var short = flags
    short[try #require(flags.firstIndex(of: "-iter")) + 1] = "\(best + 1)"
    #expect(try libFM.run(short + ["-checkpoint", "state", "-rlog", "log"]).status == 0)
    switch method {
    case "sgd": try dropKept(StochasticGradientDescent.Snapshot.self)
    case "sgda": try dropKept(AdaptiveRegularization.Snapshot.self)
    default: try dropKept(GibbsSampler.Snapshot.self) { $0.keptPredictions = nil }
    }
    let second = try libFM.run(flags + ["-resume", "state"] + Self.outputs)
    #expect(second.errorText.contains("the outputs are those of iteration \(best)"))
    try expectSameOutputs("\(second)")
  }

  /// Removes what has been kept from the checkpoint.
  private func dropKept<Snapshot: CheckpointedSnapshot>(
    _: Snapshot.Type, _ drop: (inout Snapshot) -> Void = { _ in }
  ) throws {
    let path = libFM.url("state").path
    let file = try CheckpointFile(path)
    var snapshot: Snapshot = try file.snapshot()
    #expect(snapshot.progress.keptMachine != nil)
    snapshot.progress.keptMachine = nil
    drop(&snapshot)
    try CheckpointFile.write(
      snapshot, to: path, conditions: file.conditions, course: file.course,
      logLines: file.logLines())
  }

  // MARK: Logs

  @Test("bring the log back, under any name")
  func logs() throws {
    let flags = Self.flags("sgd")
    #expect(try libFM.run(flags + Self.wholeOutputs).status == 0)
    let short = Self.flags("sgd", iterations: 4)
    #expect(try libFM.run(short + ["-rlog", "gone", "-checkpoint", "state"]).status == 0)
    #expect(try libFM.run(flags + ["-rlog", "log", "-resume", "state"]).status == 0)
    #expect(try log("log") == log("whole-log"))
    // Without a log before, the rest of one is said to be that.
    #expect(try libFM.run(short + ["-checkpoint", "state"]).status == 0)
    let rest = try libFM.run(flags + ["-rlog", "log", "-resume", "state"])
    #expect(rest.errorText.contains("the run before kept no log; 'log' begins with iteration 4"))
    #expect(try log("log").count == 1 + Self.iterations - 4)
  }

  // MARK: Errors

  @Test("are of one run only, and name what differs")
  func mismatches() throws {
    #expect(try libFM.run(Self.flags("mcmc") + ["-checkpoint", "state"]).status == 0)
    func replacing(_ flag: String, _ value: String) throws -> [String] {
      var flags = Self.flags("mcmc") + ["-resume", "state"]
      flags[try #require(flags.firstIndex(of: flag)) + 1] = value
      return flags
    }
    let other = try libFM.read("train").replacingOccurrences(of: "1 0:1", with: "1 0:2")
    try libFM.write("other", other)
    for (flag, value, message) in [
      ("-seed", "8", "-seed was 7 and is 8"), ("-dim", "1,1,3", "-dim was 1,1,2 and is 1,1,3"),
      ("-method", "als", "-method was mcmc and is als"), ("-task", "c", "-task was r and is c"),
      ("-train", "other", "-train was 40 cases, 12 features, 80 entries (checksum "),
      ("-test", "train", "-test was 15 cases"),
      ("-iter", "8", "9 iterations are done; expected no more than the 8 of -iter"),
    ] {
      let run = try libFM.run(try replacing(flag, value) + ["-out", "out"])
      run.expectFailure(1, saying: "libFM: state: ", message)
      #expect(!libFM.exists("out"))
    }
    try libFM.write("groups", (0..<12).map { "\($0 % 3)" }.joined(separator: " "))
    for (flags, message) in [
      (["-regular", "0.5"], "-regular was 0 and is 0.5"),
      (["-meta", "groups"], "-meta was not given and is 3 groups of 12 features"),
      (["-metrics", "mae"], "-metrics was not given and is mae"),
      (["-strict"], "-strict was not given and is given"),
      (["-load_model", "train"], "-load_model was not given and is train"),
      (["-early_stopping", "2", "-validation", "test"], "-early_stopping was not given and is 2"),
    ] {
      let run = try libFM.run(Self.flags("mcmc") + ["-resume", "state"] + flags)
      run.expectFailure(1, saying: "libFM: state: the checkpoint is of another run: ", message)
    }
    // The seed of the checkpoint counts when none is given.
    var without = Self.flags("mcmc", iterations: 12)
    without.removeLast(2)
    let run = try libFM.run(without + ["-resume", "state", "-out", "out"])
    #expect(run.status == 0, "\(run)")
    try libFM.run(Self.flags("mcmc", iterations: 12) + ["-out", "whole"]).expectSuccess()
    #expect(try libFM.bytes("out") == libFM.bytes("whole"))
  }

  @Test("that are missing, damaged or of a later version end the run before data are read")
  func unusable() throws {
    let resume = Self.flags("als") + ["-resume", "state", "-checkpoint", "state"]
    try libFM.run(resume)
      .expectFailure(1, saying: "state: cannot be opened: no such file", "leave -resume out")
    #expect(try libFM.run(Self.flags("als") + ["-checkpoint", "state"]).status == 0)
    let bytes = try libFM.bytes("state")
    func expect(_ bytes: [UInt8], _ message: String) throws {
      try libFM.write("state", bytes: bytes)
      let run = try libFM.run(resume)
      run.expectFailure(1, saying: "libFM: state", message)
      #expect(!run.outputText.contains("Loading"))
      #expect(try libFM.bytes("state") == bytes)
    }
    try expect(Array(bytes.dropLast(9)), "the file ends after \(bytes.count - 9) bytes")
    try expect([], "this is not a checkpoint")
    var changed = bytes
    changed[40] ^= 1
    try expect(changed, "the file is damaged")
    changed = bytes
    changed[12] = 9
    try expect(changed, "a checkpoint of version 9; expected a version from 1 to 1")
    try libFM.write("state", bytes: bytes)
    #expect(try libFM.run(resume).status == 0)
  }

  @Test("that cannot be written are told beforehand, or once without end of learning")
  func unwritable() throws {
    let flags = Self.flags("sgd", iterations: 40) + ["-checkpoint_every", "1"]
    try libFM.run(flags + ["-checkpoint", "none/state"])
      .expectFailure(1, saying: "none/state: the folder 'none/' cannot be written to")
    try libFM.run(flags + ["-checkpoint", "/dev/null"])
      .expectFailure(1, saying: "-checkpoint needs a file")
    try libFM.run(flags + ["-checkpoint", "train"])
      .expectFailure(64, saying: "-checkpoint and -train must name different files")

    // A model of 3,000 features is more than the limit on files; one of 12 is not.
    try fault.addManyCases()
    #expect(
      try libFM.run(Self.flags("sgd", iterations: 2) + ["-checkpoint", "state"]).status == 0)
    let former = try libFM.bytes("state")
    let large = flags.map { $0 == "test" ? "many" : $0 }.joined(separator: " ")
    let run = try fault.script(
      "ulimit -f 64; exec \"$libFM\" \(large) -checkpoint state -rlog log >shown")
    run.expectFailure(1, saying: "libFM: state: cannot be written: file too large", "goes on")
    #expect(try libFM.read("shown").contains("Final"))
    #expect(try libFM.bytes("state") == former)
    #expect(try log("log").count == 41)
  }

  @Test("in a folder without permission to write are told beforehand", .enabled(if: geteuid() != 0))
  func closedFolder() throws {
    try libFM.write("closed/file", "")
    let folder = libFM.url("closed").path
    chmod(folder, 0o555)
    defer { chmod(folder, 0o755) }
    let run = try libFM.run(Self.flags("sgd") + ["-checkpoint", "closed/state"])
    run.expectFailure(1, saying: "cannot be written to: permission denied")
    #expect(!run.outputText.contains("Loading"))
  }

  @Test("need flags that fit together")
  func usage() throws {
    for (flags, message) in [
      (["-checkpoint", "state", "-checkpoint_every", "0"], "-checkpoint_every is 0"),
      (["-checkpoint_every", "3"], "-checkpoint_every needs -checkpoint"),
      (["-checkpoint", ""], "-checkpoint is given without the name of a file"),
    ] {
      try libFM.run(Self.flags("sgd") + flags).expectFailure(64, saying: message)
    }
    let predicting = ["-task", "r", "-load_model", "m", "-test", "test"]
    try libFM.run(predicting + ["-resume", "state"])
      .expectFailure(64, saying: "-resume goes on with learning and needs -train")
    try libFM.run(Self.flags("sgd") + ["-save_model", "m"]).expectSuccess()
    let run = try libFM.run(predicting + ["-checkpoint", "state"])
    #expect(run.status == 0 && run.errorText.contains("not used: -checkpoint"))
    #expect(!libFM.exists("state"))
  }
}
