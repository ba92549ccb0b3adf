// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport
import FactorizationMachines
import LibFMFormats

extension LearningRun {
  /// Learns by stochastic gradient descent.
  func descend(
    from machine: consuming FactorizationMachine, _ train: Dataset, _ data: LoadedData,
    _ log: RunLog?, _ checkpoints: Checkpoints
  ) throws -> Learned {
    announceDescent()
    let monitor = monitor(train, checkpoints)
    var solver = StochasticGradientDescent(
      machine: consume machine, train: train, validation: data.validation?.dataset,
      test: data.test?.dataset,
      options: .init(
        task: settings.task, iterations: checkpoints.iterations,
        learningRates: settings.termRates, regularization: settings.termRegularization,
        metrics: LearningMonitor.metrics(settings)),
      pool: pool)
    try checkpoints.resume(&solver)
    try solver.run {
      observe($0, monitor, log)
    } checkpoint: {
      checkpoints.save($0, monitor, log)
    }
    return finish(
      (monitor.usesKept ? solver.keptMachine : nil) ?? solver.machine, monitor.best, train, data)
  }

  /// Learns by gradient descent in batches.
  func descendInBatches(
    from machine: consuming FactorizationMachine, using random: GlibcRandom,
    _ train: Dataset, _ data: LoadedData, _ log: RunLog?, _ checkpoints: Checkpoints
  ) throws -> Learned {
    guard let optimizer = settings.optimizer else {
      preconditionFailure("the settings ask for another method")
    }
    let batches = settings.batches
    transcript.gradientDescent(settings)
    transcript.batches(
      of: batches.batchSize
        ?? MiniBatchDescent.defaultBatchSize(caseCount: train.caseCount),
      areShuffled: batches.shuffles)
    let monitor = monitor(train, checkpoints)
    var solver = MiniBatchDescent(
      machine: consume machine, train: train, validation: data.validation?.dataset,
      test: data.test?.dataset,
      options: .init(
        task: settings.task, optimizer: optimizer, iterations: settings.iterations,
        learningRates: settings.termRates, regularization: settings.termRegularization,
        batchSize: batches.batchSize, shuffles: batches.shuffles, normLimit: batches.normLimit,
        metrics: LearningMonitor.metrics(settings)),
      random: random, pool: pool)
    try solver.run { observe($0, monitor, log) }
    return finish(
      (monitor.usesKept ? solver.keptMachine : nil) ?? solver.machine, monitor.best, train, data)
  }

  /// Shows and logs an iteration, and tells how to go on.
  private func observe(
    _ report: IterationReport, _ monitor: LearningMonitor, _ log: RunLog?
  ) -> LearningDecision {
    let iteration = LearningMonitor.Iteration(report)
    transcript.iteration(report)
    record(
      DescentLog.values(of: report) + LearningMonitor.logValues(of: iteration, settings), in: log)
    return monitor.observe(iteration)
  }

  /// Learns by stochastic gradient descent with penalties adapted on validation data.
  func adapt(
    from machine: consuming FactorizationMachine, _ train: Dataset, _ data: LoadedData,
    _ log: RunLog?, _ checkpoints: Checkpoints
  ) throws -> Learned {
    guard let validation = data.validation?.dataset else {
      preconditionFailure("the settings allow no such run")
    }
    announceDescent()
    transcript.adaptation(
      trainCount: train.caseCount, validationCount: validation.caseCount)
    let monitor = monitor(train, checkpoints)
    var solver = AdaptiveRegularization(
      machine: consume machine, train: train, validation: validation, test: data.test?.dataset,
      groups: data.groups,
      options: .init(
        task: settings.task, iterations: checkpoints.iterations,
        learningRates: settings.termRates, keepsWeights: !settings.isStrict,
        metrics: LearningMonitor.metrics(settings)),
      pool: pool)
    try checkpoints.resume(&solver)
    try solver.run { report in
      let iteration = LearningMonitor.Iteration(report.progress)
      transcript.iteration(report.progress)
      record(
        AdaptationLog.values(of: report) + LearningMonitor.logValues(of: iteration, settings),
        in: log)
      return monitor.observe(iteration)
    } checkpoint: {
      checkpoints.save($0, monitor, log)
    }
    return finish(
      (monitor.usesKept ? solver.keptMachine : nil) ?? solver.machine, monitor.best, train, data)
  }

  private func announceDescent() {
    transcript.gradientDescent(settings)
    transcript.shuffleReminder()
    if settings.isStrict, settings.learningRates.count == 3 {
      libFMCommand.report(
        "warning: nothing is learned, as with -strict three learning rates mean a rate of 0")
    }
  }

  /// Shows the final figures, which are those of an iteration if there was one.
  private func finish(
    _ machine: FactorizationMachine, _ iteration: LearningMonitor.Iteration?, _ train: Dataset,
    _ data: LoadedData
  ) -> Learned {
    let test = data.test?.dataset
    if let iteration {
      transcript.final(train: iteration.train, test: iteration.test)
    } else {
      func evaluation(_ dataset: Dataset) -> Evaluation {
        machine.evaluation(
          on: dataset, task: settings.task, targetRange: train.targetRange, pool: pool)
      }
      transcript.final(train: evaluation(train), test: test.map(evaluation))
    }
    return Learned(
      machine: machine,
      predictions: test.map { test in
        {
          try machine.predictions(
            for: test.matrix, task: settings.task, targetRange: train.targetRange, pool: pool)
        }
      })
  }
}
