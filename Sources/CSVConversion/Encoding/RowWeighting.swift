// SPDX-License-Identifier: Apache-2.0

import LibFMFormats

/// What each row of a table counts when a model learns from it.
public enum RowWeighting: Sendable, Hashable {
  /// The number in the column of this name, finite and not below 0.
  ///
  /// The column is a feature too unless it is ignored.
  case column(String)

  /// This weight, finite and not below 0, for rows whose target is above 0 before any transform, and 1 for
  /// all others. A two-valued target is above 0 where it has the positive value.
  case positiveTargets(Double)
}

/// Works out the weights of blocks of rows; each worker has its own.
final class RowWeights {
  /// The weights of the last block.
  let weights = GrowableBuffer<Double>()

  private let source: Source

  /// Where weights come from, and at which place of the table's columns.
  enum Source {
    case column(place: Int, name: String, missing: MissingValues)
    case targets(place: Int, encoding: TargetEncoding, weight: Double)
  }

  init(_ source: Source) {
    self.source = source
  }

  /// Works out the weights of all rows of a block.
  ///
  /// - Returns: the first cell that is no weight.
  func collect(_ cells: CellTable) -> BlockError? {
    weights.count = 0
    weights.reserve(cells.rowCount)
    switch source {
    case .column(let place, let name, let missing):
      for row in 0..<cells.rowCount {
        do throws(BlockError) {
          weights.append(
            try Self.weight(
              cells.bytes(row: row, column: place),
              offset: cells.offset(row: row, column: place), column: name, missing: missing))
        } catch {
          return error
        }
      }
    case .targets(let place, let encoding, let weight):
      for row in 0..<cells.rowCount {
        let isPositive = encoding.isPositive(cells.bytes(row: row, column: place))
        weights.append(isPositive ? weight : 1)
      }
    }
    return nil
  }

  /// Writes the weights of the last block as lines of text.
  func write(to text: GrowableBuffer<UInt8>) {
    text.count = 0
    for weight in weights.elements {
      for byte in Self.text(of: weight).utf8 { text.append(byte) }
      text.append(Ascii.lineFeed)
    }
  }

  /// A weight in the fewest digits that bring it back exactly; whole numbers without a point.
  private static func text(of weight: Double) -> String {
    if let whole = UInt32(exactly: weight) { return String(whole) }
    return weight.description
  }

  private static func weight(
    _ cell: UnsafeBufferPointer<UInt8>, offset: Int, column: String, missing: MissingValues
  ) throws(BlockError) -> Double {
    guard !missing.contains(cell) else {
      throw BlockError(
        offset: offset, found: "the weight '\(column)' is missing in this row",
        expected: "a number, 0 or more", advice: "remove the row, or give it the weight 0")
    }
    guard let value = CellNumber.value(cell), value.isFinite, value >= 0 else {
      throw BlockError(
        offset: offset,
        found: "\(QuotedText.quote(cell)) in column '\(column)' is not a weight",
        expected: "a finite number, 0 or more")
    }
    return value
  }
}
