// SPDX-License-Identifier: Apache-2.0

/// Two conflict-free blocks of which every row has one feature each, with value 1: the usual table of
/// users and items.
///
/// Each worker has some features of either block. With several workers errors are kept by cells: rows
/// with the same worker on the left and on the right stand together, so that in a pass over either block
/// a worker reads and writes memory that is its alone.
struct BlockPair {
  /// The features of the left block that fall to each worker, and their rows.
  let left: [PairShare]

  /// The features of the right block that fall to each worker, and their rows.
  let right: [PairShare]

  /// Where the error of each row stands; nil for one after the other.
  let positions: AlignedBuffer<UInt32>?

  /// The room that the errors take.
  let errorCount: Int

  init(
    _ blocks: (left: FeatureBlock, right: FeatureBlock), of matrix: SparseMatrix,
    pool: WorkerPool
  ) throws(OutOfMemoryError) {
    let rowCount = matrix.rowCount
    guard pool.workerCount > 1 else {
      left = [PairShare(allOf: blocks.left, matrix)]
      right = [PairShare(allOf: blocks.right, matrix)]
      positions = nil
      errorCount = rowCount
      return
    }
    let workerCount = pool.workerCount
    let ids = matrix.ids.base
    let parts = (
      left: try balancedParts(
        of: blocks.left, ids: ids, stride: 2, rowCount: rowCount, partCount: workerCount),
      right: try balancedParts(
        of: blocks.right, ids: ids + 1, stride: 2, rowCount: rowCount, partCount: workerCount)
    )
    let owners = try AlignedBuffer<UInt32>(count: matrix.columnCount)
    for (worker, part) in parts.left.enumerated() {
      for feature in part.features { owners.base[feature] = UInt32(worker * workerCount) }
    }
    for (worker, part) in parts.right.enumerated() {
      for feature in part.features { owners.base[feature] = UInt32(worker) }
    }
    let positions = try AlignedBuffer<UInt32>(count: rowCount)
    errorCount = assignPositions(
      positions.base, ids: ids, rowCount: rowCount, owners: owners.base,
      cellCount: workerCount * workerCount)
    self.positions = positions
    left = try PairShare.shares(of: parts.left, side: .left, matrix, positions, pool)
    right = try PairShare.shares(of: parts.right, side: .right, matrix, positions, pool)
  }
}

extension BlockPair {
  /// Numbers of the rows, put where the errors of the rows stand.
  ///
  /// - Throws: ``OutOfMemoryError``.
  func inPlace(
    _ numbers: AlignedBuffer<Double>, rowCount: Int
  ) throws(OutOfMemoryError) -> AlignedBuffer<Double> {
    guard let positions else { return numbers }
    let placed = try AlignedBuffer<Double>(count: errorCount)
    for row in 0..<rowCount { placed.base[Int(positions.base[row])] = numbers.base[row] }
    return placed
  }
}

/// Numbers the rows cell by cell, each beginning on a cache line; gives the end.
private func assignPositions(
  _ positions: UnsafeMutablePointer<UInt32>, ids: UnsafePointer<UInt32>, rowCount: Int,
  owners: UnsafePointer<UInt32>, cellCount: Int
) -> Int {
  var ends = Array(repeating: 0, count: cellCount)
  for row in 0..<rowCount {
    ends[Int(owners[Int(ids[2 &* row])] &+ owners[Int(ids[2 &* row &+ 1])])] += 1
  }
  var end = 0
  for cell in 0..<cellCount {
    let count = ends[cell]
    ends[cell] = end
    end = (end + count + 7) / 8 * 8
  }
  for row in 0..<rowCount {
    let cell = Int(owners[Int(ids[2 &* row])] &+ owners[Int(ids[2 &* row &+ 1])])
    positions[row] = UInt32(truncatingIfNeeded: ends[cell])
    ends[cell] += 1
  }
  return end
}

/// The features of one block of a pair that fall to one worker, and the rows that have them.
struct PairShare {
  let features: Range<Int>
  private let rowCount: Int

  /// Where the errors of the rows stand, rows ascending; nil for all rows one after the other.
  private let positions: AlignedBuffer<UInt32>?

  /// The two ids of each row in that order.
  private let ids: AlignedBuffer<UInt32>

  /// All rows of a block.
  fileprivate init(allOf block: FeatureBlock, _ matrix: SparseMatrix) {
    features = block.features
    rowCount = matrix.rowCount
    positions = nil
    ids = matrix.ids
  }

  private init(features: Range<Int>, rowCount: Int) throws(OutOfMemoryError) {
    self.features = features
    self.rowCount = rowCount
    positions = try AlignedBuffer(count: rowCount)
    ids = try AlignedBuffer(count: 2 * rowCount)
  }

  var rows: PairRows {
    PairRows(
      count: rowCount, positions: positions.map { UnsafePointer($0.base) },
      ids: UnsafeRawPointer(ids.base).assumingMemoryBound(to: IDPair.self))
  }

  fileprivate static func shares(
    of parts: [(features: Range<Int>, entryCount: Int)], side: PairSide, _ matrix: SparseMatrix,
    _ positions: AlignedBuffer<UInt32>, _ pool: WorkerPool
  ) throws(OutOfMemoryError) -> [PairShare] {
    var shares: [PairShare] = []
    for part in parts {
      shares.append(try PairShare(features: part.features, rowCount: part.entryCount))
    }
    pool.run { [shares] worker in
      shares[worker].fill(side: side, from: matrix.ids.base, positions.base, matrix.rowCount)
    }
    return shares
  }

  private func fill(
    side: PairSide, from source: UnsafePointer<UInt32>, _ sourcePositions: UnsafePointer<UInt32>,
    _ sourceCount: Int
  ) {
    guard let positions = positions?.base else { return }
    let (ids, features) = (ids.base, features)
    var end = 0
    for row in 0..<sourceCount
    where features.contains(Int(source[2 &* row &+ side.rawValue])) {
      positions[end] = sourcePositions[row]
      ids[2 &* end] = source[2 &* row]
      ids[2 &* end &+ 1] = source[2 &* row &+ 1]
      end &+= 1
    }
  }
}
