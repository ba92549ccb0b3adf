// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import LibFMFormats

@Suite("Case weights")
struct CaseWeightsReaderTests {
  private func read(_ text: String, caseCount: Int) throws -> [Double] {
    try Array(text.utf8).withUnsafeBufferPointer {
      Array(try CaseWeightsReader.read($0, path: "w", caseCount: caseCount))
    }
  }

  @Test(
    "are the numbers of the lines",
    arguments: [
      ("1\n2\n3\n", [1, 2, 3]), ("1\n2\n3", [1, 2, 3]), ("0.5\r\n0\r\n2e3\r\n", [0.5, 0, 2000]),
      ("  1\t\n+2 \n3\n\n \n\r\n", [1, 2, 3]), ("1e-320\n0\n0", [1e-320, 0, 0]),
      (
        "0.1\n123456789012\n1.7976931348623157e308", [0.1, 123_456_789_012, 1.7976931348623157e308]
      ),
    ])
  func reads(text: String, weights: [Double]) throws {
    #expect(try read(text, caseCount: 3) == weights)
  }

  @Test("of no cases are none", arguments: ["", "\n", " \r\n"])
  func none(text: String) throws {
    #expect(try read(text, caseCount: 0) == [])
  }

  /// A text that is no list of three weights, where that shows, and a piece of what is said.
  struct Mistake: Sendable {
    var text: String
    var line: Int?
    var column: Int?
    var piece: String

    init(_ text: String, _ line: Int?, _ column: Int?, _ piece: String) {
      (self.text, self.line, self.column, self.piece) = (text, line, column, piece)
    }
  }

  @Test(
    "that are none are errors with their place",
    arguments: [
      Mistake("1\n -2\n3\n", 2, 2, "'-2' is negative"),
      Mistake("1\n2\nnan\n", 3, 1, "'nan' is not finite"),
      Mistake("inf\n2\n3\n", 1, 1, "'inf' is not finite"),
      Mistake("1e999\n2\n3\n", 1, 1, "'1e999' is not finite"),
      Mistake("1\ttwo\n2\n3\n", 1, 1, "is not a weight"), Mistake("1\n2 3\n", 2, 1, "'2 3'"),
      Mistake("1\n\n2\n3\n", 2, 1, "no weight in this line"),
      Mistake("1\n2\n", 2, nil, "ends after 2 weights; expected 3"),
      Mistake("", 1, nil, "ends after 0 weights"),
      Mistake("1\n2\n3\n  4\n", 4, 3, "more weights than the 3 cases"),
      Mistake("0\n0\n0\n", nil, nil, "all weights are 0"),
    ])
  func mistakes(mistake: Mistake) throws {
    let error = try #require(throws: FormatError.self) {
      try read(mistake.text, caseCount: 3)
    }
    #expect((error.line, error.column) == (mistake.line, mistake.column), "\(error)")
    #expect(error.description.hasPrefix("w:"))
    #expect(error.description.contains(mistake.piece), "\(error)")
  }
}
