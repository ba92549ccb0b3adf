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

  /// Where the ids of a pair of blocks stand together: 0 for the left one, 1 for the right one.
  var side: Int?

  /// The values; absent when all are 1.
  let values: AlignedBuffer<Float>?

  /// Whether a row may have no entry, marked by ``missingID``.
  var mayMiss = false
  var firstID = 0
  var missingID = UInt32.max

  /// The ids of both blocks of a pair.
  var idPairs: UnsafePointer<IDPair> {
    guard let ids, side != nil else { preconditionFailure("not the slots of a pair") }
    return UnsafeRawPointer(ids.base).assumingMemoryBound(to: IDPair.self)
  }

  /// The distance of the ids from row to row.
  var idStride: Int { side == nil ? 1 : 2 }

  var pointers: AnyBlockSlots {
    guard let ids else {
      guard let values else { preconditionFailure("a block without ids has values") }
      return .dense(DenseSlots(id: firstID, values: values.base))
    }
    if let side { return .unit(UnitSlots(ids: ids.base + side, stride: 2)) }
    if values == nil, !mayMiss { return .unit(UnitSlots(ids: ids.base, stride: 1)) }
    return .general(
      GeneralSlots(
        ids: ids.base, values: values.map { UnsafePointer($0.base) }, missing: missingID))
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

  /// The two blocks of a matrix in which every row has one entry of value 1 in each, which share the
  /// matrix' own ids.
  ///
  /// - Throws: ``OutOfMemoryError``.
  static func pair(
    _ blocks: [FeatureBlock], of matrix: SparseMatrix, pool: WorkerPool
  ) throws(OutOfMemoryError) -> [StreamBlock] {
    var streams: [StreamBlock] = []
    for (side, block) in blocks.enumerated() {
      var stream = StreamBlock(
        features: block.features, slots: RowSlots(ids: matrix.ids, side: side, values: nil))
      if pool.workerCount > 1 {
        stream.shares = try shares(
          of: stream, entryCount: block.entryCount, rowCount: matrix.rowCount, pool: pool)
      }
      streams.append(stream)
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
    let (side, stride) = (block.slots.side ?? 0, block.slots.idStride)
    let parts = try balancedParts(
      of: block.features, ids: ids.base + side, stride: stride, rowCount: rowCount,
      entryCount: entryCount, partCount: pool.workerCount)
    var shares: [BlockShare] = []
    for part in parts {
      shares.append(
        BlockShare(
          features: part.features, rows: try AlignedBuffer(count: part.entryCount),
          rowCount: part.entryCount,
          slots: RowSlots(
            ids: try AlignedBuffer(count: part.entryCount * stride), side: block.slots.side,
            values: block.slots.values == nil ? nil : try AlignedBuffer(count: part.entryCount))))
    }
    pool.run { [shares] worker in
      guard worker < shares.count else { return }
      fillShare(shares[worker], from: block.slots, rowCount: rowCount)
    }
    return shares
  }
}

/// Cuts the features of a block into parts with about the same number of rows.
private func balancedParts(
  of features: Range<Int>, ids: UnsafePointer<UInt32>, stride: Int, rowCount: Int,
  entryCount: Int, partCount: Int
) throws(OutOfMemoryError) -> [(features: Range<Int>, entryCount: Int)] {
  let counts = try AlignedBuffer<UInt32>(count: features.count)
  for row in 0..<rowCount {
    let index = Int(ids[row &* stride]) &- features.lowerBound
    if index >= 0, index < features.count { counts.base[index] &+= 1 }
  }
  var parts: [(features: Range<Int>, entryCount: Int)] = []
  var start = features.lowerBound
  var taken = 0
  for part in 1...partCount {
    let goal = entryCount * part / partCount
    var (end, sum) = (start, 0)
    while end < features.upperBound, part == partCount || taken + sum < goal {
      sum += Int(counts.base[end - features.lowerBound])
      end += 1
    }
    parts.append((start..<end, sum))
    (start, taken) = (end, taken + sum)
  }
  return parts
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
  let (side, stride) = (slots.side ?? 0, slots.idStride)
  var end = 0
  for row in 0..<rowCount where share.features.contains(Int(ids[row &* stride &+ side])) {
    rows[end] = UInt32(truncatingIfNeeded: row)
    for index in 0..<stride { targets[end &* stride &+ index] = ids[row &* stride &+ index] }
    if let values = share.slots.values?.base, let source = slots.values?.base {
      values[end] = source[row]
    }
    end &+= 1
  }
}
