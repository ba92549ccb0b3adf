// SPDX-License-Identifier: Apache-2.0

/// The features of all items in each row's cell.
///
/// Items without a feature do not count for *n*, nor do repeated ones.
final class SetEncoder: ColumnEncoder {
  let output = EncodedColumn(isSet: true, hasValues: true)
  private(set) var unknownCount = 0
  private let vocabulary: Vocabulary
  private let items: SetItems
  private let weight: SetWeight
  private let missing: MissingValues
  private let unknown: UnknownValues

  init(
    _ vocabulary: Vocabulary, items: SetItems, weight: SetWeight, missing: MissingValues,
    unknown: UnknownValues
  ) {
    self.vocabulary = vocabulary
    self.items = items
    self.weight = weight
    self.missing = missing
    self.unknown = unknown
  }

  func encode(_ cells: CellTable, column: Int) -> BlockError? {
    output.begin(rowCount: cells.rowCount)
    var failure: BlockError?
    for row in 0..<cells.rowCount where failure == nil {
      let start = output.ids.count
      let cell = cells.bytes(row: row, column: column)
      if missing.contains(cell) {
        if let feature = vocabulary.missing { output.ids.append(feature) }
      } else {
        items.forEach(in: cell) { place, item in
          if let entry = vocabulary.dictionary.find(item) {
            output.ids.append(vocabulary.features[entry])
            return
          }
          unknownCount &+= 1
          do throws(BlockError) {
            let offset = cells.offset(row: row, column: column) + place
            if let feature = try unknown.feature(item, offset: offset) {
              output.ids.append(feature)
            }
          } catch {
            failure = .first(failure, error)
          }
        }
      }
      let count = output.endSet(from: start)
      output.values.append(count == 0 ? 1 : weight.value(count: count))
    }
    return failure
  }
}

/// The features of some parts of each row's date.
final class DateEncoder: ColumnEncoder {
  let output = EncodedColumn(isSet: true, hasValues: false)
  private(set) var unknownCount = 0
  private let vocabulary: Vocabulary
  private let parts: [DatePart]
  private let missing: MissingValues
  private let unknown: UnknownValues

  init(
    _ vocabulary: Vocabulary, parts: [DatePart], missing: MissingValues, unknown: UnknownValues
  ) {
    self.vocabulary = vocabulary
    self.parts = parts
    self.missing = missing
    self.unknown = unknown
  }

  func encode(_ cells: CellTable, column: Int) -> BlockError? {
    output.begin(rowCount: cells.rowCount)
    return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 64) { buffer in
      guard let text = buffer.baseAddress else { return nil }
      for row in 0..<cells.rowCount {
        let start = output.ids.count
        let cell = cells.bytes(row: row, column: column)
        if missing.contains(cell) {
          if let feature = vocabulary.missing { output.ids.append(feature) }
        } else {
          let offset = cells.offset(row: row, column: column)
          guard let date = CalendarDate(cell) else {
            return CellErrors.notADate(cell, offset: offset, column: unknown.column)
          }
          for part in parts {
            let value = UnsafeBufferPointer(
              start: UnsafePointer(text), count: part.write(date, to: text))
            if let entry = vocabulary.dictionary.find(value) {
              output.ids.append(vocabulary.features[entry])
              continue
            }
            unknownCount &+= 1
            do throws(BlockError) {
              if let feature = try unknown.feature(value, offset: offset) {
                output.ids.append(feature)
              }
            } catch {
              return error
            }
          }
        }
        _ = output.endSet(from: start)
      }
      return nil
    }
  }
}

/// The items that each row's key has in the fitting rows, each 1/√*n*.
final class ImplicitEncoder: ColumnEncoder {
  let output = EncodedColumn(isSet: true, hasValues: true)
  let unknownCount = 0
  private let sets: ImplicitSets
  private let keys: any ColumnEncoder

  /// Takes the sets and what encodes the key column.
  init(_ sets: ImplicitSets, keys: any ColumnEncoder) {
    self.sets = sets
    self.keys = keys
  }

  func encode(_ cells: CellTable, column: Int) -> BlockError? {
    if let error = keys.encode(cells, column: column) { return error }
    output.begin(rowCount: cells.rowCount)
    for row in 0..<cells.rowCount {
      let items = sets.items(ofKey: keys.output.ids.base[row])
      output.ids.reserve(items.count)
      for item in items { output.ids.append(item) }
      output.ends.append(UInt32(output.ids.count))
      output.values.append(items.isEmpty ? 1 : SetWeight.inverseRoot.value(count: items.count))
    }
    return nil
  }
}
