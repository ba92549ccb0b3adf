// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines
import Testing

@testable import LibFMFormats

@Suite("Damaged matrix files")
struct BinaryMatrixErrorTests {
  /// A ragged matrix, and its words by name.
  static let sound = NaiveMatrix(
    rows: [[.init(0, 1), .init(2, 0.5)], [], [.init(1, 1)]], columnCount: 3)

  @Test(
    "are errors that name the byte",
    arguments: [
      (0, 3, "byte 0: the file begins with the number 3; expected 2"),
      (1, 8, "byte 4: a value has 8 bytes; expected 4"),
      (2, 2, "byte 8: the header announces 2 entries; expected 3"),
      (2, 4, "too few for the 3 rows and 4 entries"),
      (2, 0xFFFF_FFFF, "too few for the 3 rows and 4294967295 entries"),
      (3, 1, "too few for the 3 rows and 4294967299 entries"),
      (3, 0x8000_0000, "too few for the 3 rows and 9223372036854775811 entries"),
      (3, 0xFFFF_FFFF, "too few for the 3 rows and 18446744069414584323 entries"),
      (4, 2, "byte 8: the header announces 3 entries; expected 2"),
      (4, 4, "too few for the 4 rows and 3 entries"),
      (4, 0xFFFF_FFFF, "too few for the 4294967295 rows and 3 entries"),
      (5, 2, "byte 36: id 2 in row 0; expected an id below 2"),
      (5, 0, "byte 28: id 0 in row 0; expected an id below 0"),
      (5, 0xFFFF_FFFF, "byte 20: the header announces 4294967295 features"),
      (6, 4, "byte 60: the file ends before row 1; expected 3 rows"),
      (6, 0xFFFF_FFFF, "byte 24: row 0 has 4294967295 entries"),
      (6, 1, "byte 56: row 2 has 1065353216 entries; expected at most 0"),
      (11, 1, "byte 56: row 2 has 1065353216 entries; expected at most 0"),
      (12, 0, "byte 8: the header announces 3 entries; expected 2"),
      (12, 2, "byte 48: row 2 has 2 entries; expected at most 1"),
      (13, 0x8000_0000, "byte 52: id 2147483648 in row 2; expected an id below 3"),
    ] as [(Int, UInt32, String)])
  func wrongWord(index: Int, word: UInt32, message: String) throws {
    var file = Self.sound.file
    file.replaceSubrange(index * 4..<index * 4 + 4, with: [word].bytes)
    let error = #expect(throws: FormatError.self) { try readRows(file) }
    #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
  }

  @Test("of other features or cases than there may be are errors before memory is asked for")
  func implausibleColumns() throws {
    let words: [UInt32] = [2, 4, 0, 0, 0, 0xFFFF_FFFF]
    let error = #expect(throws: FormatError.self) { try readColumns(words.bytes) }
    #expect(
      error?.description.contains("byte 20: the header announces 4294967295 cases") == true)
    let mismatch = #expect(throws: FormatError.self) {
      try BinaryMatrixReader(pool: WorkerPool(workerCount: 1)).readColumns(
        BinaryMatrixFile(InputBytes(copying: Self.sound.transposed.file), path: "m.xt"),
        rowCount: 4)
    }
    #expect(mismatch?.description.contains("3 cases; expected 4, the number of targets") == true)
  }

  @Test("that end early are errors, wherever they end")
  func truncated() {
    let file = Self.sound.file
    for count in file.indices {
      #expect(throws: FormatError.self, "\(count) bytes") { try readRows(Array(file[..<count])) }
      #expect(throws: FormatError.self, "\(count) bytes") { try readColumns(Array(file[..<count])) }
    }
  }

  @Test("of any kind are read or refused, and what is read agrees with itself")
  func mutations() throws {
    var random = SplitMix64(seed: 11)
    var readCount = 0
    for round in 0..<20_000 {
      let naive = NaiveMatrix(
        rowCount: 1 + random.below(6), columnCount: 1 + random.below(6), width: 3,
        isRagged: round % 2 == 0, hasValues: round % 3 == 0, using: &random)
      let file = naive.file.mutated(using: &random)
      // Millions of rows or columns without entries may be announced, but take their time.
      if (16..<24).contains(where: { $0 % 4 > 0 && $0 < file.count && file[$0] > 0 }) { continue }
      for read in [readRows, readColumns] {
        do {
          let matrix = try read(file)
          readCount += 1
          let ids = matrix.ids.elements.prefix(matrix.entryCount)
          let isSound =
            (matrix.rowCount == 0
              || matrix.entries(ofRow: matrix.rowCount - 1).upperBound == matrix.entryCount)
            && ids.allSatisfy { Int($0) < matrix.columnCount }
          if !isSound { Issue.record("\(file)") }
        } catch is FormatError {
        }
      }
    }
    #expect(readCount > 1_000)
  }

  private func readRows(_ file: [UInt8]) throws -> SparseMatrix {
    try BinaryMatrixReader(pool: WorkerPool(workerCount: 1))
      .readRows(BinaryMatrixFile(InputBytes(copying: file), path: "m.x"))
  }

  private func readColumns(_ file: [UInt8]) throws -> SparseMatrix {
    try BinaryMatrixReader(pool: WorkerPool(workerCount: 1))
      .readColumns(BinaryMatrixFile(InputBytes(copying: file), path: "m.xt"))
  }
}
