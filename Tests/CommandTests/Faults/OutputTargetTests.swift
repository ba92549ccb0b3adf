// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@Suite("Outputs that are no plain files")
struct OutputTargetTests {
  @Test("standard output and pipes get the predictions", arguments: ["/dev/stdout", "/dev/fd/1"])
  func standardOutput(path: String) throws {
    let fault = try FaultyRun()
    try fault.libFM.run(FaultyRun.flags("sgd", "-out", "file")).expectSuccess()
    let predictions = try fault.libFM.read("file")
    let flags = FaultyRun.flags("sgd", "-out", path).joined(separator: " ")
    for script in ["\"$libFM\" \(flags) >both; cat both", "\"$libFM\" \(flags) | cat"] {
      let run = try fault.script(script)
      run.expectSuccess()
      #expect(run.outputText.hasPrefix("---"))
      let lines = run.outputText.components(separatedBy: "\n")
      let final = try #require(lines.firstIndex { $0.hasPrefix("Final") })
      #expect(lines[(final + 1)...].joined(separator: "\n") == predictions)
    }
  }

  @Test("a log on standard output stands between the lines of the iterations")
  func logOnStandardOutput() throws {
    let fault = try FaultyRun()
    let run = try fault.libFM.run(FaultyRun.flags("sgd", "-rlog", "/dev/stdout"))
    run.expectSuccess()
    #expect(run.outputText.hasPrefix("---"))
    let lines = run.outputText.split(separator: "\n")
    let iterations = lines.indices.filter { lines[$0].hasPrefix("#Iter=") }
    #expect(iterations.count == 3)
    #expect(iterations.allSatisfy { lines[$0 + 1].split(separator: "\t").count == 7 })
  }

  @Test("a named pipe is written to")
  func namedPipe() throws {
    let fault = try FaultyRun()
    try fault.libFM.run(FaultyRun.flags("als", "-out", "file")).expectSuccess()
    let flags = FaultyRun.flags("als", "-out", "pipe").joined(separator: " ")
    let run = try fault.script(
      "mkfifo pipe && { cat pipe >copy & } && \"$libFM\" \(flags) >/dev/null && wait && test -p pipe"
    )
    run.expectSuccess()
    #expect(try fault.libFM.bytes("copy") == fault.libFM.bytes("file"))
  }

  @Test("a symbolic link is followed, and the mode of the file is kept")
  func symbolicLink() throws {
    let fault = try FaultyRun()
    try fault.libFM.write("folder/real", "old")
    chmod(fault.libFM.url("folder/real").path, 0o640)
    let link = fault.libFM.url("link").path
    try FileManager.default.createSymbolicLink(
      atPath: link, withDestinationPath: "folder/real")
    try fault.libFM.run(FaultyRun.flags("als", "-out", "link", "-save_model", "/dev/null"))
      .expectSuccess()
    try fault.libFM.run(FaultyRun.flags("als", "-out", "file")).expectSuccess()
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == "folder/real")
    #expect(try fault.libFM.bytes("folder/real") == fault.libFM.bytes("file"))
    let attributes = try FileManager.default.attributesOfItem(
      atPath: fault.libFM.url("folder/real").path)
    #expect(attributes[.posixPermissions] as? Int == 0o640)
  }

  @Test(
    "one file for two purposes is refused, however it is named",
    arguments: [
      ["-out", "same", "-rlog", "same"], ["-out", "same", "-save_model", "./same"],
      ["-save_model", "same", "-rlog", "link"], ["-out", "train"], ["-rlog", "./test"],
      ["-out", "there", "-save_model", "hardlink"], ["-save_model", "train"],
      ["-out", "model", "-load_model", "model"], ["-rlog", "groups", "-meta", "groups"],
    ])
  func sameFile(outputs: [String]) throws {
    let fault = try FaultyRun()
    for name in ["there", "model", "groups"] { try fault.libFM.write(name, "kept") }
    try FileManager.default.createSymbolicLink(
      atPath: fault.libFM.url("link").path, withDestinationPath: "same")
    link(fault.libFM.url("there").path, fault.libFM.url("hardlink").path)
    let before = try fault.libFM.bytes("train")
    let run = try fault.libFM.run(FaultyRun.flags("sgd") + outputs)
    run.expectFailure(64, saying: "must name different files", outputs[0])
    #expect(try fault.libFM.bytes("train") == before)
    #expect(!fault.libFM.exists("same"))
  }

  @Test("a model may be loaded from the file that it is saved to")
  func modelInPlace() throws {
    let fault = try FaultyRun()
    try fault.libFM.run(FaultyRun.flags("sgd", "-save_model", "model")).expectSuccess()
    let before = try fault.libFM.bytes("model")
    try fault.libFM.run(
      FaultyRun.flags("sgd", "-load_model", "model", "-save_model", "model")
    ).expectSuccess()
    #expect(try fault.libFM.bytes("model") != before)
  }

  @Test("devices take any number of outputs")
  func nullDevice() throws {
    let fault = try FaultyRun()
    try fault.libFM.run(
      FaultyRun.flags("sgd", "-out", "/dev/null", "-save_model", "/dev/null", "-rlog", "/dev/null")
    ).expectSuccess()
    #expect(try fault.newFiles().isEmpty)
  }

  @Test(
    "names may have any characters", arguments: ["a b", "ä ö", "line\nbreak", "-dash", "'quote\""])
  func names(name: String) throws {
    let fault = try FaultyRun()
    try fault.libFM.write("./" + name + ".train", try fault.libFM.read("train"))
    let run = try fault.libFM.run([
      "-task", "r", "-train", "./\(name).train", "-test", "./\(name).train", "-iter", "1", "-out",
      "./\(name).out", "-save_model", "./\(name).model", "-rlog", "./\(name).log", "-method", "sgd",
    ])
    run.expectSuccess()
    for kind in ["out", "model", "log"] { #expect(fault.libFM.exists("\(name).\(kind)")) }
  }
}
