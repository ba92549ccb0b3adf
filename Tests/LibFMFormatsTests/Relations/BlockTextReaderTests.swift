// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines
import Testing

@testable import LibFMFormats

@Suite("Tables of relations in text")
struct BlockTextReaderTests {
  private func read(_ text: String) throws -> NaiveMatrix {
    NaiveMatrix(try BlockTextReader.read(InputBytes(copying: Array(text.utf8)), path: "q.txt"))
  }

  @Test(
    "have a row in each line that is no comment",
    arguments: [
      ("", [], 0), ("\n", [[]], 0), ("0:1", [[.init(0, 1)]], 1),
      ("0:1\r\n 2:0.5\t1:1 # tail\n", [[.init(0, 1)], [.init(2, 0.5), .init(1, 1)]], 3),
      ("# head\n0:1\n\n  # more\n3:2 3:1\n", [[.init(0, 1)], [], [.init(3, 2), .init(3, 1)]], 4),
      ("\r\n\r", [[], []], 0), ("1: 2", [[.init(1, 2)]], 2),
    ] as [(String, [[NaiveMatrix.Entry]], Int)])
  func rows(text: String, rows: [[NaiveMatrix.Entry]], columnCount: Int) throws {
    #expect(try read(text) == NaiveMatrix(rows: rows, columnCount: columnCount))
  }

  @Test(
    "with anything else are errors that name the place",
    arguments: [
      ("0:1\n4 1:2\n", "q.txt:2:1: found '4'; expected id:value; the lines of a relation have no"),
      ("0:1 x\n", "q.txt:1:5: found 'x'; expected id:value"),
      ("0:1 2:\n3:4\n", "q.txt:1:5: found '2:'; expected a number after the colon of feature 2"),
      ("0:1 -2:1\n", "q.txt:1:5: found '-2:1'; expected an id from 0 to 2147483646"),
      ("2147483647:1\n", "q.txt:1:1: found '2147483647:1'; expected an id"),
      ("0:1 \r\r\n1:1\n", "q.txt:1:5: found '\\x0D'"), ("0 :1\n", "q.txt:1:1: found '0'"),
    ])
  func errors(text: String, message: String) {
    let error = #expect(throws: FormatError.self) { try read(text) }
    #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
  }

  @Test("of any kind are read or refused")
  func mutations() throws {
    var random = SplitMix64(seed: 61)
    let file = Array("0:1 2:0.5\n\n# c\n1:1\r\n7:-3e2 # t\n".utf8)
    var readCount = 0
    for _ in 0..<20_000 {
      let text = file.mutated(using: &random)
      do {
        let matrix = try BlockTextReader.read(InputBytes(copying: text), path: "q.txt")
        readCount += 1
        let ids = matrix.ids.elements.prefix(matrix.entryCount)
        if ids.contains(where: { Int($0) >= matrix.columnCount }) { Issue.record("\(text)") }
      } catch is FormatError {
      }
    }
    #expect(readCount > 1_000)
  }
}
