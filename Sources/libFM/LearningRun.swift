// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport
import FactorizationMachines
import LibFMFormats

/// One run of the program: read, learn, write.
struct LearningRun {
  let settings: Settings
  let transcript: Transcript
  let pool: WorkerPool

  func run() throws -> Int32 {
    transcript.banner()
    try checkRefusals()
    try checkOutputs()
    let data = try LoadedData(settings, transcript, pool)
    guard let train = data.train?.dataset else { return try predict(data) }
    return try learn(try initialMachine(data), train, data)
  }

  /// What is known not to work, before anything is read.
  private func checkRefusals() throws {
    guard settings.onlyPredicts || settings.method == .sgd else {
      throw CommandError.failure("-method \(settings.method) is not available in this version")
    }
    guard settings.relationPrefixes.isEmpty || !settings.method.isGradientDescent else {
      throw CommandError.failure(
        "-method \(settings.method) cannot learn from relations; use als or mcmc")
    }
  }

  /// Finds outputs that cannot be written before time is spent on learning.
  private func checkOutputs() throws {
    for case let path? in [
      settings.predictionsPath, settings.savedModelPath, settings.logPath,
    ] {
      try WholeFile.checkWritable(path)
    }
  }

  // MARK: Learning

  /// The machine with random or loaded parameters.
  private func initialMachine(_ data: LoadedData) throws -> FactorizationMachine {
    var random = GlibcRandom(seed: settings.seed)
    let shape = settings.shape(featureCount: data.featureCount)
    func randomMachine() throws -> FactorizationMachine {
      do {
        return try FactorizationMachine(
          shape: shape, initialDeviation: settings.initialDeviation, using: &random)
      } catch {
        throw CommandError.failure(
          data.largestFeatureText(settings)
            + "the model of \(shape.featureCount) features × \(shape.factorCount) factors does "
            + "not fit: \(error)")
      }
    }
    let machine = try randomMachine()
    guard let path = settings.loadedModelPath else { return machine }
    transcript.readingModel()
    guard settings.isStrict else { return try ModelFile.read(path, shape: shape) }
    if let loaded = try ModelFile.readByPosition(path, shape: shape) { return loaded }
    transcript.modelCouldNotBeRead()
    return try randomMachine()
  }

  private func learn(
    _ machine: consuming FactorizationMachine, _ train: Dataset, _ data: LoadedData
  ) throws -> Int32 {
    let log = try openLog()
    if settings.isVerbose {
      transcript.settings(
        settings, featureCount: data.featureCount, train: train.targetRange)
    }
    let learned = try descend(machine, train, test: data.test?.dataset, log)
    return try write(learned, targetRange: train.targetRange, test: data.test?.dataset)
  }

  private func descend(
    _ machine: consuming FactorizationMachine, _ train: Dataset, test: Dataset?, _ log: RunLog?
  ) throws -> FactorizationMachine {
    transcript.gradientDescent(settings)
    transcript.shuffleReminder()
    var solver = StochasticGradientDescent(
      machine: machine, train: train, test: test,
      options: .init(
        task: settings.task, iterations: settings.iterations,
        learningRates: settings.termRates, regularization: settings.termRegularization),
      pool: pool)
    var last: IterationReport?
    try solver.run { report in
      transcript.iteration(report)
      try log?.append(DescentLog.values(of: report))
      last = report
      return .proceed
    }
    if let last {
      transcript.final(train: last.train, test: last.test)
    } else {
      func evaluation(_ dataset: Dataset) -> Evaluation {
        solver.machine.evaluation(
          on: dataset, task: settings.task, targetRange: train.targetRange, pool: pool)
      }
      transcript.final(train: evaluation(train), test: test.map(evaluation))
    }
    return solver.machine
  }

  private func openLog() throws -> RunLog? {
    guard let path = settings.logPath else { return nil }
    let log = try RunLog(path: path, columns: DescentLog.columns(for: settings.task))
    transcript.logging(to: path)
    return log
  }

  // MARK: Prediction without learning

  private func predict(_ data: LoadedData) throws -> Int32 {
    guard let path = settings.loadedModelPath, var test = data.test?.dataset else {
      preconditionFailure("the settings allow no such run")
    }
    transcript.readingModel()
    let machine = try ModelFile.read(path)
    let (matrix, droppedCount) = try test.matrix.droppingColumns(
      from: machine.shape.featureCount)
    test.matrix = matrix
    if droppedCount > 0 {
      libFMCommand.report(
        "warning: \(droppedCount) of the test file's entries belong to features that the model "
          + "does not know (it has \(machine.shape.featureCount)); they are left out")
    }
    if settings.task == .regression {
      libFMCommand.report(
        "note: the model file does not tell the range of the training targets, so predictions are "
          + "not cut to it")
    }
    transcript.final(
      test: machine.evaluation(
        on: test, task: settings.task, targetRange: nil, pool: pool))
    return try write(machine, targetRange: nil, test: test)
  }

  // MARK: Writing

  /// Writes all outputs; one that fails does not keep the others from being written.
  private func write(
    _ machine: FactorizationMachine, targetRange: TargetRange?, test: Dataset?
  ) throws -> Int32 {
    var status = ExitStatus.success
    func attempt(_ output: () throws -> Void) {
      do {
        try output()
      } catch {
        libFMCommand.report(error)
        status = ExitStatus.failure
      }
    }
    if let path = settings.predictionsPath, let test {
      attempt {
        let predictions = try machine.predictions(
          for: test.matrix, task: settings.task, targetRange: targetRange, pool: pool)
        try PredictionFile.write(predictions.elements, to: path)
      }
    }
    if let path = settings.savedModelPath {
      transcript.writingModel(to: path)
      attempt { try ModelFile.write(machine, to: path) }
    }
    return status
  }
}

/// The log's columns for plain gradient descent.
private enum DescentLog {
  static func columns(for task: LearningTask) -> [String] {
    (task == .regression ? ["rmse", "mae"] : ["accuracy"]) + [
      "time_pred", "time_learn", "time_learn2", "time_learn4", "rmse_train",
    ]
  }

  static func values(of report: IterationReport) -> [Double?] {
    var test: [Double?] = [report.test?.figure]
    if report.train.meanAbsoluteError != nil { test.append(report.test?.meanAbsoluteError) }
    return test + [
      report.evaluationTime?.wall, report.learningTime.user, nil, nil, report.train.figure,
    ]
  }
}
