// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@Suite("fm-benchmark csv")
struct BenchmarkCSVTests {
  @Test("measures the converter beside it and leaves nothing behind")
  func measures() throws {
    let tool = try BuiltTool("fm-benchmark")
    let run = try tool.run(
      [
        "csv", "--rows", "500", "--threads", "1,3", "--repetitions", "1", "--no-pandas", "--json",
        "figures.json",
      ], environment: ["TMPDIR": tool.folder.path])
    run.expectSuccess()
    for piece in ["500 rows of 4 columns", "csv2libfm, 1 thread ", "csv2libfm, 3 threads"] {
      #expect(run.outputText.contains(piece), "\(run)")
    }
    #expect(try tool.files() == ["figures.json"])
  }
}
