// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines
import Testing

@testable import LibFMFormats

@Suite("Errors in sparse text")
struct SparseTextErrorTests {
  struct Row: CustomStringConvertible {
    var text: String
    var column: Int
    var message: String
    var options = SparseTextReader.Options()

    init(
      _ text: String, column: Int, _ message: String,
      options: SparseTextReader.Options = .init()
    ) {
      self.text = text
      self.column = column
      self.message = message
      self.options = options
    }

    var description: String { text.debugDescription }
  }

  static let strict = SparseTextReader.Options(isStrict: true)
  static let classes = SparseTextReader.Options(rejectsNaNTargets: true)

  static let rows: [Row] = [
    .init("abc 1:1", column: 1, "found 'abc' where the target should be; expected a number"),
    .init("  x", column: 3, "found 'x' where the target should be"),
    .init("user,item,rating", column: 1, "found 'user,item,rating' where the target should be"),
    .init("infinit 1:1", column: 1, "found 'infinit' where"),
    .init("1,2,3", column: 2, "found ',2,3'; expected id:value after the target; a table is"),
    .init("1\t2\t3", column: 2 + 1, "found '2'; expected id:value after the target; a table is"),
    .init("1 2 3", column: 3, "found '2'; expected id:value; a table is"),
    .init("17:1 60:1", column: 3, "found ':1' right after the first number; expected the target"),
    .init("1 17 :1", column: 3, "found '17' and a blank before the colon; expected id:value"),
    .init("1 17:", column: 3, "found '17:'; expected a number after the colon of feature 17"),
    .init("1 17:abc", column: 3, "found '17:abc'; expected a number after the colon"),
    .init("1 3:1 name:1", column: 7, "found 'name:1'; expected id:value with the number"),
    .init("1 1.5:2", column: 3, "found '1.5:2'; expected id:value"),
    .init("1 3:1 4", column: 7, "found '4'; expected id:value"),
    .init("1 3:1x", column: 6, "found 'x'; expected id:value"),
    .init("1 -3:1", column: 3, "feature id '-3' is negative; expected an id from 0 to 2147483646"),
    .init("1 3:1-3:4", column: 6, "feature id '-3' is negative"),
    .init("1 2147483647:1", column: 3, "feature id '2147483647' is too large"),
    .init("1 4294967296:1", column: 3, "feature id '4294967296' is too large"),
    .init("1 99999999999999999999:1", column: 3, "feature id '99999999999999999999' is too large"),
    .init("1 3:nan(1)", column: 8, "found '(1)'; expected"),
    .init("1 3:1\r\r", column: 6, "found a carriage return; expected the end of the line"),
    .init("1 3:1\r", column: 6, "found a carriage return", options: strict),
    .init("\r", column: 1, "found '\\x0D' where the target should be", options: strict),
    .init("nan 1:1", column: 1, "the target is 'nan'; expected a number", options: classes),
    .init("-nan 1:1", column: 1, "the target is '-nan'; expected a number", options: classes),
    .init("1 \u{1B}[2J", column: 3, "found '\\x1B[2J'"),
    .init(
      "1 " + String(repeating: "y", count: 100), column: 3,
      "found '" + String(repeating: "y", count: 40) + "…'"),
  ]

  @Test("name the place and what to do", arguments: rows)
  func nameThePlace(row: Row) throws {
    let before = "1 1:1\n# c\n\n"
    for text in [before + row.text, before + row.text + "\n2 1:1 2:2 3:3 4:4\n"] {
      let error = try #require(throws: FormatError.self) {
        try read(text, options: row.options)
      }
      #expect(error.line == 4)
      #expect(error.column == row.column)
      #expect(error.description.hasPrefix("text:4:\(row.column): " + row.message))
    }
  }

  @Test("the first in the file is reported, however many workers read")
  func theFirstIsReported() throws {
    var lines = (0..<200).map { "\($0) \($0):1" }
    lines[151] = "1 -1:1"
    lines[60] = "bad"
    lines[61] = "worse"
    let text = lines.joined(separator: "\n")
    for workerCount in [1, 2, 3, 7] {
      for pieceSize in [1, 10, 100, 100_000] {
        let error = try #require(throws: FormatError.self) {
          try read(text, workerCount: workerCount, pieceSize: pieceSize)
        }
        #expect(error.line == 61 && error.column == 1)
      }
    }
  }

  @Test("a file without cases is one only where cases are needed", arguments: ["", "# c\n\n"])
  func casesAreNeeded(text: String) throws {
    #expect(try read(text).dataset.caseCount == 0)
    let error = try #require(throws: FormatError.self) {
      try read(text, options: .init(requiresCases: true))
    }
    #expect(error.line == nil && error.expected.hasPrefix("a line for each case"))
  }

  @Test("files that cannot be read say why")
  func unreadableFiles() throws {
    let folder = try TemporaryFolder()
    let reader = SparseTextReader(pool: WorkerPool(workerCount: 1))
    for (path, message) in [
      (folder.path, "this is a directory"), (folder["none"], "cannot be opened: no such file"),
      ("", "the name of a file to read is empty"),
    ] {
      let error = try #require(throws: FormatError.self) { try reader.read(path) }
      #expect(error.found.hasPrefix(message))
    }
  }

  private func read(
    _ text: String, options: SparseTextReader.Options = .init(), workerCount: Int = 1,
    pieceSize: Int = 1 << 19
  ) throws -> SparseText {
    let reader = SparseTextReader(
      pool: WorkerPool(workerCount: workerCount), options: options, pieceSize: pieceSize)
    return try Array(text.utf8).withUnsafeBufferPointer { try reader.read($0, path: "text") }
  }
}
