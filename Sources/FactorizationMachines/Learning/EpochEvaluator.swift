// SPDX-License-Identifier: Apache-2.0

/// The data sets on which a solver evaluates each iteration, and how.
struct EpochEvaluator {
  let task: LearningTask
  let train: Dataset
  let validation: Dataset?
  let test: Dataset?

  /// Starts the evaluation of a machine, to be worked on by `workerCount` workers.
  func evaluation(of machine: FactorizationMachine, workerCount: Int) -> EpochEvaluation {
    let clip = TargetClip(train.targetRange)
    func evaluation(on dataset: Dataset) -> ParallelEvaluation {
      ParallelEvaluation(
        of: machine, on: dataset, task: task, clip: clip, workerCount: workerCount)
    }
    return EpochEvaluation(
      train: evaluation(on: train), validation: validation.map(evaluation),
      test: test.map(evaluation))
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
      test: test?.evaluation, learningTime: learningTime)
  }
}
