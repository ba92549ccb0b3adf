// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport
import FactorizationMachines
import LibFMFormats

/// What accompanies learning beside the transcript.
///
/// That is progress, further metrics, warnings, and the decision
/// when to stop. All of it goes to standard error.
final class LearningMonitor {
  typealias Iteration = LearningCourse.Iteration

  /// What has been seen so far.
  private(set) var course: LearningCourse

  /// The iteration whose result is used: the best on the validation data, if these are watched.
  var best: Iteration? { course.best }

  /// Whether the result to use is one that was kept, and not that of the last iteration.
  var usesKept: Bool { course.usesKept }

  /// Whether learning ends with the last iteration seen.
  private(set) var hasEnded = false

  private let settings: Settings
  private let output: StandardOutput
  private let progress: ProgressLine
  private let caseCount: Int
  private let start = ElapsedTime.now().wall
  private let formerCount: Int
  private var watch: DivergenceWatch

  /// Begins to watch a run, or goes on after `formerCount` iterations with what was seen of these.
  init(
    _ settings: Settings, train: Dataset, output: StandardOutput, progress: ProgressLine,
    course: LearningCourse?, formerCount: Int
  ) {
    self.settings = settings
    self.output = output
    self.progress = progress
    caseCount = train.caseCount
    self.formerCount = formerCount
    self.course = course ?? LearningCourse()
    if course == nil {
      // Without patience the first iteration that is no better ends learning, as with a patience of 1.
      self.course.stopping = settings.patience.map { EarlyStopping(patience: max(1, $0)) }
    }
    watch = DivergenceWatch(
      task: settings.task, train: train, suspect: settings.suspect,
      history: self.course.divergence)
  }

  /// The metrics that solvers must measure: those to show, and the one to stop by.
  static func metrics(_ settings: Settings) -> [Metric] {
    let stopMetric = stopMetric(settings)
    let isNeeded =
      settings.patience != nil && !settings.head.isDense && !settings.metrics.contains(stopMetric)
    return settings.metrics + (isNeeded ? [stopMetric] : [])
  }

  private static func stopMetric(_ settings: Settings) -> Metric {
    settings.task == .regression ? .rootMeanSquaredError : .logLoss
  }

  /// Takes note of an iteration that the transcript has shown.
  ///
  /// - Returns: how to go on.
  func observe(_ iteration: Iteration) -> LearningDecision {
    showMetrics(of: iteration)
    warn(about: iteration)
    showProgress(after: iteration)
    let decision = decideOnFigure(of: iteration)
    course.usesKept = course.stopping != nil && decision != .keep
    if !usesKept { course.best = iteration }
    course.hasStopped = decision == .stop
    if decision == .stop, usesKept, let patience = settings.patience {
      libFMCommand.report("stopped early: " + reasonToStop(patience))
    }
    hasEnded = course.hasStopped || isInterrupted
    return hasEnded ? .stop : decision
  }

  private func reasonToStop(_ patience: Int) -> String {
    let cases = (settings.validationPath == nil ? "training" : "validation") + " cases"
    guard let best else {
      return "the figure on the \(cases) is not a number; the outputs are those of the last "
        + "iteration"
    }
    return "no improvement on the \(cases) for "
      + (patience > 1 ? "\(patience) iterations" : "an iteration")
      + "; the outputs are those of iteration \(best.number)"
  }

  private func warn(about iteration: Iteration) {
    guard !course.hasWarned else { return }
    defer { course.divergence = watch.history }
    if let warning = watch.warning(for: iteration.train, iteration: iteration.number) {
      course.hasWarned = true
      libFMCommand.report("warning: \(warning)")
    } else if iteration.test?.greatestScore?.isNaN ?? false {
      course.hasWarned = true
      libFMCommand.report(
        "warning: from iteration \(iteration.number) on predictions for test cases are not numbers"
          + (settings.task == .regression ? "; they count as the greatest training target" : ""))
    }
  }

  /// Whether a signal, or a reader of standard output that has gone, ends learning.
  private var isInterrupted: Bool {
    if Interruption.signal != nil { return true }
    return output.isClosed && settings.outputs.isEmpty
  }

  private func decideOnFigure(of iteration: Iteration) -> LearningDecision {
    let figure =
      settings.head.isDense
      ? iteration.validationLoss ?? iteration.loss
      : iteration.validation?.metrics[Self.stopMetric(settings)]
    return course.stopping?.decide(on: figure ?? .nan) ?? .proceed
  }

  // MARK: Metrics

  /// The names of the log's columns for the metrics.
  static func logColumns(_ settings: Settings) -> [String] {
    lossColumns(settings) + settings.metrics.map { "test_\($0.rawValue)" }
      + (settings.usesValidation ? settings.metrics.map { "validation_\($0.rawValue)" } : [])
  }

  private static func lossColumns(_ settings: Settings) -> [String] {
    guard settings.head.isDense else { return [] }
    return ["loss"] + (settings.usesValidation ? ["validation_loss"] : [])
  }

  /// The log's values for the metrics.
  static func logValues(of iteration: Iteration, _ settings: Settings) -> [Double?] {
    [iteration.loss, iteration.validationLoss].prefix(lossColumns(settings).count)
      + settings.metrics.map { iteration.test?.metrics[$0] }
      + (settings.usesValidation
        ? settings.metrics.map { iteration.validation?.metrics[$0] } : [])
  }

  private func showMetrics(of iteration: Iteration) {
    guard !settings.metrics.isEmpty else { return }
    let columns = zip(Self.logColumns(settings), Self.logValues(of: iteration, settings))
    Self.showMetrics(Array(columns), after: "iteration \(iteration.number)")
  }

  /// Shows named figures in a line of standard error, behind what they are of.
  static func showMetrics(_ figures: [(name: String, value: Double?)], after label: String? = nil) {
    guard !figures.isEmpty else { return }
    let cells = figures.map { name, value in
      "\(name)=\(value.map { GeneralFormat.text($0) } ?? "nan")"
    }
    StandardError.writeLine(((label.map { [$0] } ?? []) + cells).joined(separator: " "))
  }

  // MARK: Progress

  private func showProgress(after iteration: Iteration) {
    let done = iteration.number + 1
    guard done < settings.iterations else {
      progress.clear()
      return
    }
    progress.update(progressText(done, iteration))
  }

  private func progressText(_ done: Int, _ iteration: Iteration) -> String {
    let elapsed = ElapsedTime.now().wall - start
    let doneNow = Double(done - formerCount)
    let rate = Double(caseCount) * doneNow / max(elapsed, 1e-9)
    let left = elapsed / doneNow * Double(settings.iterations - done)
    let test = iteration.test.map { ", test \(GeneralFormat.text($0.figure))" } ?? ""
    return "iteration \(done) of \(settings.iterations), \(GeneralFormat.text(rate, digits: 3)) "
      + "rows/s, \(ProgressLine.duration(left)) left, train "
      + GeneralFormat.text(iteration.train.figure) + test
  }
}

extension LearningMonitor.Iteration {
  init(_ report: IterationReport) {
    self.init(
      number: report.iteration, train: report.train, validation: report.validation,
      test: report.test)
  }
}

extension LearningMonitor.Iteration {
  init(_ report: GibbsSampler.Report) {
    self.init(
      number: report.iteration, train: report.train, validation: report.validation,
      test: report.test?.allDraws)
    if report.hasNaNScores { test?.greatestScore = .nan }
  }
}

extension Settings {
  /// What to suspect when learning diverges.
  fileprivate var suspect: DivergenceWarning.Suspect {
    switch method {
    case .sgd, .sgda, .adam, .adagrad, .ftrl: .learningRates(termRates)
    case .als: .regularization
    case .mcmc: .initialDeviation(initialDeviation)
    }
  }
}
