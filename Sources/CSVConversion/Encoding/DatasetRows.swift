// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines

/// Collects encoded rows in memory.
final class DatasetRows {
  private let targets = GrowableBuffer<Float>()
  private let offsets = GrowableBuffer<Int>()
  private let ids = GrowableBuffer<UInt32>()
  private let values = GrowableBuffer<Float>()
  private let weights = GrowableBuffer<Double>()
  private var hasValues = false
  private var hasWeights = false
  private var range = TargetRange()

  init() {
    offsets.append(0)
  }

  /// Where each row begins among ``rowIds``, and one more.
  var rowOffsets: UnsafeMutableBufferPointer<Int> { offsets.elements }

  /// The ids of all rows.
  var rowIds: UnsafeMutableBufferPointer<UInt32> { ids.elements }

  /// The values of all rows.
  var rowValues: UnsafeMutableBufferPointer<Float> { values.elements }

  /// Adds the rows of a block that `encoder` has encoded.
  func append(_ encoder: RowEncoder, rowCount: Int) {
    let columns = encoder.outputs.map(ColumnEntries.init)
    targets.append(encoder.targets)
    for target in encoder.targets.elements { range.include(target) }
    if let weights = encoder.weights {
      self.weights.append(weights.weights)
      hasWeights = true
    }
    for row in 0..<rowCount {
      for column in columns {
        guard let ends = column.ends else {
          append(column.ids[row], column.values?[row] ?? 1)
          continue
        }
        for index in (row == 0 ? 0 : Int(ends[row - 1]))..<Int(ends[row]) {
          append(column.ids[index], column.values?[row] ?? 1)
        }
      }
      offsets.append(ids.count)
    }
  }

  private func append(_ id: UInt32, _ value: Float) {
    if id == EncodedColumn.none { return }
    ids.append(id)
    values.append(value)
    if value != 1 { hasValues = true }
  }

  /// The rows with their targets.
  func dataset(featureCount: Int) throws(OutOfMemoryError) -> Dataset {
    Dataset(
      matrix: SparseMatrix(
        rowCount: offsets.count - 1, columnCount: featureCount,
        offsets: try AlignedBuffer(offsets.elements), ids: try AlignedBuffer(ids.elements),
        values: hasValues ? try AlignedBuffer(values.elements) : nil),
      targets: try AlignedBuffer(targets.elements), targetRange: range,
      caseWeights: hasWeights ? try AlignedBuffer(weights.elements) : nil)
  }
}
