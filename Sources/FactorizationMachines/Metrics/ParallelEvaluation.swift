// SPDX-License-Identifier: Apache-2.0

/// Writes the scores of some rows, given the pointers of their matrix, to where the first one belongs.
typealias RowScores = (Range<Int>, SparseRows, UnsafeMutablePointer<Double>) -> Void

/// The evaluation of a machine on a data set, shared out among workers in small blocks of rows.
///
/// Scores are computed in parallel and added up in row order, so the result has the same bits for any
/// number of workers.
final class ParallelEvaluation: @unchecked Sendable {
  private let scores: RowScores
  private let dataset: Dataset
  private let task: LearningTask
  private let clip: TargetClip?
  private let measurement: MetricMeasurement?
  private let turns = OrderedTurns()
  private var chain: EvaluationChain

  /// The time that the worker with the first block took for its share.
  private(set) var elapsed = ElapsedTime.zero

  /// Rows a block: their scores stay in the first-level cache until they are added up.
  private static let blockRows = 1_024

  init(
    _ scores: @escaping RowScores, on dataset: Dataset, task: LearningTask, clip: TargetClip?,
    measurement: MetricMeasurement? = nil
  ) {
    self.scores = scores
    self.dataset = dataset
    self.task = task
    self.clip = clip
    self.measurement = measurement
    chain = EvaluationChain(task: task, clip: clip)
  }

  /// Does one worker's share: blocks until there are none left.
  ///
  /// Any number of workers, at least one, may come at any time.
  func work() {
    let start = ElapsedTime.nowOnThisThread()
    let rowCount = dataset.caseCount
    let rows = SparseRows(dataset.matrix)
    let blockCount = (rowCount + Self.blockRows - 1) / Self.blockRows
    withUnsafeTemporaryAllocation(of: Double.self, capacity: Self.blockRows) { buffer in
      guard let block = buffer.baseAddress else { return }
      var index = turns.claim()
      let isFirst = index == 0
      while index < blockCount {
        let start = index * Self.blockRows
        let range = start..<min(start + Self.blockRows, rowCount)
        scores(range, rows, block)
        turns.take(index) {
          chain.add(scores: block, targets: dataset.targets.base + start, count: range.count)
        }
        if let measurement {
          let predictions = measurement.predictions.base + start
          predictions.update(from: block, count: range.count)
          turnIntoPredictions(predictions, count: range.count, task: task, clip: clip)
        }
        index = turns.claim()
      }
      if isFirst { elapsed = ElapsedTime.nowOnThisThread() - start }
    }
  }

  /// The figures, once all workers are done.
  var evaluation: Evaluation {
    var evaluation = chain.evaluation
    if let measurement { evaluation.metrics = measurement.values(for: dataset) }
    return evaluation
  }
}

extension FactorizationMachine {
  /// Computes scores of rows in the order of additions that SGD uses.
  var rowScores: RowScores {
    { [self] range, rows, scores in
      withParameterPointers { parameters in
        writeScores(of: range, in: rows, bias: bias, parameters: parameters, to: scores)
      }
    }
  }

  /// Evaluates the machine on a data set.
  ///
  /// - Parameters:
  ///   - dataset: the cases; targets −1 and +1 in classification.
  ///   - task: regression cuts scores to `targetRange` if there is one; classification takes their
  ///     sign.
  ///   - targetRange: the range of the training targets, if it is known.
  ///   - pool: the workers; the result does not depend on their number.
  /// - Returns: RMSE and MAE, or the share of right classes.
  public func evaluation(
    on dataset: Dataset, task: LearningTask, targetRange: TargetRange?, pool: WorkerPool
  ) -> Evaluation {
    precondition(dataset.featureCount <= shape.featureCount)
    let evaluation = ParallelEvaluation(
      rowScores, on: dataset, task: task, clip: targetRange.map(TargetClip.init))
    pool.run { _ in evaluation.work() }
    return evaluation.evaluation
  }
}
