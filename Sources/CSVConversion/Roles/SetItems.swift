// SPDX-License-Identifier: Apache-2.0

import LibFMFormats

/// Splits the cells of a set into items.
struct SetItems: Sendable {
  private let separator: [UInt8]
  private let trimsBlanks: Bool

  /// Items are separated by a text that is not empty; blanks before and behind them may be dropped.
  init(separator: String, trimsBlanks: Bool) {
    self.separator = Array(separator.utf8)
    self.trimsBlanks = trimsBlanks
    precondition(!separator.isEmpty)
  }

  /// Calls `body` with each item that is not empty and with its place in the cell.
  @inline(__always)
  func forEach(
    in cell: UnsafeBufferPointer<UInt8>,
    _ body: (_ start: Int, _ item: UnsafeBufferPointer<UInt8>) -> Void
  ) {
    var start = 0
    while start <= cell.count {
      let end = endOfItem(cell, from: start)
      var (low, high) = (start, end)
      if trimsBlanks {
        while low < high, Ascii.isBlank(cell[low]) { low += 1 }
        while low < high, Ascii.isBlank(cell[high - 1]) { high -= 1 }
      }
      if low < high { body(low, UnsafeBufferPointer(rebasing: cell[low..<high])) }
      start = end + separator.count
    }
  }

  private func endOfItem(_ cell: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    var position = start
    while position + separator.count <= cell.count {
      if cell[position] == separator[0],
        separator.count == 1
          || UnsafeBufferPointer(rebasing: cell[position..<position + separator.count])
            .elementsEqual(separator)
      {
        return position
      }
      position += 1
    }
    return cell.count
  }
}
