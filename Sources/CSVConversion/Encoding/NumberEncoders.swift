// SPDX-License-Identifier: Apache-2.0

/// One feature with a number as its value; zeros have no entry.
final class NumberEncoder: ColumnEncoder {
  let output = EncodedColumn(isSet: false, hasValues: true)
  let unknownCount = 0
  private let name: String
  private let feature: UInt32
  private let missingFeature: UInt32
  private let scaling: NumberScaling
  private let missing: MissingValues

  init(_ scaling: NumberScaling, column: Schema.Column, missing: MissingValues) {
    name = column.name
    feature = UInt32(column.firstFeature)
    missingFeature = column.missing ?? EncodedColumn.none
    self.scaling = scaling
    self.missing = missing
  }

  func encode(_ cells: CellTable, column: Int) -> BlockError? {
    output.begin(rowCount: cells.rowCount)
    for row in 0..<cells.rowCount {
      let cell = cells.bytes(row: row, column: column)
      if missing.contains(cell) {
        output.ids.append(missingFeature)
        output.values.append(1)
        continue
      }
      do throws(BlockError) {
        let number = try CellErrors.number(
          cell, offset: cells.offset(row: row, column: column), column: name,
          isLogarithmic: scaling.isLogarithmic)
        let value = scaling.value(number)
        guard value.isFinite else {
          return BlockError(
            offset: cells.offset(row: row, column: column),
            found: "the number in column '\(name)' is too large",
            expected: "a value below \(Float.greatestFiniteMagnitude)")
        }
        output.ids.append(value == 0 ? EncodedColumn.none : feature)
        output.values.append(value)
      } catch {
        return error
      }
    }
    return nil
  }
}

/// The bin of each row's number.
final class BinEncoder: ColumnEncoder {
  let output = EncodedColumn(isSet: false, hasValues: false)
  let unknownCount = 0
  private let name: String
  private let firstFeature: UInt32
  private let missingFeature: UInt32
  private let borders: [Double]
  private let missing: MissingValues

  init(_ borders: [Double], column: Schema.Column, missing: MissingValues) {
    name = column.name
    firstFeature = UInt32(column.firstFeature)
    missingFeature = column.missing ?? EncodedColumn.none
    self.borders = borders
    self.missing = missing
  }

  func encode(_ cells: CellTable, column: Int) -> BlockError? {
    output.begin(rowCount: cells.rowCount)
    return borders.withUnsafeBufferPointer { borders in
      for row in 0..<cells.rowCount {
        let cell = cells.bytes(row: row, column: column)
        if missing.contains(cell) {
          output.ids.append(missingFeature)
          continue
        }
        do throws(BlockError) {
          let number = try CellErrors.number(
            cell, offset: cells.offset(row: row, column: column), column: name)
          output.ids.append(firstFeature + UInt32(Quantiles.bin(of: number, borders: borders)))
        } catch {
          return error
        }
      }
      return nil
    }
  }
}
