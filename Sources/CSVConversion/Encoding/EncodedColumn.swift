// SPDX-License-Identifier: Apache-2.0

/// The entries that one column contributes to the rows of a block.
final class EncodedColumn {
  /// What stands in ``ids`` for a row without entry.
  static let none = UInt32.max

  /// The ids: one a row, or those of all rows one after the other.
  let ids = GrowableBuffer<UInt32>()

  /// The value of each row's entry or entries; unused when all are 1.
  let values = GrowableBuffer<Float>()

  /// Where the ids of each row end; unused when there is one a row.
  let ends = GrowableBuffer<UInt32>()

  /// Whether rows may have several entries.
  let isSet: Bool

  /// Whether values differ from 1.
  let hasValues: Bool

  init(isSet: Bool, hasValues: Bool) {
    self.isSet = isSet
    self.hasValues = hasValues
  }

  /// Begins with a block of so many rows.
  func begin(rowCount: Int) {
    ids.count = 0
    values.count = 0
    ends.count = 0
    ids.reserve(rowCount)
    if hasValues { values.reserve(rowCount) }
    if isSet { ends.reserve(rowCount) }
  }

  /// Ends a row of a set whose ids begin at `start`: sorts them and drops repeated ones.
  ///
  /// - Returns: how many are left.
  func endSet(from start: Int) -> Int {
    var list = UnsafeMutableBufferPointer(start: ids.base + start, count: ids.count - start)
    if list.count > 1 { list.sort() }
    var kept = min(1, list.count)
    for id in list.dropFirst() where id != list[kept - 1] {
      list[kept] = id
      kept += 1
    }
    ids.count = start + kept
    ends.append(UInt32(ids.count))
    return kept
  }
}
