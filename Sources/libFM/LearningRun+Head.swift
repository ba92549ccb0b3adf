// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport
import FactorizationMachines
import LibFMFormats

extension LearningRun {
  /// Learns a dense head over the columns by gradient descent in batches.
  func descendUnderHead(
    from model: consuming DenseHeadMachine, using random: GlibcRandom, _ train: Dataset,
    _ data: LoadedData, _ log: RunLog?, _ checkpoints: Checkpoints
  ) throws -> Learned {
    guard let optimizer = settings.headOptimizer else {
      preconditionFailure("the settings ask for another method")
    }
    let batches = settings.batches
    announceHead(train)
    let monitor = monitor(train, checkpoints)
    var solver = DenseHeadDescent(
      model: consume model, train: train, validation: data.validation?.dataset,
      test: data.test?.dataset,
      options: .init(
        task: settings.task, optimizer: optimizer, iterations: settings.iterations,
        learningRates: settings.termRates, regularization: settings.termRegularization,
        kernelRegularization: settings.head.kernelRegularization, batchSize: batches.batchSize,
        shuffles: batches.shuffles,
        normLimit: batches.normLimit ?? DenseHeadDescent.Options.defaultNormLimit,
        metrics: LearningMonitor.metrics(settings)),
      random: random, pool: pool)
    try solver.run { report in
      let iteration = LearningMonitor.Iteration(report)
      transcript.iteration(report.progress)
      record(
        DescentLog.values(of: report.progress)
          + LearningMonitor.logValues(of: iteration, settings), in: log)
      return monitor.observe(iteration)
    }
    let learned = (monitor.usesKept ? solver.keptModel : nil) ?? solver.model
    return finish(learned, monitor.best, train, data)
  }

  private func announceHead(_ train: Dataset) {
    transcript.gradientDescent(settings)
    transcript.batches(
      of: settings.batches.batchSize
        ?? DenseHeadDescent.defaultBatchSize(caseCount: train.caseCount),
      areShuffled: settings.batches.shuffles)
    guard let activation = settings.head.activation, activation != .linear else { return }
    if settings.task == .classification {
      libFMCommand.report(
        "note: -activation \(activation.rawValue) is not applied with -task c: the unit gives a logit"
      )
    } else if train.targetRange.lower < 0 {
      libFMCommand.report(
        "warning: -activation \(activation.rawValue) predicts nothing below 0, where there are "
          + "targets")
    } else if activation == .sigmoid, train.targetRange.upper > 1 {
      libFMCommand.report(
        "warning: -activation sigmoid predicts nothing above 1, where there are targets")
    }
  }

  /// Shows the final figures, which are those of an iteration if there was one.
  private func finish(
    _ model: DenseHeadMachine, _ iteration: LearningMonitor.Iteration?, _ train: Dataset,
    _ data: LoadedData
  ) -> Learned {
    let (task, targetRange, test) = (settings.task, train.targetRange, data.test?.dataset)
    func evaluation(_ dataset: Dataset) -> Evaluation {
      model.evaluation(on: dataset, task: task, targetRange: targetRange, pool: pool)
    }
    transcript.final(
      train: iteration?.train ?? evaluation(train),
      test: iteration.map(\.test) ?? test.map(evaluation))
    return Learned(
      machine: model.machine, head: model.head,
      predictions: test.map { test in
        {
          try model.predictions(
            for: test.matrix, task: task, targetRange: targetRange, pool: pool)
        }
      })
  }

  // MARK: The start

  /// The machine and the head with random or loaded parameters, and the generator after that.
  func initialHead(
    _ data: LoadedData
  ) throws -> (model: DenseHeadMachine, random: GlibcRandom) {
    guard data.featureCount > 0 else {
      throw CommandError.failure(
        "-head dense needs features, and the data have none; give cases with entries")
    }
    var random = GlibcRandom(seed: settings.seed)
    let shape = settings.shape(featureCount: data.featureCount)
    let model: DenseHeadMachine
    do {
      model = try DenseHeadMachine(
        shape: shape, columns: data.groups, activation: settings.head.activation ?? .linear,
        using: &random)
    } catch {
      throw doesNotFit(shape, data, error)
    }
    guard let path = settings.loadedModelPath else { return (model, random) }
    transcript.readingModel()
    return (try loadHead(path, data), random)
  }

  /// Loads the parameters to start from.
  private func loadHead(_ path: String, _ data: LoadedData) throws -> DenseHeadMachine {
    let content = try ModelFile.load(
      path, requirements: settings.requirements(blockFeatureCounts: data.blockFeatureCounts))
    try FileConflicts.checkReplacement(of: content, path: path, settings)
    guard let model = DenseHeadMachine(content.machine, content.training, content.head) else {
      throw CommandError.failure(
        "\(path): the model has no dense head; leave out -head dense, or start without a model")
    }
    guard model.columns == data.groups else {
      throw CommandError.failure(
        "\(path): the model was learned with other columns (-meta), "
          + "\(model.columns.groupCount) of them, now \(data.groups.groupCount); use the same")
    }
    if let activation = settings.head.activation, activation != model.head.activation {
      throw CommandError.failure(
        "\(path): the model was learned with -activation \(model.head.activation.rawValue), not "
          + activation.rawValue)
    }
    return model
  }
}

extension LearningMonitor.Iteration {
  init(_ report: DenseHeadDescent.Report) {
    self.init(report.progress)
    loss = report.loss
    validationLoss = report.validationLoss
  }
}
