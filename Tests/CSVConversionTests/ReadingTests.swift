// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines
import Testing

@testable import CSVConversion

/// All cells of a table, read in blocks of a given size.
private func rows(
  of table: CSVTable, blockSize: Int, workerCount: Int = 1
) throws -> [[String]] {
  final class State {
    var rows: [[String]] = []
  }
  let state = State()
  _ = try BlockPass(
    table: table, pool: WorkerPool(workerCount: workerCount), blockSize: blockSize
  ).run(
    state: { _ in () }, work: { _, _ in nil },
    finish: { _, cells in
      for row in 0..<cells.rowCount {
        state.rows.append(
          (0..<cells.columnCount).map {
            String(decoding: cells.bytes(row: row, column: $0), as: UTF8.self)
          })
      }
    })
  return state.rows
}

@Suite("A CSV table")
struct ReadingTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var text: String
    var columns: [String]
    var rows: [[String]]
    var options = CSVTable.Options()
    var testDescription: String { text.debugDescription }
  }

  static let cases: [Case] = [
    Case(text: "a,b\n1,2\n", columns: ["a", "b"], rows: [["1", "2"]]),
    Case(text: "a,b\r\n1,2\r\n", columns: ["a", "b"], rows: [["1", "2"]]),
    Case(text: "a,b\n1,2", columns: ["a", "b"], rows: [["1", "2"]]),
    Case(text: "\u{FEFF}a,b\n1,2\n", columns: ["a", "b"], rows: [["1", "2"]]),
    Case(
      text: "a;b,c\n1;2,3\n", columns: ["a", "b,c"], rows: [["1", "2,3"]],
      options: .init(separator: UInt8(ascii: ";"))),
    Case(text: "a;b;c\n1;2,5;3\n", columns: ["a", "b", "c"], rows: [["1", "2,5", "3"]]),
    Case(text: "a\tb\n\t\n", columns: ["a", "b"], rows: [["", ""]]),
    Case(text: "a|b\nx|y\n", columns: ["a", "b"], rows: [["x", "y"]]),
    Case(text: "a,b\n\"1,5\",\"x\ny\"\n", columns: ["a", "b"], rows: [["1,5", "x\ny"]]),
    Case(
      text: "a,b\n\"say \"\"hi\"\"\",\"\"\"\"\n\"\",\"\"\n", columns: ["a", "b"],
      rows: [["say \"hi\"", "\""], ["", ""]]),
    Case(text: "a,b\n5\" pipe,x\"y\n", columns: ["a", "b"], rows: [["5\" pipe", "x\"y"]]),
    Case(
      text: "a,b\n\n1,2\n\r\n\n3,4\n\n", columns: ["a", "b"], rows: [["1", "2"], ["3", "4"]]),
    Case(text: "a\n\"\"\n1\n", columns: ["a"], rows: [[""], ["1"]]),
    Case(text: "a, b\n1,  2\n", columns: ["a", " b"], rows: [["1", "  2"]]),
    Case(
      text: "a, b\n1,  \"2, 3\"\n", columns: ["a", "b"], rows: [["1", "2, 3"]],
      options: .init(skipsInitialSpace: true)),
    Case(
      text: "1,2\n3,4\n", columns: ["0", "1"], rows: [["1", "2"], ["3", "4"]],
      options: .init(hasHeader: false)),
    Case(text: ",a\n0,x\n", columns: ["0", "a"], rows: [["0", "x"]]),
    Case(text: "\"x\ny\",\"a\"\"b\"\n1,2\n", columns: ["x\ny", "a\"b"], rows: [["1", "2"]]),
    Case(text: "a,b\n日本,grün\n", columns: ["a", "b"], rows: [["日本", "grün"]]),
    Case(text: "a,b\n", columns: ["a", "b"], rows: []),
  ]

  @Test("splits into cells, whatever the size of the blocks", arguments: cases)
  func splits(_ test: Case) throws {
    let folder = try ScratchFolder()
    let table = try folder.table(test.text, options: test.options)
    #expect(table.columns == test.columns)
    for blockSize in [1, 2, 3, 5, 8, 17, 1_000] {
      #expect(try rows(of: table, blockSize: blockSize) == test.rows, "blocks of \(blockSize)")
    }
  }

  @Test("reads random quoted cells back in order with any number of workers", arguments: 0..<8)
  func readsRandomCells(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let pieces = ["a", "7", ",", "\"", "\n", "\r\n", " ", "ü", ";", "xyzxyzxyz"]
    let expected = (0..<200).map { _ in
      (0..<3).map { _ in
        (0..<random.index(below: 5)).map { _ in pieces[random.index(below: pieces.count)] }.joined()
      }
    }
    let text = expected.map { row in
      row.map { cell in
        let isPlain = !cell.contains { "\",\n\r".contains($0) || $0 == "\r\n" }
        return isPlain && random.index(below: 2) == 0
          ? cell : "\"" + cell.replacing("\"", with: "\"\"") + "\""
      }.joined(separator: ",")
    }.joined(separator: seed % 2 == 0 ? "\n" : "\r\n")
    let folder = try ScratchFolder()
    let table = try folder.table("a,b,c\n" + text)
    for workerCount in [1, 2, 5] {
      #expect(try rows(of: table, blockSize: 64, workerCount: workerCount) == expected)
    }
  }

  struct Failure: Sendable, CustomTestStringConvertible {
    var text: String
    var line: Int
    var column: Int
    var message: String
    var testDescription: String { text.debugDescription }
  }

  static let failures = [
    Failure(text: "a,b\n1,2\n3\n", line: 3, column: 1, message: "this row has 1 field; expected 2"),
    Failure(text: "a,b\n1,2,3\n", line: 2, column: 1, message: "this row has 3 fields"),
    Failure(text: "a,b\n1,\"x\n2,3\n", line: 2, column: 3, message: "is not closed"),
    Failure(text: "a,b\n\"x\"y,2\n", line: 2, column: 4, message: "'y' follows a closing quote"),
    Failure(text: "a,b\n\"1\n2\",x\n\n7\n", line: 5, column: 1, message: "this row has 1 field"),
  ]

  @Test("names the place of a row that cannot be read", arguments: failures)
  func namesPlaces(_ test: Failure) throws {
    let folder = try ScratchFolder()
    for blockSize in [1, 4, 1_000] {
      for workerCount in [1, 3] {
        expectFormatError(line: test.line, column: test.column, saying: [test.message]) {
          _ = try rows(
            of: try folder.table(test.text), blockSize: blockSize, workerCount: workerCount)
        }
      }
    }
  }

  @Test(
    "is refused when there is nothing to read or names are ambiguous",
    arguments: [
      ("", "the file is empty"), ("\n\r\n\n", "the file is empty"),
      ("a,b,a\n", "columns 0 and 2 are both named 'a'"), ("\"a\n", "is not closed"),
    ])
  func refusesUselessFiles(text: String, message: String) throws {
    let folder = try ScratchFolder()
    expectFormatError(saying: [message]) { _ = try folder.table(text) }
  }

  @Test("finds columns by name before number, and lists them when there is none")
  func findsColumns() throws {
    let folder = try ScratchFolder()
    let table = try folder.table("x,0, y\n")
    #expect(try table.column("x") == 0)
    #expect(try table.column("0") == 1)
    #expect(try table.column("2") == 2)
    expectFormatError(saying: ["no column 'z'", "'x', '0', ' y'"]) { _ = try table.column("z") }
    expectFormatError(saying: ["--skip-initial-space"]) { _ = try table.column("y") }
  }

  @Test("tells the index without a name from columns that are named by numbers")
  func tellsIndexFromNumbers() throws {
    let table = try ScratchFolder().table(",0,1\n7,8,9\n")
    #expect(table.columns == ["Unnamed: 0", "0", "1"])
    #expect(table.unnamedIndexCount == 1)
    #expect(try table.column("0") == 1)
  }

  @Test("counts leading columns without a name as the index")
  func countsIndexColumns() throws {
    let folder = try ScratchFolder()
    #expect(try folder.table(",a\n").unnamedIndexCount == 1)
    #expect(try folder.table(",,a\n").unnamedIndexCount == 2)
    #expect(try folder.table("a,,b\n").unnamedIndexCount == 0)
  }
}
