// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@Suite("Draws that cannot be kept")
struct PosteriorFaultTests {
  @Test("when the disk is full, learning goes on and no part of the file remains")
  func fullDisk() throws {
    let fault = try FaultyRun()
    let flags = FaultyRun.flags("mcmc", iterations: 800, "-save_posterior", "draws", "-out", "out")
    let run = try fault.script(
      "ulimit -f 64; exec \"$libFM\" \(flags.joined(separator: " ")) -out_std std >/dev/null")
    #expect(run.status == 1)
    let messages = run.errorText.split(separator: "\n")
    #expect(messages.count == 2, "\(run)")
    #expect(messages.last?.contains("draws: cannot be written: file too large") == true)
    #expect(messages.last?.contains("no posterior is kept, learning goes on") == true)
    #expect(try fault.newFiles() == ["out"])
    try fault.libFM.run(FaultyRun.flags("mcmc", iterations: 800, "-out", "whole")).expectSuccess()
    #expect(try fault.libFM.bytes("out") == fault.libFM.bytes("whole"))
  }

  @Test("a signal ends learning with the draws of all iterations shown", arguments: ["r", "c"])
  func signal(task: String) throws {
    let fault = try FaultyRun()
    let tool = try fault.libFM.start(
      FaultyRun.flags(
        "mcmc", task: task, iterations: 2_000_000_000, "-out", "out", "-save_posterior", "draws"))
    #expect(tool.wait { tool.outputSoFar.contains("#Iter=  3") })
    tool.send(SIGINT)
    let run = try tool.end()
    #expect(!run.wasSignalled && run.status == 128 + SIGINT, "\(run)")
    #expect(try fault.newFiles() == ["draws", "out"])
    try fault.libFM.run(
      ["-task", task, "-load_posterior", "draws", "-test", "test", "-out", "predicted"]
    ).expectSuccess()
    #expect(try fault.libFM.bytes("predicted") == fault.libFM.bytes("out"))
  }

  @Test("a signal before -burn_in is over leaves no file, and the other outputs")
  func earlySignal() throws {
    let fault = try FaultyRun()
    let tool = try fault.libFM.start(
      FaultyRun.flags(
        "mcmc", iterations: 2_000_000_000, "-out", "out", "-save_posterior", "draws", "-burn_in",
        "1999999999"))
    #expect(tool.wait { tool.outputSoFar.contains("#Iter=  3") })
    tool.send(SIGINT)
    let run = try tool.end()
    #expect(run.status == 128 + SIGINT)
    #expect(run.errorText.contains("draws: there is no draw to keep"), "\(run)")
    #expect(try fault.newFiles() == ["out"])
  }

  @Test("a folder that is not there is told before anything is read")
  func refusedBeforehand() throws {
    let fault = try FaultyRun()
    for flag in ["-save_posterior", "-out_std", "-out_quantiles"] {
      let more = flag == "-save_posterior" ? [] : ["-save_posterior", "draws"]
      let run = try fault.libFM.run(
        ["-task", "r", "-train", "missing", "-test", "missing", flag, "none/file"] + more)
      run.expectFailure(1, saying: "libFM: none/file: the folder")
    }
    #expect(try fault.newFiles().isEmpty)
  }
}
