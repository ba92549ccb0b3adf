// SPDX-License-Identifier: Apache-2.0

/// Some rows of a batch, worked on together while they are in the cache.
///
/// Rows in the order of the data stay where they are; shuffled ones are gathered into buffers, each
/// worker gathering those that it scores.
final class BatchTile: @unchecked Sendable {
  /// The rows of a full tile.
  let capacity: Int

  private let train: Dataset
  private let order: BatchOrder?
  private let multipliers: AlignedBuffer<Double>
  private let sums: AlignedBuffer<Double>
  private let gathered: Gathered?

  /// The places of the rows when each worker is still to write the numbers of those that it gathers.
  private var unwritten: Range<Int>?

  /// Where shuffled rows are gathered.
  private struct Gathered {
    let rows: AlignedBuffer<Int>
    let offsets: AlignedBuffer<Int>?
    let ids: AlignedBuffer<UInt32>
    let values: AlignedBuffer<Float>?
    let targets: AlignedBuffer<Float>
    let caseWeights: AlignedBuffer<Double>?

    init(_ train: Dataset, rowCapacity: Int, entryCapacity: Int) throws(OutOfMemoryError) {
      let matrix = train.matrix
      rows = try AlignedBuffer(count: rowCapacity)
      offsets =
        matrix.offsets == nil ? nil : try AlignedBuffer(count: rowCapacity + 1)
      ids = try AlignedBuffer(count: entryCapacity)
      values = matrix.values == nil ? nil : try AlignedBuffer(count: entryCapacity)
      targets = try AlignedBuffer(count: rowCapacity)
      caseWeights = train.caseWeights == nil ? nil : try AlignedBuffer(count: rowCapacity)
    }
  }

  /// Makes a tile of up to `capacity` rows.
  ///
  /// - Parameters:
  ///   - train: the data.
  ///   - order: the order of the rows; nil for that of the data.
  ///   - factorStride: the machine's.
  ///   - capacity: the most rows; at least 1.
  /// - Throws: ``OutOfMemoryError``.
  init(
    _ train: Dataset, order: BatchOrder?, factorStride: Int, capacity: Int
  ) throws(OutOfMemoryError) {
    self.train = train
    self.order = order
    self.capacity = capacity
    multipliers = try AlignedBuffer(count: capacity)
    sums = try AlignedBuffer(count: capacity * factorStride)
    gathered =
      order == nil
      ? nil
      : try Gathered(
        train, rowCapacity: capacity,
        entryCapacity: Self.entryCapacity(train.matrix, rowCapacity: capacity))
  }

  /// The entries that `rowCapacity` rows can have at most.
  static func entryCapacity(_ matrix: SparseMatrix, rowCapacity: Int) -> Int {
    let (entries, overflow) = matrix.widestRow.multipliedReportingOverflow(by: rowCapacity)
    return overflow ? matrix.entryCount : min(entries, matrix.entryCount)
  }

  /// Takes the rows in some places of the order, whose ids and values are still to be gathered.
  ///
  /// - Returns: the pointers for the kernels, valid until the next call.
  func take(_ places: Range<Int>, pool: WorkerPool) -> TilePointers {
    let matrix = SparseRows(train.matrix)
    guard let gathered, let order else {
      return TilePointers(
        rows: matrix.slice(places), targets: train.targets.base + places.lowerBound,
        caseWeights: train.caseWeights.map { UnsafePointer($0.base + places.lowerBound) },
        multipliers: multipliers.base, sums: sums.base)
    }
    // Where rows of different widths begin depends on those before them.
    if gathered.offsets == nil, order.prepare(places) {
      unwritten = places
    } else {
      unwritten = nil
      order.write(places, to: gathered.rows.base, pool: pool)
    }
    if let offsets = gathered.offsets?.base {
      for row in 0..<places.count {
        offsets[row &+ 1] = offsets[row] &+ matrix.entries(ofRow: gathered.rows.base[row]).count
      }
    }
    return TilePointers(
      rows: SparseRows(
        rowCount: places.count, columnCount: matrix.columnCount, rowWidth: matrix.rowWidth,
        offsets: gathered.offsets.map { UnsafePointer($0.base) }, ids: gathered.ids.base,
        values: gathered.values.map { UnsafePointer($0.base) }),
      targets: gathered.targets.base,
      caseWeights: gathered.caseWeights.map { UnsafePointer($0.base) },
      multipliers: multipliers.base, sums: sums.base)
  }

  /// Gathers some rows of the tile, if they are not in the order of the data.
  func gather(_ rows: Range<Int>, into tile: TilePointers) {
    guard let gathered, let order else { return }
    if let start = unwritten?.lowerBound {
      order.write(
        start + rows.lowerBound..<start + rows.upperBound, to: gathered.rows.base + rows.lowerBound)
    }
    gatherRows(
      rows, SparseRows(train.matrix), numbers: gathered.rows.base, to: tile.rows,
      ids: gathered.ids.base, values: gathered.values?.base)
    let numbers = UnsafePointer(gathered.rows.base)
    gatherElements(rows, train.targets.base, numbers: numbers, to: gathered.targets.base)
    if let caseWeights = train.caseWeights, let target = gathered.caseWeights {
      gatherElements(rows, caseWeights.base, numbers: numbers, to: target.base)
    }
  }
}
