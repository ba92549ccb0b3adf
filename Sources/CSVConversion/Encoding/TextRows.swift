// SPDX-License-Identifier: Apache-2.0

import LibFMFormats

/// Writes encoded rows as lines of libFM's text format.
final class TextRows {
  /// The lines of the last block.
  let text = GrowableBuffer<UInt8>(capacity: 1 << 16)

  /// How many entries were written so far.
  private(set) var entryCount = 0

  /// Writes all rows of a block.
  ///
  /// - Parameters:
  ///   - encoder: has encoded the block.
  ///   - rowCount: the number of rows of the block.
  ///   - firstRowFeature: a feature to add to the first row with the value 0 unless the row has it;
  ///     nil for none.
  func write(_ encoder: RowEncoder, rowCount: Int, firstRowFeature: UInt32? = nil) {
    text.count = 0
    let columns = encoder.outputs.map(ColumnEntries.init)
    let singleCount = columns.count { $0.ends == nil }
    let targets = encoder.targets.base
    columns.withUnsafeBufferPointer { columns in
      for row in 0..<rowCount {
        text.reserve(Self.longestEntry * (singleCount + 2))
        var position = text.base + text.count
        position += FloatText.write(targets[row], to: position)
        for index in 0..<columns.count {
          let column = columns[index]
          if column.ends == nil {
            let id = column.ids[row]
            if id == EncodedColumn.none { continue }
            position = Self.writeEntry(id, to: position)
            if let values = column.values {
              position += FloatText.write(values[row], to: position)
            } else {
              position.pointee = Ascii.one
              position += 1
            }
            entryCount &+= 1
          } else {
            text.count = position - text.base
            writeSet(column, row: row, singleCount: singleCount)
            position = text.base + text.count
          }
        }
        if row == 0, let firstRowFeature, !columns.contains(where: { $0.hasFirst(firstRowFeature) })
        {
          position = Self.writeEntry(firstRowFeature, to: position)
          position.pointee = Ascii.zero
          position += 1
        }
        position.pointee = Ascii.lineFeed
        text.count = position + 1 - text.base
      }
    }
  }

  /// The most bytes that a target or an entry takes.
  private static let longestEntry = 2 + 10 + ShortestFormat.maximumLength

  private func writeSet(_ column: ColumnEntries, row: Int, singleCount: Int) {
    guard let ends = column.ends else { return }
    let range = (row == 0 ? 0 : Int(ends[row - 1]))..<Int(ends[row])
    if range.isEmpty { return }
    text.reserve(Self.longestEntry * (range.count + singleCount + 2))
    var position = text.base + text.count
    // All entries of the row have the same value, so its text is made once.
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 32) { buffer in
      guard let value = buffer.baseAddress else { return }
      let count = FloatText.write(column.values?[row] ?? 1, to: value)
      for index in range {
        position = Self.writeEntry(column.ids[index], to: position)
        position.update(from: value, count: count)
        position += count
      }
    }
    entryCount &+= range.count
    text.count = position - text.base
  }

  /// Writes a blank, an id and a colon.
  @inline(__always)
  private static func writeEntry(
    _ id: UInt32, to output: UnsafeMutablePointer<UInt8>
  ) -> UnsafeMutablePointer<UInt8> {
    output.pointee = Ascii.blank
    let end = output + 1 + IntegerText.write(id, to: output + 1)
    end.pointee = Ascii.colon
    return end + 1
  }
}

/// The pointers of an encoded column.
struct ColumnEntries {
  let ids: UnsafePointer<UInt32>
  let values: UnsafePointer<Float>?
  let ends: UnsafePointer<UInt32>?

  init(_ column: EncodedColumn) {
    ids = UnsafePointer(column.ids.base)
    values = column.hasValues ? UnsafePointer(column.values.base) : nil
    ends = column.isSet ? UnsafePointer(column.ends.base) : nil
  }

  /// Whether the first row has a feature.
  func hasFirst(_ feature: UInt32) -> Bool {
    UnsafeBufferPointer(start: ids, count: ends.map { Int($0[0]) } ?? 1).contains(feature)
  }
}
