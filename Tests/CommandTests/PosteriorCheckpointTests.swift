// SPDX-License-Identifier: Apache-2.0

import Foundation
import LibFMFormats
import Testing

@Suite("Draws of a run that goes on from a checkpoint")
struct PosteriorCheckpointTests {
  private let fault: FaultyRun
  private var libFM: BuiltTool { fault.libFM }

  private static let iterations = 9
  private static let outputs = ["draws", "out", "model", "log"]

  init() throws {
    fault = try FaultyRun()
    try libFM.write("weights", (0..<40).map { "\($0 % 3)\n" }.joined())
    try libFM.write("groups", (0..<12).map { "\($0 % 3)" }.joined(separator: " "))
    try libFM.write("B.txt", "0:1 1:0.5\n1:2\n2:1\n")
    try libFM.write("B.train", (0..<40).map { "\($0 % 3)" }.joined(separator: " "))
    try libFM.write("B.test", (0..<15).map { "\($0 % 2)" }.joined(separator: " "))
  }

  private static func flags(
    iterations: Int = iterations, task: String = "r", _ more: String = ""
  ) -> [String] {
    FaultyRun.flags("mcmc", task: task, iterations: iterations) + words(more)
  }

  /// Flags that name outputs, each with a text before its name.
  private static func outputFlags(_ prefix: String = "") -> [String] {
    zip(["-save_posterior", "-out", "-save_model", "-rlog"], outputs).flatMap { [$0, prefix + $1] }
  }

  private func expectSuccess(
    _ arguments: [String], sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> ToolRun {
    let run = try libFM.run(arguments)
    #expect(run.status == 0, "\(run)", sourceLocation: sourceLocation)
    return run
  }

  private func runWhole(_ flags: [String]) throws {
    _ = try expectSuccess(flags + Self.outputFlags("whole-"))
  }

  private func expectSameOutputs(
    _ comment: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    for name in Self.outputs where name != "log" {
      #expect(
        try libFM.bytes(name) == libFM.bytes("whole-" + name), "\(name) \(comment)",
        sourceLocation: sourceLocation)
    }
    #expect(try log("log") == log("whole-log"), "\(comment)", sourceLocation: sourceLocation)
  }

  /// A table without the columns that hold times.
  private func log(_ path: String) throws -> [[String]] {
    let table = try libFM.read(path).split(separator: "\n").map { $0.components(separatedBy: "\t") }
    let kept = table[0].indices.filter { !table[0][$0].hasPrefix("time_") }
    return table.map { row in kept.map { row[$0] } }
  }

  /// Ends a run after some iterations and goes on with it.
  private func goOn(_ flags: [String], after done: Int) throws -> ToolRun {
    var shorter = flags
    shorter[try #require(flags.firstIndex(of: "-iter")) + 1] = "\(done)"
    let checkpoint = ["-checkpoint", "state"]
    _ = try expectSuccess(shorter + checkpoint + ["-threads", "1"] + Self.outputFlags())
    return try expectSuccess(
      flags + checkpoint + ["-resume", "state", "-threads", "3"] + Self.outputFlags())
  }

  // MARK: The same bytes

  @Test(
    "are those of a run without a break",
    arguments: [
      ("r", ""), ("c", ""), ("r", "-burn_in 3 -thin 2"), ("c", "-posterior_precision float"),
      ("r", "-model_format full -weights weights -relation B -metrics mae"),
      ("c", "-model_format full -relation B -meta groups"),
    ])
  func identity(task: String, more: String) throws {
    let flags = Self.flags(iterations: 12, task: task, more)
    try runWhole(flags)
    for done in [4, 5, 12] {
      let run = try goOn(flags, after: done)
      #expect(run.errorText.contains("of the run before are taken over"), "\(run)")
      try expectSameOutputs("\(run)")
      #expect(!libFM.exists("draws.partial"))
    }
  }

  @Test("go on when the break is before the first of them")
  func burnIn() throws {
    let flags = Self.flags(iterations: 2_003, "-burn_in 2000")
    try runWhole(flags)
    let tool = try libFM.start(flags + ["-checkpoint", "state"] + Self.outputFlags())
    #expect(tool.wait { tool.outputSoFar.contains("#Iter=  3") })
    tool.send(SIGINT)
    let run = try tool.end()
    // Should the signal come late there are draws already.
    if run.lines.count(where: { $0.hasPrefix("#Iter") }) <= 2_000 {
      #expect(run.errorText.contains("draws: there is no draw to keep"), "\(run)")
      #expect(!libFM.exists("draws.partial") && !libFM.exists("draws"))
    }
    let second = try expectSuccess(flags + ["-resume", "state"] + Self.outputFlags())
    try expectSameOutputs("\(second)")
  }

  @Test("are cut to the best iteration, and those after it are there for a run that goes on")
  func earlyStopping() throws {
    let lines = (0..<40).map { "\($0 % 3 == 0 ? 0.2 : 0.4) \($0 % 7):1 \(7 + $0 % 5):1" }
    try libFM.write("against", lines.joined(separator: "\n"))
    var wereKept = false
    for validation in ["against", "test"] {
      let flags = Self.flags(
        iterations: 30, "-early_stopping 4 -validation \(validation) -model_format full")
      let whole = try expectSuccess(flags + Self.outputFlags("whole-"))
      let count = whole.lines.count { $0.hasPrefix("#Iter") }
      for done in Set([1, count - 4, count - 3, count - 2, count - 1, count]).sorted()
      where done > 0 {
        var shorter = flags
        shorter[try #require(flags.firstIndex(of: "-iter")) + 1] = "\(done)"
        _ = try expectSuccess(
          shorter + ["-checkpoint", "state"] + Self.outputFlags())
        wereKept = wereKept || libFM.exists("draws.partial")
        let run = try expectSuccess(
          flags + ["-checkpoint", "state", "-resume", "state"] + Self.outputFlags())
        try expectSameOutputs("after \(done): \(run)")
        #expect(libFM.exists("draws.partial") == !run.errorText.contains("stopped early"))
        // Once more, from the end.
        let again = try expectSuccess(flags + ["-resume", "state"] + Self.outputFlags())
        try expectSameOutputs("once more after \(done): \(again)")
        for name in ["draws.partial", "draws"] where libFM.exists(name) { try libFM.remove(name) }
      }
    }
    #expect(wereKept)
  }

  // MARK: Breaks

  @Test("are whole again whenever a run is killed", arguments: ["r", "c"])
  func kill(task: String) throws {
    let flags = Self.flags(iterations: 400, task: task, "-thin 2")
    try runWhole(flags)
    let checkpoints = ["-checkpoint", "state", "-checkpoint_every", "3"]
    var goesOn: [String] = []
    var killCount = 0
    for round in 0..<4 {
      let tool = try libFM.start(flags + checkpoints + goesOn + Self.outputFlags())
      _ = tool.wait {
        tool.outputSoFar.split(separator: "\n").count { $0.hasPrefix("#Iter") } > 5 + 8 * round
          && libFM.exists("state")
      }
      tool.send(SIGKILL)
      let run = try tool.end()
      #expect(run.status == (run.wasSignalled ? SIGKILL : 0), "\(run)")
      if run.wasSignalled { killCount += 1 }
      goesOn = ["-resume", "state"]
    }
    let last = try expectSuccess(flags + checkpoints + goesOn + Self.outputFlags())
    try expectSameOutputs("\(killCount) \(last)")
    #expect(!libFM.exists("draws.partial"))
  }

  @Test("are found wherever a break while files are written leaves them")
  func places() throws {
    let flags = Self.flags()
    try runWhole(flags)
    _ = try expectSuccess(
      Self.flags(iterations: 5) + ["-checkpoint", "state"] + Self.outputFlags())
    let (complete, state) = (try libFM.bytes("draws"), try libFM.bytes("state"))
    let junk = [UInt8](repeating: 0xA5, count: 777)
    for (name, partial, file) in [
      ("before the renaming", complete, nil), ("in the midst of a draw", complete + junk, junk),
      ("while copying", Array(complete.prefix(300)), complete), ("at the beginning", [], complete),
      ("after the renaming", nil, complete),
    ] as [(String, [UInt8]?, [UInt8]?)] {
      for (path, bytes) in [("draws.partial", partial), ("draws", file)] {
        if libFM.exists(path) { try libFM.remove(path) }
        if let bytes { try libFM.write(path, bytes: bytes) }
      }
      try libFM.write("state", bytes: state)
      let run = try expectSuccess(flags + ["-resume", "state"] + Self.outputFlags())
      try expectSameOutputs("\(name): \(run)")
    }
  }

  @Test("stay when a second signal ends the run at once")
  func secondSignal() throws {
    #expect(mkfifo(libFM.url("pipe").path, 0o600) == 0)
    var outputs = Self.outputFlags()
    outputs[3] = "pipe"
    let tool = try libFM.start(
      Self.flags(iterations: 2_000_000_000, "-checkpoint state -checkpoint_every 1000000000")
        + outputs)
    #expect(tool.wait { tool.outputSoFar.contains("#Iter=  3") })
    tool.send(SIGTERM)
    #expect(tool.wait { libFM.exists("state") })
    tool.send(SIGTERM)
    let run = try tool.end()
    #expect(run.wasSignalled && run.status == SIGTERM, "\(run)")
    #expect(libFM.exists("draws.partial") && !libFM.exists("draws"))
    let flags = Self.flags(iterations: run.lines.count { $0.hasPrefix("#Iter") } + 2)
    try runWhole(flags)
    try expectSameOutputs("\(expectSuccess(flags + ["-resume", "state"] + Self.outputFlags()))")
  }

  // MARK: Other names and flags

  @Test("come along when the file gets another name")
  func otherName() throws {
    try runWhole(Self.flags())
    _ = try expectSuccess(
      Self.flags(iterations: 5, "-checkpoint state -save_posterior former"))
    let former = try libFM.bytes("former")
    let run = try expectSuccess(Self.flags("-resume state") + Self.outputFlags())
    #expect(run.errorText.contains("former: 5 draws of the run before are taken over"))
    #expect(try libFM.bytes("draws") == libFM.bytes("whole-draws"))
    #expect(try libFM.bytes("former") == former)
  }

  @Test("are not those of another run")
  func otherRun() throws {
    try runWhole(Self.flags())
    var other = Self.flags(iterations: 7)
    other[try #require(other.firstIndex(of: "-seed")) + 1] = "8"
    _ = try expectSuccess(other + ["-save_posterior", "stale"])
    let stale = try libFM.bytes("stale")
    _ = try expectSuccess(
      Self.flags(iterations: 5, "-checkpoint state") + Self.outputFlags())
    try libFM.write("draws.partial", bytes: stale)
    let resume = Self.flags("-resume state") + Self.outputFlags()
    try expectSameOutputs("\(expectSuccess(resume))")

    try libFM.write("draws.partial", bytes: stale)
    try libFM.write("draws", bytes: stale)
    let run = try libFM.run(resume)
    run.expectFailure(
      1, saying: "draws: 5 draws of the run before are missing",
      "begins with them: draws.partial or draws", "leave -save_posterior out")
    #expect(!run.outputText.contains("Loading"))
    #expect(try libFM.bytes("draws.partial") == stale && libFM.bytes("draws") == stale)
    // Without a checkpoint to go on from, the name is free.
    _ = try expectSuccess(
      Self.flags("-checkpoint state") + Self.outputFlags())
    try expectSameOutputs("anew")
  }

  @Test("that only one of the two runs keeps are told of")
  func oneSided() throws {
    _ = try expectSuccess(
      Self.flags(iterations: 5, "-checkpoint state -save_posterior draws -burn_in 2"))
    let without = try expectSuccess(Self.flags("-resume state -checkpoint state"))
    #expect(
      without.errorText.contains(
        "note: the run before kept draws for -save_posterior draws, this one keeps none; the 3 draws"
      ))
    let more = Self.flags(iterations: 12, "-resume state -save_posterior draws")
    let missing = try libFM.run(more)
    missing.expectFailure(
      1, saying: "state: the run before kept no draws, so that 9 draws", "give -burn_in 9 or more")
    #expect(!missing.outputText.contains("Loading"))
    let flags = Self.flags(iterations: 12, "-burn_in 9")
    try runWhole(flags)
    _ = try expectSuccess(flags + ["-resume", "state", "-save_posterior", "draws"])
    #expect(try libFM.bytes("draws") == libFM.bytes("whole-draws"))
  }

  @Test("depend on flags that must be the same, which messages name; so do weights")
  func conditions() throws {
    let flags = Self.flags("-weights weights -save_posterior draws")
    _ = try expectSuccess(flags + ["-checkpoint", "state"])
    try libFM.write("others", (0..<40).map { "\($0 % 2)\n" }.joined())
    for (flag, value, message) in [
      ("-burn_in", "2", "-burn_in was 0 and is 2"), ("-thin", "3", "-thin was 1 and is 3"),
      ("-posterior_precision", "float", "-posterior_precision was double and is float"),
      ("-weights", "others", "-weights was 40 numbers (checksum "),
    ] {
      let run = try libFM.run(
        flags.map { $0 == "weights" && flag == "-weights" ? value : $0 }
          + (flag == "-weights" ? [] : [flag, value]) + ["-resume", "state"])
      run.expectFailureAfterNotes(1, saying: "state: the checkpoint is of another run: ", message)
      #expect(!run.errorText.contains("-train was"))
    }
    let without = try libFM.run(Self.flags("-save_posterior draws -resume state"))
    without.expectFailureAfterNotes(1, saying: "and is not given; repeat the flags")
  }

  @Test("have the seed of the run before, and so has a full model")
  func seed() throws {
    func unseeded(_ iterations: Int) -> [String] {
      Array(Self.flags(iterations: iterations).dropLast(2))
        + ["-save_posterior", "draws", "-save_model", "model", "-model_format", "full"]
    }
    _ = try expectSuccess(unseeded(2) + ["-checkpoint", "state"])
    let first = try Posterior(libFM.url("draws").path).training.seed
    // The usual seed is the second in which a run begins.
    sleep(1)
    _ = try expectSuccess(unseeded(4) + ["-resume", "state"])
    #expect(try Posterior(libFM.url("draws").path).training.seed == first)
    #expect(try TrainedModel.load(libFM.url("model").path).training.seed == first)
  }

  // MARK: What goes wrong

  @Test("are refused where nothing is found again, and where another file is")
  func refusals() throws {
    let flags = Self.flags("-checkpoint state")
    try libFM.run(flags + ["-save_posterior", "/dev/null"])
      .expectFailure(1, saying: "/dev/null: this is a pipe or a device; expected a file")
    try libFM.run(flags + ["-save_posterior", "draws", "-out", "draws.partial"])
      .expectFailure(64, saying: "must name different files; both lead to 'draws.partial'")
    #expect(!libFM.exists("state"))
  }

  @Test("are not taken from a run that is still going on")
  func stillRunning() throws {
    let outputs = ["-checkpoint", "state", "-checkpoint_every", "1", "-save_posterior", "draws"]
    let tool = try libFM.start(Self.flags(iterations: 2_000_000_000) + outputs)
    #expect(tool.wait { tool.outputSoFar.contains("#Iter=  3") && libFM.exists("state") })
    for more in [["-resume", "state"], []] {
      let run = try libFM.run(Self.flags(iterations: 2_000_000_000) + outputs + more)
      #expect(run.status == 1)
      #expect(run.errorText.contains("draws.partial: another run is writing to this file"))
    }
    tool.send(SIGINT)
    let run = try tool.end()
    #expect(run.status == 128 + SIGINT && libFM.exists("draws"), "\(run)")
  }

  @Test("when the disk is full, are those of the last checkpoint, which stays")
  func fullDisk() throws {
    let flags = Self.flags(iterations: 400)
    try runWhole(flags)
    let first = (flags + Self.outputFlags() + ["-checkpoint", "state"]).joined(separator: " ")
    let run = try fault.script("ulimit -f 64; exec \"$libFM\" \(first) >/dev/null")
    #expect(run.status == 1)
    #expect(run.errorText.contains("draws: cannot be written: file too large"), "\(run)")
    #expect(run.errorText.contains("no further checkpoint is written"))
    #expect(try libFM.bytes("out") == libFM.bytes("whole-out"))
    #expect(!libFM.exists("draws"))
    let second = try expectSuccess(flags + ["-resume", "state"] + Self.outputFlags())
    try expectSameOutputs("\(second)")
  }
}

extension ToolRun {
  /// Expects a status and texts in the last line on standard error.
  fileprivate func expectFailureAfterNotes(
    _ expected: Int32, saying texts: String..., sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let last = errorText.split(separator: "\n").last ?? ""
    #expect(
      status == expected && !wasSignalled && texts.allSatisfy { last.contains($0) }, "\(self)",
      sourceLocation: sourceLocation)
  }
}
