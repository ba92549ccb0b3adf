// SPDX-License-Identifier: Apache-2.0

/// A conflict-free block that is updated by passes over the rows.
struct StreamBlock {
  let features: Range<Int>

  /// The block's entry of each row.
  let slots: RowSlots

  /// What each worker adds up: some of the features, and the rows that have them.
  var shares: [BlockShare] = []
}

/// The rows whose features of a block fall to one worker.
struct BlockShare {
  let features: Range<Int>

  /// The rows, ascending; nil lists all.
  let rows: AlignedBuffer<UInt32>?
  let rowCount: Int

  /// The entries in the order of the rows.
  let slots: RowSlots
}

/// Buffers behind the slots of a block.
struct RowSlots {
  /// The ids; absent when all are ``firstID``.
  let ids: AlignedBuffer<UInt32>?

  /// The values; absent when all are 1.
  let values: AlignedBuffer<Float>?

  /// Whether a row may have no entry, marked by ``missingID``.
  var mayMiss = false
  var firstID = 0
  var missingID = UInt32.max

  var pointers: AnyBlockSlots {
    guard let ids else {
      guard let values else { preconditionFailure("a block without ids has values") }
      return .dense(DenseSlots(id: firstID, values: values.base))
    }
    if values == nil, !mayMiss { return .unit(UnitSlots(ids: ids.base, stride: 1)) }
    return .general(
      GeneralSlots(
        ids: ids.base, values: values.map { UnsafePointer($0.base) }, missing: missingID,
        mayMiss: mayMiss))
  }
}

extension StreamBlock {
  /// Takes the entries of blocks out of a matrix.
  ///
  /// - Throws: ``OutOfMemoryError``.
  static func blocks(
    _ blocks: [FeatureBlock], of matrix: SparseMatrix, pool: WorkerPool
  ) throws(OutOfMemoryError) -> [StreamBlock] {
    let rowCount = matrix.rowCount
    let missingID = UInt32(matrix.columnCount)
    var streams: [StreamBlock] = []
    let numberOfFeature = try AlignedBuffer<Int32>(count: matrix.columnCount)
    for feature in 0..<matrix.columnCount { numberOfFeature.base[feature] = -1 }
    for (number, block) in blocks.enumerated() {
      for feature in block.features { numberOfFeature.base[feature] = Int32(number) }
      let isComplete = block.entryCount == rowCount
      let isDense = isComplete && block.features.count == 1 && matrix.values != nil
      streams.append(
        StreamBlock(
          features: block.features,
          slots: RowSlots(
            ids: isDense ? nil : try AlignedBuffer(count: rowCount),
            values: matrix.values == nil ? nil : try AlignedBuffer(count: rowCount),
            mayMiss: !isComplete, firstID: block.features.lowerBound, missingID: missingID)))
    }
    let source = SparseRows(matrix)
    let targets = streams.map { ($0.slots.ids?.base, $0.slots.values?.base) }
    pool.forEachRange(of: rowCount, grain: 4_096) { range in
      for (stream, target) in zip(streams, targets) where stream.slots.mayMiss {
        for row in range { target.0?[row] = missingID }
      }
      fillSlots(range, of: source, numbers: numberOfFeature.base, targets: targets)
    }
    guard pool.workerCount > 1 else { return streams }
    for (number, block) in blocks.enumerated() {
      streams[number].shares = try shares(
        of: streams[number], entryCount: block.entryCount, rowCount: rowCount, pool: pool)
    }
    return streams
  }

  private static func shares(
    of block: StreamBlock, entryCount: Int, rowCount: Int, pool: WorkerPool
  ) throws(OutOfMemoryError) -> [BlockShare] {
    guard let ids = block.slots.ids else {
      return [
        BlockShare(features: block.features, rows: nil, rowCount: rowCount, slots: block.slots)
      ]
    }
    let parts = try balancedParts(
      of: FeatureBlock(features: block.features, entryCount: entryCount, hasRepeats: false),
      ids: ids.base, stride: 1, rowCount: rowCount, partCount: pool.workerCount)
    var shares: [BlockShare] = []
    for part in parts {
      shares.append(
        BlockShare(
          features: part.features, rows: try AlignedBuffer(count: part.entryCount),
          rowCount: part.entryCount,
          slots: RowSlots(
            ids: try AlignedBuffer(count: part.entryCount),
            values: block.slots.values == nil ? nil : try AlignedBuffer(count: part.entryCount))))
    }
    pool.run { [shares] worker in
      guard worker < shares.count else { return }
      fillShare(shares[worker], from: block.slots, rowCount: rowCount)
    }
    return shares
  }
}

private func fillSlots(
  _ range: Range<Int>, of source: SparseRows, numbers: UnsafePointer<Int32>,
  targets: [(UnsafeMutablePointer<UInt32>?, UnsafeMutablePointer<Float>?)]
) {
  targets.withUnsafeBufferPointer { targets in
    for row in range {
      for entry in source.start(ofRow: row)..<source.start(ofRow: row &+ 1) {
        let number = Int(numbers[Int(source.ids[entry])])
        if number < 0 { continue }
        let (ids, values) = targets[number]
        if let ids { ids[row] = source.ids[entry] }
        if let values, let sourceValues = source.values { values[row] = sourceValues[entry] }
      }
    }
  }
}

private func fillShare(_ share: BlockShare, from slots: RowSlots, rowCount: Int) {
  guard let rows = share.rows?.base, let targets = share.slots.ids?.base, let ids = slots.ids?.base
  else { return }
  var end = 0
  for row in 0..<rowCount where share.features.contains(Int(ids[row])) {
    rows[end] = UInt32(truncatingIfNeeded: row)
    targets[end] = ids[row]
    if let values = share.slots.values?.base, let source = slots.values?.base {
      values[end] = source[row]
    }
    end &+= 1
  }
}
