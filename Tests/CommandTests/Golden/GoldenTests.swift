// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@Suite("Golden cases")
struct GoldenTests {
  /// A case, and the number of threads that libFM gets.
  struct Run: Sendable, CustomTestStringConvertible {
    let golden: GoldenCase
    let threadCount: Int?

    var testDescription: String {
      golden.name + (threadCount.map { " -threads \($0)" } ?? "")
    }

    /// Every case once, or for one and two threads if it runs libFM.
    static let all = GoldenCase.all.flatMap { golden in
      golden.commands.contains { $0[0] == "libFM" }
        ? [1, 2].map { Run(golden: golden, threadCount: $0) }
        : [Run(golden: golden, threadCount: nil)]
    }
  }

  @Test("all are there")
  func allAreRead() {
    #expect(GoldenCase.all.count == 87)
  }

  @Test("give what the original gave", arguments: Run.all)
  func agrees(run: Run) throws {
    let problem = try GoldenSandbox(run.golden, threadCount: run.threadCount).problem()
    #expect(problem == nil)
  }
}
