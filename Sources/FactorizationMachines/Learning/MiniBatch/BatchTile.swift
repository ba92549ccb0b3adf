// SPDX-License-Identifier: Apache-2.0

/// Some rows of a batch, worked on together while they are in the cache.
///
/// Rows in the order of the data stay where they are; shuffled ones are gathered into buffers. There may
/// be two of these, so that workers can gather the rows of the next tile while others still need those
/// of the last one.
final class BatchTile: @unchecked Sendable {
  /// The rows of a full tile.
  let capacity: Int

  private let train: Dataset
  private let order: BatchOrder?
  private let multipliers: AlignedBuffer<Double>
  private let sums: AlignedBuffer<Double>
  private let buffers: [Gathered]
  private var takenCount = 0

  /// The rows of a tile and where they are to be gathered.
  struct Taken {
    /// For the kernels, once the rows are gathered.
    let pointers: TilePointers
    let rowCount: Int

    /// Absent when the rows stay where they are.
    fileprivate let buffer: Gathered?

    /// The place of the first row when whoever gathers rows is to look up their numbers.
    fileprivate let start: Int?
  }

  /// Where shuffled rows are gathered.
  fileprivate struct Gathered {
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
  ///   - bufferCount: how many taken tiles are valid at a time.
  /// - Throws: ``OutOfMemoryError``.
  init(
    _ train: Dataset, order: BatchOrder?, factorStride: Int, capacity: Int,
    bufferCount: Int = 1
  ) throws(OutOfMemoryError) {
    self.train = train
    self.order = order
    self.capacity = capacity
    multipliers = try AlignedBuffer(count: capacity)
    sums = try AlignedBuffer(count: capacity * factorStride)
    var buffers: [Gathered] = []
    for _ in 0..<(order == nil ? 0 : bufferCount) {
      buffers.append(
        try Gathered(
          train, rowCapacity: capacity,
          entryCapacity: Self.entryCapacity(train.matrix, rowCapacity: capacity)))
    }
    self.buffers = buffers
  }

  /// The entries that `rowCapacity` rows can have at most.
  static func entryCapacity(_ matrix: SparseMatrix, rowCapacity: Int) -> Int {
    let (entries, overflow) = matrix.widestRow.multipliedReportingOverflow(by: rowCapacity)
    return overflow ? matrix.entryCount : min(entries, matrix.entryCount)
  }

  /// Takes the rows in some places of the order, which are still to be gathered.
  ///
  /// - Returns: the rows, valid until as many tiles as there are buffers have been taken after them.
  func take(_ places: Range<Int>, pool: WorkerPool) -> Taken {
    let matrix = SparseRows(train.matrix)
    guard let order else {
      return Taken(
        pointers: TilePointers(
          rows: matrix.slice(places), targets: train.targets.base + places.lowerBound,
          caseWeights: train.caseWeights.map { UnsafePointer($0.base + places.lowerBound) },
          multipliers: multipliers.base, sums: sums.base),
        rowCount: places.count, buffer: nil, start: nil)
    }
    let buffer = buffers[takenCount % buffers.count]
    takenCount += 1
    // Where rows of different widths begin depends on those before them.
    let isEven = buffer.offsets == nil && order.prepare(places)
    if !isEven { order.write(places, to: buffer.rows.base, pool: pool) }
    if let offsets = buffer.offsets?.base {
      for row in 0..<places.count {
        offsets[row &+ 1] = offsets[row] &+ matrix.entries(ofRow: buffer.rows.base[row]).count
      }
    }
    return Taken(
      pointers: TilePointers(
        rows: SparseRows(
          rowCount: places.count, columnCount: matrix.columnCount, rowWidth: matrix.rowWidth,
          offsets: buffer.offsets.map { UnsafePointer($0.base) }, ids: buffer.ids.base,
          values: buffer.values.map { UnsafePointer($0.base) }),
        targets: buffer.targets.base,
        caseWeights: buffer.caseWeights.map { UnsafePointer($0.base) },
        multipliers: multipliers.base, sums: sums.base),
      rowCount: places.count, buffer: buffer, start: isEven ? places.lowerBound : nil)
  }

  /// Gathers some rows of a tile, if they are not in the order of the data.
  func gather(_ rows: Range<Int>, of tile: Taken) {
    guard let buffer = tile.buffer, let order else { return }
    let numbers = buffer.rows.base
    if let start = tile.start {
      order.write(start + rows.lowerBound..<start + rows.upperBound, to: numbers + rows.lowerBound)
    }
    gatherRows(
      rows, SparseRows(train.matrix), train.targets.base, numbers: numbers,
      to: tile.pointers.rows, targets: buffer.targets.base, ids: buffer.ids.base,
      values: buffer.values?.base)
    if let caseWeights = train.caseWeights, let target = buffer.caseWeights {
      gatherElements(rows, caseWeights.base, numbers: numbers, to: target.base)
    }
  }
}
