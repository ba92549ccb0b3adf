// SPDX-License-Identifier: Apache-2.0

/// A run of consecutive features of which no row has two.
///
/// Given all other parameters those of a block are independent, and they touch disjoint rows, so that
/// they may be updated in any order or side by side.
struct FeatureBlock: Equatable {
  let features: Range<Int>

  /// The number of entries; that of the rows with an entry when none repeats a feature.
  var entryCount: Int

  /// Whether a row has the same feature more than once.
  var hasRepeats: Bool
}

extension SparseMatrix {
  /// The features cut into conflict-free blocks, from the first one on each as long as possible.
  ///
  /// - Precondition: the ids of each row ascend.
  /// - Throws: ``OutOfMemoryError``.
  func conflictFreeBlocks(pool: WorkerPool) throws(OutOfMemoryError) -> [FeatureBlock] {
    let neighbours = try AlignedBuffer<FeatureNeighbours>(count: pool.workerCount * columnCount)
    let source = SparseRows(self)
    let workerCount = pool.workerCount
    pool.run { worker in
      collectNeighbours(
        WorkerPool.range(of: source.rowCount, worker: worker, workerCount: workerCount),
        of: source, to: neighbours.base + worker * source.columnCount)
    }
    var blocks: [FeatureBlock] = []
    var block = FeatureBlock(features: 0..<0, entryCount: 0, hasRepeats: false)
    for feature in 0..<columnCount {
      var entryCount = 0
      var firstFree = 0
      for worker in 0..<workerCount {
        let found = neighbours.base[worker * columnCount + feature]
        entryCount += Int(found.entryCount)
        firstFree = max(firstFree, Int(found.firstFree))
      }
      // A row of the feature also has one of the block, or has the feature itself twice, which then
      // stands alone.
      if firstFree > block.features.lowerBound, !block.features.isEmpty {
        blocks.append(block)
        block = FeatureBlock(features: feature..<feature, entryCount: 0, hasRepeats: false)
      }
      let repeats = firstFree == feature + 1
      block = FeatureBlock(
        features: block.features.lowerBound..<feature + 1,
        entryCount: block.entryCount + entryCount, hasRepeats: block.hasRepeats || repeats)
    }
    if !block.features.isEmpty { blocks.append(block) }
    return blocks
  }
}

/// What the rows say about one feature.
private struct FeatureNeighbours: BitwiseCopyable {
  /// One more than the greatest id that stands before the feature in a row; 0 when there is none.
  var firstFree: UInt32
  var entryCount: UInt32
}

private func collectNeighbours(
  _ range: Range<Int>, of source: SparseRows, to neighbours: UnsafeMutablePointer<FeatureNeighbours>
) {
  for row in range {
    var firstFree: UInt32 = 0
    for entry in source.start(ofRow: row)..<source.start(ofRow: row &+ 1) {
      let id = source.ids[entry]
      let target = neighbours + Int(id)
      target.pointee.firstFree = max(target.pointee.firstFree, firstFree)
      target.pointee.entryCount &+= 1
      firstFree = id &+ 1
    }
  }
}
