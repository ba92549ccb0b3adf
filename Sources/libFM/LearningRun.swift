// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport
import FactorizationMachines
import LibFMFormats

/// One run of the program: read, learn, write.
struct LearningRun {
  let settings: Settings
  let transcript: Transcript
  let output: StandardOutput
  let pool: WorkerPool

  func run() throws -> Int32 {
    transcript.banner()
    if settings.isStrict, settings.method == .mcmc,
      settings.savedModelPath != nil || settings.loadedModelPath != nil
    {
      transcript.modelsAreRefused()
      return ExitStatus.success
    }
    try checkRefusals()
    try FileConflicts.check(settings)
    try checkFiles()
    let resumed = try Checkpoints.open(settings)
    let earlierDraws = try Checkpoints.findDraws(settings, of: resumed)
    let progress = ProgressLine(isQuiet: settings.isQuiet)
    if let path = settings.posterior.loadedPath {
      return try predict(with: loadPosterior(path), progress)
    }
    if settings.onlyPredicts { return try predict(progress) }
    let data = try LoadedData(settings, transcript, progress, pool)
    guard let train = data.train?.dataset else {
      preconditionFailure("the settings allow no such run")
    }
    try checkRegularization(groupCount: data.groups.groupCount)
    let checkpoints = try Checkpoints(settings, data, resuming: resumed, with: earlierDraws)
    defer { Interruption.endLearning() }
    let (learned, log) =
      settings.head.isDense
      ? try learnHead(train, data, checkpoints) : try learnSum(train, data, checkpoints)
    let status = try write(
      learned, training: settings.description(train, data, seed: checkpoints.seed))
    if let status = reportInterruption(checkpoints) { return status }
    return log?.hasFailed == true || checkpoints.hasFailed ? ExitStatus.failure : status
  }

  /// Learns a machine whose scores are plain sums.
  private func learnSum(
    _ train: Dataset, _ data: LoadedData, _ checkpoints: Checkpoints
  ) throws -> (Learned, RunLog?) {
    let (machine, random) = try initialParameters(data)
    let log = try beginLearning(train, data, checkpoints)
    // Whoever learns takes the machine over: a reference kept here would cost a copy of it.
    let learned =
      switch settings.method {
      case .sgd: try descend(from: consume machine, train, data, log, checkpoints)
      case .sgda: try adapt(from: consume machine, train, data, log, checkpoints)
      case .adam, .adagrad, .ftrl:
        try descendInBatches(from: consume machine, using: random, train, data, log, checkpoints)
      case .als, .mcmc:
        try sample(from: consume machine, using: random, train, data, log, checkpoints)
      }
    return (learned, log)
  }

  /// Learns a machine under a dense head.
  private func learnHead(
    _ train: Dataset, _ data: LoadedData, _ checkpoints: Checkpoints
  ) throws -> (Learned, RunLog?) {
    let (model, random) = try initialHead(data)
    let log = try beginLearning(train, data, checkpoints)
    let learned = try descendUnderHead(
      from: consume model, using: random, train, data, log, checkpoints)
    return (learned, log)
  }

  /// Opens the log and shows the settings; from here on signals end learning, and not the program.
  private func beginLearning(
    _ train: Dataset, _ data: LoadedData, _ checkpoints: Checkpoints
  ) throws -> RunLog? {
    let log = try openLog(groupCount: data.groups.groupCount, checkpoints)
    if settings.isVerbose {
      transcript.settings(settings, data, train: train.targetRange)
    }
    Interruption.beginLearning()
    return log
  }

  /// What is known not to work, before anything is read.
  private func checkRefusals() throws {
    guard !settings.relationPrefixes.isEmpty, !settings.onlyPredicts else { return }
    if settings.method.isGradientDescent {
      throw CommandError.failure(
        "-method \(settings.method) cannot learn from relations; use als or mcmc")
    }
  }

  /// Finds inputs and outputs that cannot be opened before time is spent on reading and learning.
  private func checkFiles() throws {
    let modelPath = settings.isStrict ? nil : settings.loadedModelPath
    for case let path? in [
      settings.weightsPath, settings.groupsPath, modelPath, settings.posterior.loadedPath,
    ] {
      try InputFile.checkReadable(path)
    }
    for output in settings.outputs { try WholeFile.checkWritable(output.path) }
    if let path = settings.checkpoints.path, FileIdentity(ofOutput: path) == nil {
      throw CommandError.failure("-checkpoint needs a file; '\(path)' is a pipe or a device")
    }
    if settings.keepsDrawsFindable, let path = settings.posterior.savedPath {
      _ = try WholeFile.lastingPath(of: path)
    }
  }

  private func checkRegularization(groupCount: Int) throws {
    let count = settings.regularization.count
    let perGroup = 1 + 2 * groupCount
    guard [0, 1, 3, perGroup].contains(count) else {
      throw CommandError.usage(
        "-regular has \(count) numbers; it takes one, or three for bias, linear weights and factors"
          + (groupCount == 1
            ? ""
            : ", or \(perGroup): one for the bias, then one for the linear weights of each of the "
              + "\(groupCount) groups, then one for their factors"))
    }
  }

  private func openLog(groupCount: Int, _ checkpoints: Checkpoints) throws -> RunLog? {
    guard let path = settings.logPath else { return nil }
    let columns =
      switch settings.method {
      case .sgd, .adam, .adagrad, .ftrl: DescentLog.columns(for: settings.task)
      case .sgda:
        AdaptationLog.columns(
          for: settings.task, groupCount: groupCount, factorCount: settings.factorCount)
      case .als, .mcmc:
        GibbsLog.columns(
          for: settings.task, groupCount: groupCount, factorCount: settings.factorCount)
      }
    let formerLines = try checkpoints.logLines()
    let log = try RunLog(
      path: path, columns: columns + LearningMonitor.logColumns(settings),
      lines: formerLines ?? [], keepsLines: settings.checkpoints.path != nil)
    if formerLines == nil {
      libFMCommand.report(
        "note: the run before kept no log; '\(path)' begins with iteration \(checkpoints.doneCount)"
      )
    }
    transcript.logging(to: path)
    return log
  }

  /// Says that a signal stopped learning.
  ///
  /// - Returns: the exit status that tells it too; nil when none came.
  private func reportInterruption(_ checkpoints: Checkpoints) -> Int32? {
    guard let signal = Interruption.signal else { return nil }
    libFMCommand.report(
      "\(Interruption.name(of: signal)) stopped learning; the outputs are as of the last "
        + "iteration shown"
        + (checkpoints.isCurrent ? "; -resume goes on from there" : ""))
    return 128 + signal
  }

  /// Adds a line to the log; when that fails, says so once and goes on without.
  func record(_ values: @autoclosure () -> [Double?], in log: RunLog?) {
    guard let log else { return }
    do {
      try log.append(values())
    } catch {
      libFMCommand.report("\(error); the log ends here, learning goes on")
    }
  }

  func monitor(_ train: Dataset, _ checkpoints: Checkpoints) -> LearningMonitor {
    LearningMonitor(
      settings, train: train, output: output, progress: ProgressLine(isQuiet: settings.isQuiet),
      course: checkpoints.course, formerCount: checkpoints.doneCount)
  }
}

/// What a method has learned.
struct Learned {
  let machine: FactorizationMachine

  /// The last layer; nil when scores are plain sums.
  var head: DenseHead?

  /// Makes the predictions for the test cases; nil without any.
  let predictions: (() throws -> AlignedBuffer<Double>)?

  /// Completes the file of draws and what depends on it; nil when none are kept.
  var writePosterior: ((inout OutputStatus) -> Void)?
}
