// SPDX-License-Identifier: Apache-2.0

/// What turns the parameters of a machine into the predictions of the method that learned them.
///
/// libFM's methods add up a score in two different orders, whose last bits differ, and link it to a
/// probability by two different functions.
public struct PredictionRule: Sendable, Equatable {
  /// The methods that predict alike.
  public enum Family: Sendable, Hashable {
    /// SGD and SGDA: the entries of a case in the order given; the logistic function,
    /// 1 / (1 + exp(−score)).
    case gradientDescent

    /// ALS and MCMC: features ascending, then relations; the normal distribution function, see
    /// ``libFMNormalCDF(_:)``.
    case sampler
  }

  /// What is predicted: a score, or the probability of the positive class.
  public var task: LearningTask

  /// Whose predictions.
  public var family: Family

  /// The range of the training targets, to which regression cuts its predictions; nil cuts nothing.
  public var targetRange: TargetRange?

  /// Makes a rule.
  public init(task: LearningTask, family: Family, targetRange: TargetRange?) {
    self.task = task
    self.family = family
    self.targetRange = targetRange
  }
}

extension FactorizationMachine {
  /// The predictions for cases by a rule, alone or joined to relations.
  ///
  /// - Parameters:
  ///   - matrix: the cases, one a row.
  ///   - relations: tables joined to the cases by their `testMapping`. Their features are the last ones
  ///     of the machine, in the order of the relations.
  ///   - rule: how the machine was learned.
  ///   - pool: the workers; the result does not depend on their number.
  /// - Precondition: all ids of `matrix` are below the machine's number of features less those of the
  ///   relations; every relation has a mapping for each case; there are relations only with
  ///   ``PredictionRule/Family/sampler``.
  /// - Returns: one prediction a case.
  /// - Throws: ``OutOfMemoryError``.
  public func predictions(
    for matrix: SparseMatrix, relations: [Relation] = [], rule: PredictionRule, pool: WorkerPool
  ) throws(OutOfMemoryError) -> AlignedBuffer<Double> {
    switch rule.family {
    case .gradientDescent:
      precondition(relations.isEmpty, "gradient descent knows no relations")
      return try predictions(
        for: matrix, task: rule.task, targetRange: rule.targetRange, pool: pool)
    case .sampler:
      let predictions = try samplerScores(of: matrix, relations: relations, pool: pool)
      let clip = rule.targetRange.map(TargetClip.init)
      pool.forEachRange(of: matrix.rowCount, grain: 4_096) { range in
        for row in range {
          let score = predictions.base[row]
          predictions.base[row] = samplerPrediction(
            of: rule.task == .regression ? score : libFMNormalCDF(score), task: rule.task,
            clip: clip)
        }
      }
      return predictions
    }
  }

  /// Evaluates the predictions of a rule on a data set.
  ///
  /// - Parameters:
  ///   - dataset: the cases; targets −1 and +1 in classification.
  ///   - relations: tables joined to the cases, as for ``predictions(for:relations:rule:pool:)``.
  ///   - rule: how the machine was learned.
  ///   - pool: the workers; the result does not depend on their number.
  /// - Returns: RMSE, or the share of right classes.
  /// - Throws: ``OutOfMemoryError``.
  public func evaluation(
    on dataset: Dataset, relations: [Relation] = [], rule: PredictionRule, pool: WorkerPool
  ) throws(OutOfMemoryError) -> Evaluation {
    switch rule.family {
    case .gradientDescent:
      return evaluation(
        on: dataset, task: rule.task, targetRange: rule.targetRange, pool: pool)
    case .sampler:
      let metric: Metric = rule.task == .regression ? .rootMeanSquaredError : .accuracy
      let predictions = try predictions(
        for: dataset.matrix, relations: relations, rule: rule, pool: pool)
      return Evaluation(figure: metric.value(of: predictions, targets: dataset.targets))
    }
  }
}

/// What ALS and MCMC write for a case: a score cut to the range if there is one, or a probability cut to
/// 0...1; both may be averages.
@inline(__always)
func samplerPrediction(of value: Double, task: LearningTask, clip: TargetClip?) -> Double {
  switch task {
  case .regression: return clip?(value) ?? value
  case .classification:
    // A NaN, from an average over no draw, becomes 1.
    let cut = value < 1 ? value : 1
    return 0 < cut ? cut : 0
  }
}
