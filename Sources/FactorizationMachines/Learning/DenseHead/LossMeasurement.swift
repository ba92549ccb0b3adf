// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

extension LearningTask {
  /// The loss of a case: the squared error, or the logistic loss of targets −1 and +1.
  @inline(__always)
  func loss(score: Double, target: Double) -> Double {
    switch self {
    case .regression: return (score - target) * (score - target)
    case .classification:
      let margin = target * score
      return margin > 0 ? log1p(exp(-margin)) : log1p(exp(margin)) - margin
    }
  }

  /// The derivative of the loss by the score.
  @inline(__always)
  func lossSlope(score: Double, target: Double) -> Double {
    switch self {
    case .regression: 2 * (score - target)
    case .classification: -target / (1 + exp(target * score))
    }
  }
}

/// Sums over rows, each in blocks of 1024 rows that are then added in order: the same for any number of
/// workers.
final class BlockSums: @unchecked Sendable {
  /// The sums of the last pass.
  let totals: AlignedBuffer<Double>

  private let width: Int
  private let partial: AlignedBuffer<Double>
  private static let blockRows = 1_024

  /// Prepares `width` sums over up to `rowCount` rows.
  init(width: Int, rowCount: Int) throws(OutOfMemoryError) {
    self.width = width
    totals = try AlignedBuffer(count: width)
    partial = try AlignedBuffer(
      count: (rowCount + Self.blockRows - 1) / Self.blockRows * width)
  }

  /// Adds up over rows: calls `body` with each block and its sums, which are 0.
  func add(
    over rowCount: Int, pool: WorkerPool,
    _ body: (Range<Int>, _ sums: UnsafeMutablePointer<Double>) -> Void
  ) {
    let (base, width) = (partial.base, width)
    let blockCount = (rowCount + Self.blockRows - 1) / Self.blockRows
    pool.forEachRange(of: blockCount) { blocks in
      for block in blocks {
        let sums = base + block &* width
        sums.update(repeating: 0, count: width)
        let start = block &* Self.blockRows
        body(start..<min(start &+ Self.blockRows, rowCount), sums)
      }
    }
    totals.base.update(repeating: 0, count: width)
    for block in 0..<blockCount {
      for index in 0..<width { totals.base[index] += base[block &* width &+ index] }
    }
  }
}

/// Measures what ``DenseHeadDescent`` descends on cases that it does not learn from.
final class LossMeasurement {
  private let dataset: Dataset
  private let options: DenseHeadDescent.Options
  private let pool: WorkerPool
  private let scores: AlignedBuffer<Double>
  private let sums: BlockSums

  init(
    _ dataset: Dataset, options: DenseHeadDescent.Options, pool: WorkerPool
  ) throws(OutOfMemoryError) {
    self.dataset = dataset
    self.options = options
    self.pool = pool
    scores = try AlignedBuffer(count: dataset.caseCount)
    sums = try BlockSums(width: 1, rowCount: dataset.caseCount)
  }

  /// The mean loss of the cases, and the penalties.
  func loss(of model: DenseHeadMachine) -> Double {
    let (rowScores, rows) = (model.rowScores(for: options.task), SparseRows(dataset.matrix))
    let (scores, targets, task) = (scores.base, dataset.targets.base, options.task)
    sums.add(over: dataset.caseCount, pool: pool) { range, sums in
      rowScores(range, rows, scores + range.lowerBound)
      for row in range { sums[0] += task.loss(score: scores[row], target: Double(targets[row])) }
    }
    return average(sums.totals[0], over: dataset.caseCount) + penalty(of: model)
  }

  private func penalty(of model: DenseHeadMachine) -> Double {
    let (shape, penalties) = (model.machine.shape, options.regularization)
    func squares(_ values: UnsafePointer<Double>, _ count: Int) -> Double {
      UnsafeBufferPointer(start: values, count: count).reduce(0) { $0 + $1 * $1 }
    }
    let ofFeatures = model.machine.withParameters { weights, factors in
      penalties.weights * (shape.usesWeights ? squares(weights, shape.featureCount) : 0)
        + penalties.factors * squares(factors, shape.featureCount * shape.factorStride)
    }
    let bias = shape.usesBias ? model.machine.bias : 0
    return ofFeatures + penalties.bias * bias * bias
      + options.kernelRegularization * model.head.kernel.reduce(0) { $0 + $1 * $1 }
  }
}
