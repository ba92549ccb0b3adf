// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@Suite("Programs that start libFM")
struct ClientTests {
  /// A Python that can import what the clients need: the one that `LIBFM_TEST_PYTHON` names, or
  /// `python3`; nil when it cannot.
  static let python: String? = {
    let python = ProcessInfo.processInfo.environment["LIBFM_TEST_PYTHON"] ?? "python3"
    let shell = try? BuiltTool("/bin/sh")
    let run = try? shell?.run(["-c", "\"$0\" -c 'import pywFM, sklearn, pandas'", python])
    return run?.status == 0 ? python : nil
  }()

  @Test("pywFM's example runs by every method", .enabled(if: python != nil))
  func pywFM() throws {
    let shell = try BuiltTool("/bin/sh")
    let script = BuiltTool.packageFolder
      .appendingPathComponent("Tests/clients/pywfm/readme_example.py")
    let run = try shell.run(
      ["-c", "exec \"$0\" \"$1\"", try #require(Self.python), script.path],
      environment: ["LIBFM_PATH": BuiltTool.productFolder.path + "/"])
    #expect(run.status == 0 && !run.wasSignalled, "\(run)")
    #expect(run.outputText.components(separatedBy: "predictions: [").count == 1 + 8)
  }
}
