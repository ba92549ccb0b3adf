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

  /// Starts the evaluation of a machine, to be worked on by `workerCount` workers.
  ///
  /// The figures of one evaluation must be taken before the next one starts.
  func evaluation(of machine: FactorizationMachine, workerCount: Int) -> EpochEvaluation {
    evaluation(by: machine.rowScores, workerCount: workerCount)
  }

  /// Starts the evaluation of whatever computes `scores`.
  func evaluation(by scores: @escaping RowScores, workerCount: Int) -> EpochEvaluation {
    let clip = TargetClip(train.targetRange)
    func evaluation(on dataset: Dataset, _ measurement: MetricMeasurement?) -> ParallelEvaluation {
      ParallelEvaluation(
        scores, on: dataset, task: task, clip: clip, measurement: measurement,
        workerCount: workerCount)
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

  /// Does the share of one worker; every index must be worked once.
  func work(as worker: Int) {
    validation?.work(as: worker)
    train.work(as: worker)
    test?.work(as: worker)
  }

  /// The figures, once all workers are done.
  func report(of iteration: Int, learningTime: ElapsedTime) -> IterationReport {
    IterationReport(
      iteration: iteration, train: train.evaluation, validation: validation?.evaluation,
      test: test?.evaluation, learningTime: learningTime,
      evaluationTime: (test ?? train).elapsed)
  }
}
