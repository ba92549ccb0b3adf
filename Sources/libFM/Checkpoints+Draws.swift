// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport
import FactorizationMachines
import LibFMFormats

extension Checkpoints {
  /// Finds the draws of the run before that `-save_posterior` goes on with; nil when there are none to
  /// take over.
  ///
  /// - Throws: `FormatError` when they are missing.
  static func findDraws(
    _ settings: Settings, of checkpoint: CheckpointFile?
  ) throws -> EarlierDraws? {
    guard let checkpoint else { return nil }
    let saved = checkpoint.course?.draws
    guard let path = settings.posterior.savedPath else {
      if let saved { reportUnused(saved) }
      return nil
    }
    guard let saved else {
      try checkNoneIsMissing(settings, checkpoint)
      return nil
    }
    guard saved.count > 0 else { return nil }
    let best = checkpoint.course?.stopping?.best
    let keptCount = best.map { settings.posterior.selection.count(below: $0.iteration + 1) }
    let places = try candidates([path, saved.path])
    for place in places where FileIdentity(ofInput: place) != nil {
      if let draws = try EarlierDraws(place, saved, keptCount: keptCount) {
        libFMCommand.report("\(place): \(text(saved.count)) of the run before are taken over")
        return draws
      }
    }
    throw FormatError(
      path: path, found: "\(text(saved.count)) of the run before are missing",
      expected: "a file that begins with them: " + places.joined(separator: " or "),
      advice: "bring it back, leave -save_posterior out, or begin anew without -resume")
  }

  /// Where draws may be, the most complete first, each place once.
  private static func candidates(_ paths: [String]) throws -> [String] {
    var places: [String] = []
    for path in paths {
      // A former name may lead to nothing that can be written now.
      let partial =
        path == paths[0]
        ? try WholeFile.lastingPath(of: path) : try? WholeFile.lastingPath(of: path)
      for case let place? in [partial, path] where !places.contains(place) { places.append(place) }
    }
    return places
  }

  private static func checkNoneIsMissing(
    _ settings: Settings, _ checkpoint: CheckpointFile
  ) throws(FormatError) {
    let doneCount = checkpoint.iterationCount
    let missingCount = settings.posterior.selection.count(below: doneCount)
    guard missingCount > 0 else { return }
    throw FormatError(
      path: checkpoint.path,
      found:
        "the run before kept no draws, so that \(text(missingCount)) for -save_posterior are missing",
      expected: "-save_posterior from the beginning on",
      advice:
        "give -burn_in \(doneCount) or more, leave -save_posterior out, or begin anew without "
        + "-resume")
  }

  private static func reportUnused(_ saved: LearningCourse.SavedDraws) {
    libFMCommand.report(
      "note: the run before kept draws for -save_posterior \(saved.path), this one keeps none; the "
        + "\(text(saved.count)) so far stay where they are")
  }

  private static func text(_ count: Int) -> String {
    "\(count) draw\(count == 1 ? "" : "s")"
  }
}
