// SPDX-License-Identifier: Apache-2.0

/// How a sweep goes through the features of the training data: conflict-free blocks that most rows have
/// a feature of by passes over the rows, all others by levels, down their columns.
final class SweepPlan {
  enum Step {
    /// A block, by its index in ``streams``.
    case stream(Int)

    /// Consecutive features.
    case levels(FeatureLevels)
  }

  /// The training rows, ids ascending.
  let rows: SparseMatrix
  let steps: [Step]
  let streams: [StreamBlock]

  /// The columns of the features that go by levels.
  let columns: ColumnView?

  /// Set when every row has one entry of value 1 in each of two blocks, which are all there are, and
  /// nothing is joined; then there are no other steps.
  let pair: BlockPair?

  /// What each training row counts, where its error stands; nil for 1.
  let caseWeights: AlignedBuffer<Double>?

  /// Σ c x² of each feature of the machine over the training rows and their weights c, each square rounded
  /// to single precision.
  let squares: AlignedBuffer<Double>

  /// The distance of the errors from row to row: 2 where q stands beside them.
  var errorStride: Int { pair != nil || !usesFactors ? 1 : 2 }

  /// The room that the errors take.
  var errorCount: Int { pair?.errorCount ?? rows.rowCount * errorStride }

  /// How many factors begin at once, q being kept for the later ones: 1 for rows of two entries and less,
  /// where that would take more memory than all else.
  let gatheredFactorCount: Int

  private let usesFactors: Bool

  init(
    _ rows: SparseMatrix, caseWeights: AlignedBuffer<Double>? = nil,
    shape: FactorizationMachine.Shape, isJoined: Bool, tuning: SweepTuning, pool: WorkerPool
  ) throws(OutOfMemoryError) {
    self.rows = rows
    usesFactors = shape.factorCount > 0
    gatheredFactorCount =
      isJoined || rows.entryCount <= 2 * rows.rowCount
      ? 1
      : min(
        max(shape.factorCount, 1),
        FactorizationMachines.gatheredFactorCount(stride: shape.factorStride))
    let blocks = try rows.conflictFreeBlocks(pool: pool)
    let leastCount = tuning.leastStreamedShare * Double(rows.rowCount)
    let isStreamed = blocks.map { !$0.hasRepeats && Double($0.entryCount) >= leastCount }
    let streamed = zip(blocks, isStreamed).filter(\.1).map(\.0)
    let isPair =
      !isJoined && rows.rowWidth == 2 && rows.values == nil && blocks.count == 2
      && streamed.count == 2 && blocks.allSatisfy { $0.entryCount == rows.rowCount }
    pair = isPair ? try BlockPair((blocks[0], blocks[1]), of: rows, pool: pool) : nil
    streams = isPair ? [] : try StreamBlock.blocks(streamed, of: rows, pool: pool)
    columns = streamed.count < blocks.count ? try ColumnView(rows, pool: pool) : nil
    var steps: [Step] = []
    var waiting = 0..<0
    var streamCount = 0
    for (block, isStreamed) in zip(blocks, isStreamed) where !isPair {
      if !isStreamed {
        let start = waiting.isEmpty ? block.features.lowerBound : waiting.lowerBound
        waiting = start..<block.features.upperBound
      }
      if let columns, !waiting.isEmpty, isStreamed || block == blocks.last {
        steps.append(
          .levels(
            try FeatureLevels(
              of: waiting, in: columns, rowCount: rows.rowCount, workerCount: pool.workerCount,
              grain: tuning.levelGrain)))
        waiting = 0..<0
      }
      if isStreamed {
        steps.append(.stream(streamCount))
        streamCount += 1
      }
    }
    self.steps = steps
    squares = try AlignedBuffer(count: shape.featureCount)
    guard let caseWeights else {
      self.caseWeights = nil
      addSquares(of: SparseRows(rows), entryCount: rows.entryCount, to: squares.base)
      return
    }
    self.caseWeights = try pair?.inPlace(caseWeights, rowCount: rows.rowCount) ?? caseWeights
    addSquares(of: SparseRows(rows), weights: caseWeights.base, to: squares.base)
  }
}

/// From which sizes on a way of working pays.
struct SweepTuning {
  /// A block goes by passes over the rows when it has an entry in this share of them; otherwise running
  /// down its columns touches less memory, though in no order.
  var leastStreamedShare = 0.25

  /// The rows of a relation from which on passes over them pay; smaller tables stay in the cache, so that
  /// running down their columns misses nothing.
  var leastStreamedBlockRows = 1 << 16

  /// The entries of a level that make waking another worker worth it.
  var levelGrain = 1_024

  /// The features that make waking another worker worth it.
  var featureGrain = 2_048
}

private func addSquares(
  of rows: SparseRows, entryCount: Int, to squares: UnsafeMutablePointer<Double>
) {
  for entry in 0..<entryCount {
    let x = rows.values.map { $0[entry] } ?? 1
    squares[Int(rows.ids[entry])] += Double(x * x)
  }
}

private func addSquares(
  of rows: SparseRows, weights: UnsafePointer<Double>, to squares: UnsafeMutablePointer<Double>
) {
  for row in 0..<rows.rowCount {
    for entry in rows.entries(ofRow: row) {
      let x = rows.values.map { $0[entry] } ?? 1
      squares[Int(rows.ids[entry])] += weights[row] * Double(x * x)
    }
  }
}
