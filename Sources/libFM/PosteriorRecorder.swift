// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport
import FactorizationMachines
import LibFMFormats

/// Keeps draws while learning goes on; a file that cannot be written any more ends there.
final class PosteriorRecorder {
  /// The file as the user named it.
  let path: String

  /// Whether the file could not be written; nothing of it remains then.
  private(set) var hasFailed = false

  private let writer: PosteriorWriter

  /// Begins a file, and says how large it is going to be.
  ///
  /// - Throws: `FormatError` when it cannot be written.
  init(
    _ path: String, settings: Settings, training: TrainingDescription
  ) throws(FormatError) {
    self.path = path
    let posterior = settings.posterior
    writer = try PosteriorWriter(
      path, training: training, selection: posterior.selection, precision: posterior.precision)
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
    do {
      try writer.add(report)
    } catch {
      hasFailed = true
      libFMCommand.report("\(error); no posterior is kept, learning goes on")
    }
  }

  /// Notes how learning goes on after the draw that was added last.
  func note(_ decision: LearningDecision) {
    if decision == .keep, !hasFailed { writer.keep() }
  }

  /// Completes the file, with the draws up to the best iteration or with all.
  ///
  /// - Throws: `FormatError` when there is no draw, or the file cannot be written.
  func commit(keptOnly: Bool) throws(FormatError) {
    try writer.commit(keptOnly: keptOnly)
  }

  /// A size in the unit that suits it.
  private static func text(_ byteCount: Double) -> String {
    let units = ["bytes", "kB", "MB", "GB", "TB"]
    var (size, unit) = (byteCount, 0)
    while size >= 1000, unit < units.count - 1 { (size, unit) = (size / 1000, unit + 1) }
    return "\(GeneralFormat.text(size, digits: 3)) \(units[unit])"
  }
}
