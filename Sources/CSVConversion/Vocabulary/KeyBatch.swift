// SPDX-License-Identifier: Apache-2.0

/// Looks the cells of a column up in a dictionary, some cells ahead, so that waiting for the memory of
/// one does not hold up the next.
struct KeyBatch {
  private static let size = 16

  /// Calls `body` with each cell that is not missing and its key, and `skip` with the row of each other.
  ///
  /// - Parameters:
  ///   - cells: the rows.
  ///   - column: the column.
  ///   - missing: what stands for a missing value.
  ///   - dictionary: where the keys will be looked up.
  ///   - canonical: the text that stands for a cell in the dictionary.
  ///   - skip: receives the rows of missing cells.
  ///   - body: receives the row, key and text of all others, rows ascending; returns whether to go on.
  @inline(__always)
  static func forEach(
    _ cells: CellTable, column: Int, missing: MissingValues, dictionary: ByteDictionary,
    canonical: (UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8>,
    skip: (_ row: Int) -> Void,
    body: (_ row: Int, ByteKey, UnsafeBufferPointer<UInt8>) -> Bool
  ) {
    let rowCount = cells.rowCount
    withUnsafeTemporaryAllocation(of: Entry.self, capacity: size) { entries in
      var first = 0
      while first < rowCount {
        let end = min(first &+ size, rowCount)
        var count = 0
        for row in first..<end {
          let cell = cells.bytes(row: row, column: column)
          if missing.contains(cell) {
            skip(row)
            continue
          }
          let text = canonical(cell)
          let key = ByteKey(text)
          dictionary.prefetch(key)
          entries.initializeElement(at: count, to: Entry(row: row, key: key, text: text))
          count &+= 1
        }
        for index in 0..<count {
          let entry = entries[index]
          guard body(entry.row, entry.key, entry.text) else { return }
        }
        first = end
      }
    }
  }

  private struct Entry: BitwiseCopyable {
    var row: Int
    var key: ByteKey
    var text: UnsafeBufferPointer<UInt8>
  }
}
