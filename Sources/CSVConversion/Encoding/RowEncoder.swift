// SPDX-License-Identifier: Apache-2.0

/// Encodes blocks of rows; each worker has its own.
final class RowEncoder {
  /// The targets of the last block; 0 for rows without.
  let targets = GrowableBuffer<Float>()

  /// The weights of the last block's rows, where they are wanted.
  let weights: RowWeights?

  /// The entries of the last block, column after column.
  let outputs: [EncodedColumn]

  /// How many rows were encoded so far.
  private(set) var rowCount = 0

  /// How many targets were missing so far.
  private(set) var missingTargetCount = 0

  private let columns: [(place: Int, encoder: any ColumnEncoder)]
  private let target: (place: Int, encoding: TargetEncoding)?

  init(
    columns: [(place: Int, encoder: any ColumnEncoder)],
    target: (place: Int, encoding: TargetEncoding)?, weights: RowWeights?
  ) {
    self.columns = columns
    self.target = target
    self.weights = weights
    outputs = columns.map(\.encoder.output)
  }

  /// How many categories of each column had no feature so far.
  var unknownCounts: [Int] { columns.map(\.encoder.unknownCount) }

  /// Encodes all rows of a block.
  ///
  /// - Returns: the first cell that cannot be encoded.
  func encode(_ cells: CellTable) -> BlockError? {
    rowCount += cells.rowCount
    var error = BlockError.first(encodeTargets(cells), weights?.collect(cells))
    for column in columns {
      error = .first(error, column.encoder.encode(cells, column: column.place))
    }
    return error
  }

  private func encodeTargets(_ cells: CellTable) -> BlockError? {
    targets.count = 0
    targets.reserve(cells.rowCount)
    guard let target else {
      missingTargetCount += cells.rowCount
      targets.count = cells.rowCount
      targets.elements.update(repeating: 0)
      return nil
    }
    for row in 0..<cells.rowCount {
      do throws(BlockError) {
        let value = try target.encoding.value(
          cells.bytes(row: row, column: target.place),
          offset: cells.offset(row: row, column: target.place))
        if value == nil { missingTargetCount &+= 1 }
        targets.append(value ?? 0)
      } catch {
        return error
      }
    }
    return nil
  }
}
