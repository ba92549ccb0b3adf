// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@Suite("Inputs that cannot be used")
struct InputFaultTests {
  @Test(
    "are told in one line, and nothing is created",
    arguments: [
      ("missing", "missing: cannot be opened: no such file or directory"),
      (".", ".: this is a directory; expected a file"), ("empty", "empty: the file is empty"),
      ("/dev/null", "/dev/null: the file is empty"),
      ("comments", "comments: the file has no cases"),
      ("wrong", "wrong:2:5: found 'x:1'; expected id:value"),
      ("train/inner", "train/inner: cannot be opened: not a directory"),
      (String(repeating: "n", count: 300), "cannot be opened: file name too long"),
    ])
  func told(name: String, message: String) throws {
    let fault = try FaultyRun()
    try fault.libFM.write("empty", "")
    try fault.libFM.write("comments", "# nothing\n\n")
    try fault.libFM.write("wrong", "1 0:1\n2.5 x:1\n")
    var flags = FaultyRun.flags("mcmc", "-out", "out", "-rlog", "log")
    flags[3] = name
    try fault.libFM.run(flags).expectFailure(1, saying: "libFM: ", message)
    #expect(try fault.newFiles() == ["comments", "empty", "wrong"])
  }

  @Test("a file without permission to read is told", .enabled(if: geteuid() != 0))
  func unreadable() throws {
    let fault = try FaultyRun()
    chmod(fault.libFM.url("train").path, 0o200)
    try fault.libFM.run(FaultyRun.flags("sgd"))
      .expectFailure(1, saying: "train: cannot be opened: permission denied")
  }

  @Test("a model beyond any memory names the feature that asks for it", arguments: ["sgd", "mcmc"])
  func hugeModel(method: String) throws {
    let fault = try FaultyRun()
    try fault.libFM.write("huge", "1 0:1\n2 2147483645:1\n")
    var flags = FaultyRun.flags(method, "-out", "out")
    flags[3] = "huge"
    flags[9] = "1,1,1000000"
    try fault.libFM.run(flags)
      .expectFailure(1, saying: "huge:2: the largest feature id is 2147483645")
    #expect(try fault.newFiles() == ["huge"])
  }

  @Test("standard input may be a pipe")
  func pipe() throws {
    let fault = try FaultyRun()
    try fault.libFM.run(FaultyRun.flags("als", "-out", "file")).expectSuccess()
    var flags = FaultyRun.flags("als", "-out", "piped")
    flags[3] = "/dev/stdin"
    try fault.script("cat train | \"$libFM\" \(flags.joined(separator: " "))").expectSuccess()
    #expect(try fault.libFM.bytes("piped") == fault.libFM.bytes("file"))
  }

  @Test("a pipe that is to be read twice is refused")
  func pipeTwice() throws {
    let fault = try FaultyRun()
    // The refusal may come before "cat" has written, which then complains of the broken pipe.
    let run = try fault.script(
      "cat train 2>/dev/null | \"$libFM\" -task r -train /dev/stdin -test /dev/fd/0 -method sgd")
    run.expectFailure(64, saying: "-train and -test both read the pipe")
  }

  @Test("ends of lines as on other systems give the same")
  func carriageReturns() throws {
    let fault = try FaultyRun()
    try fault.libFM.run(FaultyRun.flags("als", "-out", "file")).expectSuccess()
    for name in ["train", "test"] {
      let text = try fault.libFM.read(name)
      try fault.libFM.write(name, text.replacingOccurrences(of: "\n", with: "\r\n"))
    }
    try fault.libFM.run(FaultyRun.flags("als", "-out", "returns")).expectSuccess()
    #expect(try fault.libFM.bytes("returns") == fault.libFM.bytes("file"))
  }
}
