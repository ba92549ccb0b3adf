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
