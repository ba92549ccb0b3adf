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
  /// Into how many parts to cut the rows when each keeps a note for every column: no more than the
  /// entries are worth.
  func partCount(for pool: WorkerPool) -> Int {
    min(pool.workerCount, max(1, entryCount / max(1, columnCount)))
  }

  /// The features cut into conflict-free blocks, from the first one on each as long as possible.
  ///
  /// - Precondition: the ids of each row ascend.
  /// - Throws: ``OutOfMemoryError``.
  func conflictFreeBlocks(pool: WorkerPool) throws(OutOfMemoryError) -> [FeatureBlock] {
    let partCount = partCount(for: pool)
    let neighbours = try AlignedBuffer<FeatureNeighbours>(count: partCount * columnCount)
    let source = SparseRows(self)
    pool.runTasks(partCount) { part in
      collectNeighbours(
        WorkerPool.range(of: source.rowCount, worker: part, workerCount: partCount),
        of: source, to: neighbours.base + part * source.columnCount)
    }
    var blocks: [FeatureBlock] = []
    var block = FeatureBlock(features: 0..<0, entryCount: 0, hasRepeats: false)
    for feature in 0..<columnCount {
      var entryCount = 0
      var firstFree = 0
      for part in 0..<partCount {
        let found = neighbours.base[part * columnCount + feature]
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

/// Cuts the features of a block into parts with about the same number of rows.
///
/// The id of row *i* is `ids[i * stride]`; it may be of no feature of the block.
func balancedParts(
  of block: FeatureBlock, ids: UnsafePointer<UInt32>, stride: Int, rowCount: Int, partCount: Int
) throws(OutOfMemoryError) -> [(features: Range<Int>, entryCount: Int)] {
  let features = block.features
  let counts = try AlignedBuffer<UInt32>(count: features.count)
  for row in 0..<rowCount {
    let index = Int(ids[row &* stride]) &- features.lowerBound
    if index >= 0, index < features.count { counts.base[index] &+= 1 }
  }
  var parts: [(features: Range<Int>, entryCount: Int)] = []
  var start = features.lowerBound
  var taken = 0
  for part in 1...partCount {
    let goal = block.entryCount * part / partCount
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
