// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport
import FactorizationMachines
import LibFMFormats

/// Runs experiments and prints their figures beside those published.
struct Reproduction {
  /// Which experiments, and on what data.
  let settings: ReproductionSettings

  /// How often each is run.
  let runCount: Int

  /// Where logs go; nil for nowhere.
  let logFolder: String?

  /// Takes the report.
  let output: StandardOutput

  /// Runs all experiments.
  ///
  /// - Returns: the exit status: 1 when a figure is not within its tolerance.
  /// - Throws: what keeps an experiment from being run.
  func run() throws -> Int32 {
    // Before time is spent on one of them, all data must be there.
    let folders = try settings.experiments.map { experiment, _ in
      let folder = try MovieLensFolder(experiment.dataset, in: settings.dataFolder)
      _ = try folder.ratingFiles(experiment.split)
      return folder
    }
    if let logFolder { try OutputFolder.make(logFolder) }
    Interruption.beginLearning()
    defer { Interruption.endLearning() }
    var table = OutcomeTable()
    for ((experiment, difference), folder) in zip(settings.experiments, folders) {
      output.write(ExperimentDescription(experiment, showsSmall: settings.isSmall).text)
      output.flush()
      guard let outcome = try run(experiment, difference: difference, folder) else { break }
      table.append(outcome)
      output.write("\n")
    }
    output.write(table.text)
    if let signal = Interruption.signal {
      output.flush()
      StandardError.writeLine(
        "fm-reproduce run: \(Interruption.name(of: signal)) stopped learning; the table has what "
          + "was finished")
      return 128 + signal
    }
    return table.exitStatus
  }

  /// Runs one experiment; nil when a signal ended it.
  private func run(
    _ experiment: Experiment, difference: String?, _ folder: MovieLensFolder
  ) throws -> Outcome? {
    var figures: [Double] = []
    let start = ElapsedTime.now().wall
    for run in 0..<runCount {
      let seed = settings.seed + UInt32(run)
      let runStart = ElapsedTime.now().wall
      let data = try prepare(experiment, folder, seed: seed)
      guard let last = try learn(experiment, data, seed: seed) else { return nil }
      let metric = experiment.published.metric
      figures.append(metric.value(ofRootMeanSquaredError: last.testError))
      let seconds = ElapsedTime.now().wall - runStart
      output.write(
        "  seed \(seed)\(String(repeating: " ", count: max(1, 6 - String(seed).count)))"
          + "\(metric.rawValue) \(decimal(figures[run], digits: 4)), "
          + "train RMSE \(decimal(last.trainError, digits: 4)), \(decimal(seconds, digits: 1)) s\n")
      output.flush()
    }
    return Outcome(
      experiment: experiment, figures: figures, seconds: ElapsedTime.now().wall - start,
      difference: folder.isGenerated ? "generated data" : difference)
  }

  /// Prepares the data in a folder that goes once they are read.
  private func prepare(
    _ experiment: Experiment, _ folder: MovieLensFolder, seed: UInt32
  ) throws -> LearningData {
    let progress = ProgressLine(isQuiet: settings.isQuiet)
    progress.update("\(experiment.name), seed \(seed): preparing")
    let scratch = try ScratchFolder("fm-reproduce", in: "/var/tmp")
    defer { withExtendedLifetime(scratch) {} }
    let files = PreparedFiles(experiment.features) { scratch.file($0) }
    let preparation = Preparation(experiment: experiment, folder: folder, pool: settings.pool)
    try preparation.write(files, seed: UInt64(seed))
    return try LearningData(files, pool: settings.pool)
  }

  /// Learns; nil when a signal ended that.
  private func learn(
    _ experiment: Experiment, _ data: LearningData, seed: UInt32
  ) throws -> LearningTrial.Progress? {
    let progress = ProgressLine(isQuiet: settings.isQuiet)
    let start = ElapsedTime.now().wall
    let trial = LearningTrial(learner: experiment.learner, seed: seed, pool: settings.pool)
    let logPath = logFolder.map { "\($0)/\(experiment.name).seed\(seed).rlog" }
    guard Interruption.signal == nil else { return nil }
    let last = try trial.run(on: data, logPath: logPath) { state in
      let left = Double(experiment.learner.iterations - state.iterationCount)
      progress.update(
        "\(experiment.name), seed \(seed): iteration \(state.iterationCount) of "
          + "\(experiment.learner.iterations), "
          + ProgressLine.duration(
            (ElapsedTime.now().wall - start) / Double(state.iterationCount) * left)
          + " left, test \(GeneralFormat.text(state.testError))")
      return Interruption.signal == nil ? .proceed : .stop
    }
    return Interruption.signal == nil ? last : nil
  }
}
