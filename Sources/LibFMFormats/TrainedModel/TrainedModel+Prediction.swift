// SPDX-License-Identifier: Apache-2.0

public import FactorizationMachines

extension TrainingDescription {
  /// How the method turns scores into predictions.
  public var predictionRule: PredictionRule {
    PredictionRule(
      task: task, family: ["als", "mcmc"].contains(method) ? .sampler : .gradientDescent,
      targetRange: targetRange)
  }
}

extension TrainedModel {
  /// The predictions for cases: the numbers that the training run would have written for them, had they
  /// been its test cases.
  ///
  /// For MCMC they are those of the last draw alone, which predicts worse than the average over all draws
  /// that the training run writes. With no iteration at all a training run of ALS writes predictions of
  /// zero scores; here they are those of the starting parameters.
  ///
  /// - Parameters:
  ///   - matrix: the cases, one a row. Entries of features that the model does not know add nothing;
  ///     ``KnownCases`` counts them.
  ///   - relations: the relations that the model was learned with, in the same order; their
  ///     `testMapping` has a row for each case, and their `trainMapping` may be empty.
  ///   - pool: the workers; the result does not depend on their number.
  /// - Returns: one prediction a case: in regression within the range of the training targets, in
  ///   classification the probability of the positive class.
  /// - Throws: ``RelationMismatch`` when the relations are not those of the model; `OutOfMemoryError`.
  public func predictions(
    for matrix: SparseMatrix, relations: [Relation] = [], pool: WorkerPool
  ) throws -> AlignedBuffer<Double> {
    let known = try KnownCases(
      matrix, relations: relations, blockFeatureCounts: training.blockFeatureCounts)
    if let headed = DenseHeadMachine(machine, training, head) {
      return try headed.predictions(
        for: known.matrix, task: training.task, targetRange: training.targetRange, pool: pool)
    }
    return try machine.predictions(
      for: known.matrix, relations: known.relations, rule: training.predictionRule, pool: pool)
  }

  /// The predictions for the cases of a data set, whose targets are not looked at.
  ///
  /// - Throws: ``RelationMismatch`` when the relations are not those of the model; `OutOfMemoryError`.
  public func predictions(
    for dataset: Dataset, relations: [Relation] = [], pool: WorkerPool
  ) throws -> AlignedBuffer<Double> {
    try predictions(for: dataset.matrix, relations: relations, pool: pool)
  }
}
