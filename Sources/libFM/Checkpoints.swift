// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport
import FactorizationMachines
import LibFMFormats

/// The checkpoints of a run: the one that it goes on from, and those that it writes.
final class Checkpoints {
  /// Whether one could not be written.
  private(set) var hasFailed = false

  /// Whether the last one that was due is there.
  private(set) var isCurrent = false

  /// The draws that the run before has kept; nil when there are none to go on with.
  let earlierDraws: EarlierDraws?

  private let settings: Settings
  private let resumed: CheckpointFile?
  private let conditions: [CheckpointFile.Condition]

  /// Prepares a run on its data.
  ///
  /// - Throws: `FormatError` that names what differs when the data are not those of the run before.
  init(
    _ settings: Settings, _ data: LoadedData, resuming resumed: CheckpointFile?,
    with earlierDraws: EarlierDraws?
  ) throws {
    self.settings = settings
    self.resumed = resumed
    self.earlierDraws = earlierDraws
    guard resumed != nil || settings.checkpoints.path != nil else {
      conditions = []
      return
    }
    let dataConditions = data.conditions(settings)
    try resumed?.check(settings.conditions(comparableWith: resumed) + dataConditions)
    conditions =
      settings.conditions(replacing: settings.isSeedGiven ? [] : ["-seed"], by: resumed)
      + dataConditions
  }

  /// Opens the checkpoint that a run shall go on from, and compares it with the command line.
  ///
  /// - Throws: `FormatError` when it cannot be read, is damaged or of another run.
  static func open(_ settings: Settings) throws -> CheckpointFile? {
    guard let path = settings.checkpoints.resumePath else { return nil }
    do {
      try InputFile.checkReadable(path)
    } catch {
      var error = error
      error.advice =
        "leave -resume out to begin at the beginning; the checkpoints of a run are in the file that "
        + "-checkpoint names"
      throw error
    }
    let checkpoint = try CheckpointFile(path)
    try checkpoint.check(settings.conditions(comparableWith: checkpoint), isComplete: false)
    guard checkpoint.iterationCount <= max(0, settings.iterations) else {
      throw FormatError(
        path: path, found: "\(checkpoint.iterationCount) iterations are done",
        expected: "no more than the \(settings.iterations) of -iter",
        advice: "give -iter \(checkpoint.iterationCount) or more")
    }
    return checkpoint
  }

  // MARK: Going on

  /// The number of iterations done before.
  var doneCount: Int { resumed?.iterationCount ?? 0 }

  /// What was seen of the run before.
  var course: LearningCourse? { resumed?.course }

  /// The seed of the random numbers: without one on the command line that of the run before.
  var seed: UInt32 {
    let former = settings.isSeedGiven ? nil : resumed?.conditions.first { $0.name == "-seed" }
    return former.flatMap { UInt32($0.value) } ?? settings.seed
  }

  /// The number of iterations to learn, those done before included.
  var iterations: Int {
    course?.hasStopped == true ? doneCount : settings.iterations
  }

  /// The lines that the log has already; nil when there are none to go on from.
  ///
  /// - Throws: `FormatError` when they are damaged.
  func logLines() throws -> [UInt8]? {
    guard let resumed else { return [] }
    return try resumed.logLines()
  }

  /// Brings a solver to where the run before was, and says so.
  ///
  /// - Throws: `FormatError` when the checkpoint is damaged; `OutOfMemoryError`.
  func resume<Solver: ResumableSolver & ~Copyable>(_ solver: inout Solver) throws
  where Solver.Snapshot: CheckpointedSnapshot {
    guard let resumed else { return }
    let snapshot: Solver.Snapshot = try resumed.snapshot()
    do {
      try solver.restore(snapshot)
    } catch {
      throw FormatError(path: resumed.path, found: "\(error)", advice: "the file is damaged")
    }
    // An iteration that was the best and the last before a break has not been kept.
    if let best = course?.stopping?.best, best.iteration == doneCount - 1 { try solver.keep() }
    libFMCommand.report("\(resumed.path): \(doneCount) iterations are done, \(outlook)")
  }

  /// What follows the iterations done before, in words.
  private var outlook: String {
    if course?.hasStopped == true { return "and learning had stopped early" }
    if doneCount == iterations { return "nothing is left to learn" }
    return "learning goes on with iteration \(doneCount)"
  }

  // MARK: Writing

  /// Writes a checkpoint if it is time for one; when that fails, says so and lets learning go on.
  ///
  /// There is none without the draws up to it: from the one before a run can go on with all draws.
  func save(
    _ snapshot: some CheckpointedSnapshot, _ monitor: LearningMonitor, _ log: RunLog?,
    _ posterior: PosteriorRecorder? = nil
  ) {
    guard let path = settings.checkpoints.path else { return }
    let doneCount = snapshot.progress.iterationCount
    guard
      monitor.hasEnded || doneCount == iterations
        || doneCount.isMultiple(of: settings.checkpoints.interval)
    else { return }
    var course = monitor.course
    course.draws = posterior?.synchronize(keptOnly: course.hasStopped)
    if posterior?.hasFailed == true {
      isCurrent = false
      return
    }
    do {
      try CheckpointFile.write(
        snapshot, to: path, conditions: conditions, course: course, logLines: log?.lines)
      isCurrent = true
    } catch {
      if isCurrent || !hasFailed {
        libFMCommand.report("\(error); there is no checkpoint of it, learning goes on")
      }
      isCurrent = false
      hasFailed = true
    }
  }
}

extension Settings {
  /// The conditions, with those of the checkpoint where nothing is asked for.
  fileprivate func conditions(
    comparableWith checkpoint: CheckpointFile?
  ) -> [CheckpointFile.Condition] {
    let bothKeepDraws = posterior.savedPath != nil && checkpoint?.course?.draws != nil
    return conditions(
      replacing: (isSeedGiven ? [] : ["-seed"])
        + (bothKeepDraws ? [] : PosteriorSettings.conditionNames), by: checkpoint)
  }

  /// The conditions, some of them as in the checkpoint.
  fileprivate func conditions(
    replacing names: [String], by checkpoint: CheckpointFile?
  ) -> [CheckpointFile.Condition] {
    conditions.map { condition in
      guard names.contains(condition.name) else { return condition }
      return checkpoint?.conditions.first { $0.name == condition.name } ?? condition
    }
  }
}
