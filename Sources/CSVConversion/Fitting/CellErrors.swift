// SPDX-License-Identifier: Apache-2.0

import LibFMFormats

/// Cells that are not what their column's role demands.
enum CellErrors {
  /// The number in a cell.
  ///
  /// `True` and `False` are 1 and 0.
  ///
  /// - Throws: `BlockError` when the cell is no finite number, or its logarithm of 1 + *x* is not.
  @inline(__always)
  static func number(
    _ cell: UnsafeBufferPointer<UInt8>, offset: Int, column: String, isLogarithmic: Bool = false
  ) throws(BlockError) -> Double {
    guard let value = CellNumber.value(cell) ?? CellBoolean.value(cell).map({ $0 ? 1 : 0 }) else {
      throw BlockError(
        offset: offset, found: "\(QuotedText.quote(cell)) in column '\(column)' is not a number",
        advice: "make the column a category (--categorical), or name the text with --missing")
    }
    guard value.isFinite else {
      throw BlockError(
        offset: offset, found: "\(QuotedText.quote(cell)) in column '\(column)' is not finite",
        expected: "a finite number", advice: "replace it, or name it with --missing")
    }
    if isLogarithmic, value <= -1 {
      throw BlockError(
        offset: offset,
        found: "\(QuotedText.quote(cell)) in column '\(column)' has no logarithm of 1 + x",
        expected: "a number above -1")
    }
    return value
  }

  /// A cell that is no date.
  static func notADate(
    _ cell: UnsafeBufferPointer<UInt8>, offset: Int, column: String
  ) -> BlockError {
    BlockError(
      offset: offset, found: "\(QuotedText.quote(cell)) in column '\(column)' is not a date",
      expected: "2026-11-22, 2026-11-22 13:45:00 or Unix seconds",
      advice: "name it with --missing if it stands for no date")
  }
}

/// Booleans in cells.
enum CellBoolean {
  /// The value of a cell that is `True` or `False`, in whole or initial capitals or none.
  @inline(never)
  static func value(_ cell: UnsafeBufferPointer<UInt8>) -> Bool? {
    let text = String(decoding: cell.prefix(6), as: UTF8.self)
    switch text {
    case "True", "true", "TRUE": return true
    case "False", "false", "FALSE": return false
    default: return nil
    }
  }
}
