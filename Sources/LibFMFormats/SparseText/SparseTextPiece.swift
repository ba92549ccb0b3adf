// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines

/// A piece of a file that begins at the beginning of a line and ends at the end of one.
struct SparseTextPiece {
  /// The bytes.
  var start: UnsafePointer<UInt8>
  var end: UnsafePointer<UInt8>

  /// The number of lines before the piece.
  var linesBefore = 0

  /// Where its rows and entries go in the arrays, and the most there can be.
  var firstRow = 0
  var firstEntry = 0
  var rowLimit = 0
  var entryLimit = 0

  /// What was found.
  var rowCount = 0
  var entryCount = 0

  /// The number of entries of each row, as long as they agree; −1 without rows.
  var rowWidth = -1

  /// Whether rows differ in width; then the offsets are filled in for the piece.
  var hasOffsets = false

  /// Whether some value is not 1; then the values are filled in for the piece.
  var hasValues = false

  var targets = TargetSummary()
  var largestFeature: SparseText.LargestFeature?
  var error: FormatError?
}

/// The arrays that all pieces are read into, side by side.
struct SparseTextArrays {
  let targets: UnsafeMutablePointer<Float>
  let offsets: UnsafeMutablePointer<Int>
  let ids: UnsafeMutablePointer<UInt32>
  let values: UnsafeMutablePointer<Float>
}

extension SparseTextPiece {
  /// Fills in the value 1 for the entries before `entry`.
  func fillOnes(before entry: Int, in values: UnsafeMutablePointer<Float>) {
    (values + firstEntry).update(repeating: 1, count: entry - firstEntry)
  }

  /// Fills in the ends of the rows before `row`, if there are any; they have all the same width.
  ///
  /// - Returns: whether there were any.
  func fillOffsets(before row: Int, in offsets: UnsafeMutablePointer<Int>) -> Bool {
    for index in 0..<row - firstRow {
      offsets[firstRow + index + 1] = firstEntry + (index + 1) * rowWidth
    }
    return row > firstRow
  }
}
