// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@Suite("csv2libfm and pandas")
struct CSVOracleTests {
  /// The interpreter: `LIBFM_TEST_PYTHON` of the environment, else `python3`.
  static let interpreter = ProcessInfo.processInfo.environment["LIBFM_TEST_PYTHON"] ?? "python3"

  /// Whether the interpreter is there and has the packages that the script needs.
  static let isAvailable: Bool = {
    let run = try? BuiltTool("/usr/bin/env").run([
      interpreter, "-c", "import numpy, pandas, sklearn",
    ])
    return run?.status == 0
  }()

  @Test(
    "encode random frames alike, cell by cell",
    .enabled(if: isAvailable, "pandas, NumPy or scikit-learn are absent"))
  func agrees() throws {
    let script = BuiltTool.packageFolder.appendingPathComponent("Tests/clients/csv2libfm_oracle.py")
    let converter = BuiltTool.productFolder.appendingPathComponent("csv2libfm")
    let run = try BuiltTool("/usr/bin/env").run([
      Self.interpreter, script.path, converter.path, "12",
    ])
    #expect(run.status == 0 && run.outputText == "12 frames agree\n", "\(run)")
  }
}
