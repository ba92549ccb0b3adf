// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@Suite("Outputs that cannot be written")
struct OutputFaultTests {
  @Test(
    "a full disk is an error, and no part of a file remains", arguments: ["-out", "-save_model"])
  func fullDisk(flag: String) throws {
    let fault = try FaultyRun()
    try fault.addManyCases()
    try fault.libFM.write("kept", "old content\n")
    let run = try fault.script(
      """
      ulimit -f 8
      exec "$libFM" -task r -train train -test many -method sgd -iter 1 -dim 1,1,2 \(flag) kept
      """)
    run.expectFailure(1, saying: "libFM: kept: cannot be written: file too large")
    #expect(try fault.libFM.read("kept") == "old content\n")
    #expect(try fault.newFiles() == ["kept"])
  }

  @Test("an output that fails does not keep the others from being written")
  func otherOutputsAreWritten() throws {
    let fault = try FaultyRun()
    try fault.addManyCases()
    let run = try fault.script(
      """
      ulimit -f 8
      exec "$libFM" -task r -train train -test many -method sgd -iter 1 -dim 0,0,0 \
        -out predictions -save_model model -rlog log
      """)
    run.expectFailure(1, saying: "libFM: predictions: cannot be written")
    #expect(try fault.newFiles() == ["log", "model"])
  }

  @Test("a log whose disk is full ends, learning goes on")
  func fullDiskOfLog() throws {
    let fault = try FaultyRun()
    let flags = FaultyRun.flags("mcmc", iterations: 300, "-rlog", "log", "-out", "predictions")
    let run = try fault.script(
      "ulimit -f 8; exec \"$libFM\" \(flags.joined(separator: " ")) >/dev/null")
    run.expectFailure(1, saying: "libFM: log: cannot be written", "learning goes on")
    let whole = try fault.libFM.run(FaultyRun.flags("mcmc", iterations: 300, "-out", "whole"))
    whole.expectSuccess()
    #expect(try fault.libFM.bytes("predictions") == fault.libFM.bytes("whole"))
  }

  @Test(
    "what cannot be written is told before anything is read or created",
    arguments: ["-out", "-save_model", "-rlog"])
  func refusedBeforehand(flag: String) throws {
    let fault = try FaultyRun()
    try fault.libFM.write("readonly", "kept")
    chmod(fault.libFM.url("readonly").path, 0o444)
    for (target, message) in [
      ("readonly", "readonly: the file is read-only"), ("none/file", "none/file: the folder"),
      (".", ".: this is a directory"), ("train/file", "train/file: cannot be written"),
      ("new/", "new/: this names a directory"),
    ] {
      let run = try fault.libFM.run(
        ["-task", "r", "-train", "missing", "-test", "missing", flag, target])
      run.expectFailure(1, saying: "libFM: " + message)
      #expect(!run.outputText.contains("Loading"))
    }
    #expect(try fault.libFM.read("readonly") == "kept")
    #expect(try fault.newFiles() == ["readonly"])
  }

  @Test("a folder without permission to write is told", .enabled(if: geteuid() != 0))
  func folderWithoutPermission() throws {
    let fault = try FaultyRun()
    try fault.libFM.write("closed/file", "kept")
    let folder = fault.libFM.url("closed").path
    chmod(folder, 0o555)
    defer { chmod(folder, 0o755) }
    for name in ["closed/file", "closed/new"] {
      let run = try fault.libFM.run(FaultyRun.flags("sgd", "-out", name))
      run.expectFailure(1, saying: "cannot be written to: permission denied")
    }
    #expect(try fault.libFM.read("closed/file") == "kept")
  }

  @Test("a reader of standard output that goes ends the run quietly and early")
  func closedOutput() throws {
    let fault = try FaultyRun()
    let flags = FaultyRun.flags("sgd", iterations: 2_000_000_000)
    let run = try fault.script(
      "{ \"$libFM\" \(flags.joined(separator: " ")); echo $? >status; } | head -n 1")
    run.expectSuccess()
    #expect(run.outputText.filter { $0 == "\n" }.count == 1)
    #expect(try fault.libFM.read("status") == "0\n")
  }

  @Test("files that were asked for are written though nobody reads standard output")
  func closedOutputWithFiles() throws {
    let fault = try FaultyRun()
    let flags = FaultyRun.flags("sgd", iterations: 2_000, "-out", "predictions")
    let run = try fault.script(
      "{ \"$libFM\" \(flags.joined(separator: " ")); echo $? >status; } | head -n 1")
    run.expectSuccess()
    #expect(try fault.libFM.read("status") == "0\n")
    try fault.libFM.run(FaultyRun.flags("sgd", iterations: 2_000, "-out", "whole"))
      .expectSuccess()
    #expect(try fault.libFM.bytes("predictions") == fault.libFM.bytes("whole"))
  }

  #if os(Linux)
  @Test("a full device is an error", arguments: ["-out", "-save_model", "-rlog"])
  func fullDevice(flag: String) throws {
    let fault = try FaultyRun()
    let run = try fault.libFM.run(FaultyRun.flags("sgd", flag, "/dev/full"))
    run.expectFailure(1, saying: "/dev/full: cannot be written: no space left")
    let printing = try fault.script(
      "\"$libFM\" \(FaultyRun.flags("sgd").joined(separator: " ")) >/dev/full")
    printing.expectFailure(1, saying: "libFM: standard output: No space left")
  }
  #endif
}
