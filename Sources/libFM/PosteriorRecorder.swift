// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport
import FactorizationMachines
import LibFMFormats

/// Keeps draws while learning goes on; a file that cannot be written any more ends there.
final class PosteriorRecorder {
  /// The file as the user named it.
  let path: String

  /// Whether the file could not be written.
  private(set) var hasFailed = false

  private let writer: PosteriorWriter
  private let savesCheckpoints: Bool

  /// Begins a file, or goes on with the draws of the run before, and says how large it is going to be.
  ///
  /// - Throws: `FormatError` when it cannot be written.
  init(
    _ path: String, settings: Settings, training: TrainingDescription, _ checkpoints: Checkpoints
  ) throws(FormatError) {
    self.path = path
    let posterior = settings.posterior
    savesCheckpoints = settings.checkpoints.path != nil
    if settings.keepsDrawsFindable {
      writer = try PosteriorWriter(
        lasting: path, training: training, selection: posterior.selection,
        precision: posterior.precision, after: checkpoints.earlierDraws)
      // The best iteration may lie before the first draw.
      if checkpoints.earlierDraws == nil, checkpoints.course?.stopping?.best != nil {
        writer.keep()
      }
    } else {
      writer = try PosteriorWriter(
        path, training: training, selection: posterior.selection, precision: posterior.precision)
    }
    let drawSize = PosteriorWriter.byteCount(
      ofDrawWith: training.shape, precision: posterior.precision)
    let drawCount = posterior.selection.count(below: settings.iterations)
    libFMCommand.report(
      "note: the posterior in \(path) takes up to \(Self.text(Double(drawCount) * Double(drawSize))): "
        + "\(drawCount) draw\(drawCount == 1 ? "" : "s") of \(Self.text(Double(drawSize)))")
  }

  /// Adds a draw; when that fails, says so once and goes on without.
  func add(_ report: GibbsSampler.Report) {
    guard !hasFailed else { return }
    attempt { () throws(FormatError) in try writer.add(report) }
  }

  /// Brings the draws so far to the disk; when that fails, says so once and goes on without.
  ///
  /// - Returns: what a checkpoint must say of them; nil when they have failed.
  func synchronize(keptOnly: Bool) -> LearningCourse.SavedDraws? {
    guard !hasFailed else { return nil }
    var saved: LearningCourse.SavedDraws?
    attempt { () throws(FormatError) in saved = try writer.synchronize(keptOnly: keptOnly) }
    return saved
  }

  private func attempt(_ write: () throws(FormatError) -> Void) {
    do {
      try write()
    } catch {
      hasFailed = true
      libFMCommand.report(
        "\(error); no posterior is kept, learning goes on"
          + (savesCheckpoints
            ? "; no further checkpoint is written, so that -resume goes on with all draws from "
              + "the last one" : ""))
    }
  }

  /// Notes how learning goes on after the draw that was added last.
  func note(_ decision: LearningDecision) {
    if decision == .keep, !hasFailed { writer.keep() }
  }

  /// Completes the file, with the draws up to the best iteration or with all; says when the others stay.
  ///
  /// - Throws: `FormatError` when there is no draw, or the file cannot be written.
  func commit(keptOnly: Bool, keepingOthers: Bool) throws(FormatError) {
    guard try writer.commit(keptOnly: keptOnly, keepingOthers: keepingOthers) else { return }
    libFMCommand.report(
      "note: \(try WholeFile.lastingPath(of: path)) has the draws after the best iteration too, for -resume"
    )
  }

  /// A size in the unit that suits it.
  private static func text(_ byteCount: Double) -> String {
    let units = ["bytes", "kB", "MB", "GB", "TB"]
    var (size, unit) = (byteCount, 0)
    while size >= 1000, unit < units.count - 1 { (size, unit) = (size / 1000, unit + 1) }
    return "\(GeneralFormat.text(size, digits: 3)) \(units[unit])"
  }
}
