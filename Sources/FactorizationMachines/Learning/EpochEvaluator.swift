// SPDX-License-Identifier: Apache-2.0

/// The data sets on which a solver evaluates each iteration, and how.
struct EpochEvaluator {
  let task: LearningTask
  let train: Dataset
  let validation: Dataset?
  let test: Dataset?
  private let validationMeasurement: MetricMeasurement?
  private let testMeasurement: MetricMeasurement?

  /// Prepares evaluations, with `metrics` for validation and test data.
  init(
    task: LearningTask, train: Dataset, validation: Dataset?, test: Dataset?, metrics: [Metric]
  ) throws(OutOfMemoryError) {
    precondition(metrics.allSatisfy { $0.task == task }, "a metric is not defined for the task")
    self.task = task
    self.train = train
    self.validation = validation
    self.test = test
    validationMeasurement = try MetricMeasurement(metrics, on: validation)
    testMeasurement = try MetricMeasurement(metrics, on: test)
  }

  /// Starts the evaluation of a machine, to be worked on by any number of workers.
  ///
  /// The figures of one evaluation must be taken before the next one starts.
  func evaluation(of machine: FactorizationMachine) -> EpochEvaluation {
    evaluation(by: machine.rowScores)
  }

  /// Starts the evaluation of whatever computes `scores`.
  func evaluation(by scores: @escaping RowScores) -> EpochEvaluation {
    let clip = TargetClip(train.targetRange)
    func evaluation(on dataset: Dataset, _ measurement: MetricMeasurement?) -> ParallelEvaluation {
      ParallelEvaluation(
        scores, on: dataset, task: task, clip: clip, measurement: measurement)
    }
    return EpochEvaluation(
      train: evaluation(on: train, nil),
      validation: validation.map { evaluation(on: $0, validationMeasurement) },
      test: test.map { evaluation(on: $0, testMeasurement) })
  }

  /// The memory that the data sets take, in bytes.
  var byteCount: Int {
    train.matrix.byteCount + (validation?.matrix.byteCount ?? 0) + (test?.matrix.byteCount ?? 0)
  }
}

/// The evaluations that follow an epoch.
struct EpochEvaluation {
  let train: ParallelEvaluation
  let validation: ParallelEvaluation?
  let test: ParallelEvaluation?

  /// Does one worker's share.
  func work() {
    validation?.work()
    train.work()
    test?.work()
  }

  /// The figures, once all workers are done.
  func report(of iteration: Int, learningTime: ElapsedTime) -> IterationReport {
    IterationReport(
      iteration: iteration, train: train.evaluation, validation: validation?.evaluation,
      test: test?.evaluation, learningTime: learningTime,
      evaluationTime: (test ?? train).elapsed)
  }
}
