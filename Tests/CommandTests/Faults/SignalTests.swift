// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@Suite("Signals")
struct SignalTests {
  @Test(
    "stop learning after an iteration, with outputs as of the last one shown",
    arguments: ["sgd", "sgda", "als", "mcmc", "adam"], ["r", "c"])
  func stopLearning(method: String, task: String) throws {
    let fault = try FaultyRun()
    let outputs = ["-out", "out", "-save_model", "model", "-rlog", "log"]
    let number = task == "r" ? SIGINT : SIGTERM
    let tool = try fault.libFM.start(
      FaultyRun.flags(method, task: task, iterations: 2_000_000_000) + outputs)
    #expect(tool.wait { tool.outputSoFar.contains("#Iter=  3") })
    tool.send(number)
    let run = try tool.end()
    #expect(!run.wasSignalled && run.status == 128 + number, "\(run)")
    #expect(run.errorText.contains("stopped learning"))

    let shown = Self.iterations(in: run.outputText)
    let log = try fault.libFM.read("log").split(separator: "\n")
    #expect(log.count == 1 + shown)
    let whole = try fault.libFM.run(
      FaultyRun.flags(method, task: task, iterations: shown)
        + outputs.map { $0.hasPrefix("-") ? $0 : "whole-" + $0 })
    #expect(whole.status == 0)
    #expect(Self.iterations(in: whole.outputText) == shown)
    #expect(try fault.libFM.bytes("out") == fault.libFM.bytes("whole-out"))
    #expect(try fault.libFM.bytes("model") == fault.libFM.bytes("whole-model"))
    #expect(
      try fault.newFiles() == ["log", "model", "out", "whole-log", "whole-model", "whole-out"])
  }

  private static func iterations(in output: String) -> Int {
    output.split(separator: "\n").count { $0.hasPrefix("#Iter=") }
  }

  @Test("a second one ends the run at once", arguments: [SIGINT, SIGTERM])
  func secondSignal(number: Int32) throws {
    let fault = try FaultyRun()
    // Nobody reads the pipe: the run waits for ever with its first output.
    let pipe = fault.libFM.url("pipe").path
    #expect(mkfifo(pipe, 0o600) == 0)
    let tool = try fault.libFM.start(
      FaultyRun.flags("sgd", iterations: 2_000_000_000, "-out", "pipe", "-save_model", "model"))
    #expect(tool.wait { tool.outputSoFar.contains("#Iter=  3") })
    tool.send(number)
    #expect(tool.wait { tool.outputSoFar.contains("Final") })
    tool.send(number)
    let run = try tool.end()
    #expect(run.wasSignalled && run.status == number, "\(run)")
    #expect(try fault.newFiles().filter { $0 != "pipe" }.isEmpty)
  }

  @Test("one while files are read ends the run at once")
  func whileReading() throws {
    let fault = try FaultyRun()
    #expect(mkfifo(fault.libFM.url("pipe").path, 0o600) == 0)
    var flags = FaultyRun.flags("sgd", "-out", "out", "-rlog", "log")
    flags[5] = "pipe"
    let tool = try fault.libFM.start(flags)
    #expect(tool.wait { tool.outputSoFar.contains("Loading test") })
    tool.send(SIGINT)
    let run = try tool.end()
    #expect(run.wasSignalled && run.status == SIGINT, "\(run)")
    #expect(try fault.newFiles().filter { $0 != "pipe" }.isEmpty)
  }

  @Test(
    "however a run is ended while it writes, the old file or the new one is there, never a mix",
    arguments: [SIGKILL, SIGINT, SIGTERM], [0, 1, 2])
  func endedWhileWriting(number: Int32, blocks: Int) throws {
    let fault = try FaultyRun()
    try fault.addManyCases(100_000)
    let flags = FaultyRun.flags("sgd", iterations: 1).map { $0 == "test" ? "many" : $0 }
    let old = String(repeating: "old\n", count: 200_000)
    try fault.libFM.write("out", old)
    let tool = try fault.libFM.start(flags + ["-out", "out"])
    let folder = fault.libFM.folder.path
    #expect(
      tool.wait {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        guard let partial = names.first(where: { $0.hasSuffix(".partial") }) else { return false }
        var status = stat()
        return stat(folder + "/" + partial, &status) == 0 && status.st_size >= blocks << 18
      })
    tool.send(number)
    tool.send(number)
    let run = try tool.end()
    let written = try fault.libFM.read("out")
    let isNew =
      written.utf8.count { $0 == UInt8(ascii: "\n") } == 100_000 && written.hasSuffix("\n")
      && !written.contains("old")
    #expect(written == old || isNew, "\(run)")
    if number != SIGKILL {
      #expect(try fault.newFiles() == ["out"], "\(run)")
    }
  }
}
