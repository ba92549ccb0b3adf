// SPDX-License-Identifier: Apache-2.0

/// Consecutive rows of a matrix file.
struct BinaryMatrixPiece {
  /// The row that comes first, and how many there are.
  var firstRow: Int
  var rowCount = 0

  /// The number of entries in all rows before, and in these.
  var firstEntry: Int
  var entryCount = 0

  /// Where the first row stands in the file, in words of four bytes.
  var firstWord: Int {
    BinaryMatrixHeader.wordCount + firstRow + 2 * firstEntry
  }
}

extension BinaryMatrixPiece {
  /// Calls `body` with every row: its number, its entries as pairs of words, and how many they are.
  @inline(__always)
  func forEachRow(
    of words: UnsafePointer<UInt32>,
    _ body: (_ row: Int, _ entries: UnsafePointer<UInt32>, _ count: Int) -> Void
  ) {
    var next = words + firstWord
    for row in firstRow..<firstRow &+ rowCount {
      let count = Int(UInt32(littleEndian: next[0]))
      body(row, next + 1, count)
      next += 1 &+ 2 &* count
    }
  }
}
