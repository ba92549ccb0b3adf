// SPDX-License-Identifier: Apache-2.0

import LibFMFormats

/// Gathers what fitting needs to know of one column; each worker has its own.
protocol ColumnCollector: AnyObject {
  /// Takes note of all cells of a block.
  ///
  /// - Returns: the first cell that cannot be what the column's role demands.
  func collect(_ cells: CellTable, column: Int) -> BlockError?
}

/// A cell's place among all cells of its column.
@inline(__always)
func position(block: Int, offset: Int) -> UInt64 {
  UInt64(truncatingIfNeeded: block) &<< 32 | UInt64(truncatingIfNeeded: offset)
}

/// Ignores a column.
final class EmptyCollector: ColumnCollector {
  func collect(_ cells: CellTable, column: Int) -> BlockError? { nil }
}

/// Counts the distinct values of a column.
final class ValueCollector: ColumnCollector {
  let values = ByteDictionary()
  private(set) var missingCount = 0
  private let missing: MissingValues

  init(missing: MissingValues) {
    self.missing = missing
  }

  func collect(_ cells: CellTable, column: Int) -> BlockError? {
    KeyBatch.forEach(
      cells, column: column, missing: missing, dictionary: values, canonical: { $0 },
      skip: { _ in missingCount &+= 1 },
      body: { row, key, text in
        let offset = cells.offset(row: row, column: column)
        values.add(key, text, at: position(block: cells.blockIndex, offset: offset))
        return true
      })
    return nil
  }
}

/// Counts the distinct items in the cells of a column.
final class SetCollector: ColumnCollector {
  let values = ByteDictionary()
  private(set) var missingCount = 0
  private let missing: MissingValues
  private let items: SetItems

  init(missing: MissingValues, items: SetItems) {
    self.missing = missing
    self.items = items
  }

  func collect(_ cells: CellTable, column: Int) -> BlockError? {
    for row in 0..<cells.rowCount {
      let cell = cells.bytes(row: row, column: column)
      if missing.contains(cell) {
        missingCount &+= 1
        continue
      }
      let offset = cells.offset(row: row, column: column)
      items.forEach(in: cell) { start, item in
        values.add(item, at: position(block: cells.blockIndex, offset: offset + start))
      }
    }
    return nil
  }
}

/// Counts the distinct parts of the dates in a column.
final class DateCollector: ColumnCollector {
  let values = ByteDictionary()
  private(set) var missingCount = 0
  private let missing: MissingValues
  private let parts: [DatePart]
  private let name: String

  init(missing: MissingValues, parts: [DatePart], name: String) {
    self.missing = missing
    self.parts = parts
    self.name = name
  }

  func collect(_ cells: CellTable, column: Int) -> BlockError? {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 64) { buffer in
      guard let text = buffer.baseAddress else { return nil }
      for row in 0..<cells.rowCount {
        let cell = cells.bytes(row: row, column: column)
        if missing.contains(cell) {
          missingCount += 1
          continue
        }
        let offset = cells.offset(row: row, column: column)
        guard let date = CalendarDate(cell) else {
          return CellErrors.notADate(cell, offset: offset, column: name)
        }
        // All parts are at the same place, so their order is added to it.
        let place = position(block: cells.blockIndex, offset: offset) &* 8
        for (order, part) in parts.enumerated() {
          let count = part.write(date, to: text)
          values.add(
            UnsafeBufferPointer(start: text, count: count), at: place &+ UInt64(order))
        }
      }
      return nil
    }
  }
}
