// SPDX-License-Identifier: Apache-2.0

/// A set of (row, column) pairs, one bit a cell.
struct PairSet {
  private let columnCount: Int
  private var words: [UInt64]

  /// An empty set, or nil when its cells would take more than a gigabyte.
  init?(rowCount: Int, columnCount: Int) {
    let (cells, overflow) = rowCount.multipliedReportingOverflow(by: columnCount)
    guard !overflow, cells <= Self.greatestCellCount else { return nil }
    self.columnCount = columnCount
    words = Array(repeating: 0, count: (cells + 63) / 64)
  }

  /// Adds a pair; false when it was there already.
  mutating func insert(row: Int, column: Int) -> Bool {
    let cell = row * columnCount + column
    let bit: UInt64 = 1 << UInt64(cell & 63)
    if words[cell >> 6] & bit != 0 { return false }
    words[cell >> 6] |= bit
    return true
  }

  /// One gigabyte of bits.
  static let greatestCellCount = 1 << 33
}
