// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport
import LibFMFormats

/// Files named for two purposes that exclude each other.
enum FileConflicts {
  /// Finds an output that would destroy another file of this run, and a pipe that is to be read twice.
  ///
  /// A model may be loaded from and saved to the same file, and so may a checkpoint. With `-strict` an
  /// output may replace an input, as in the original.
  ///
  /// - Throws: a `CommandError` that names both flags.
  static func check(_ settings: Settings) throws(CommandError) {
    let inputs = [
      ("train", settings.trainPath), ("test", settings.testPath),
      ("validation", settings.validationPath), ("weights", settings.weightsPath),
      ("meta", settings.groupsPath), ("load_model", settings.loadedModelPath),
      ("load_posterior", settings.posterior.loadedPath),
      ("resume", settings.checkpoints.resumePath),
    ]
    try checkStreams(inputs)
    var users: [FileIdentity: String] = [:]
    for case (let flag, let path?) in inputs where !settings.isStrict {
      guard let identity = FileIdentity(ofInput: path) else { continue }
      users[identity] = users[identity] ?? flag
    }
    for (flag, path) in settings.outputs {
      guard let identity = FileIdentity(ofOutput: path) else { continue }
      if let user = users[identity], !isReplacement(of: user, by: flag) {
        throw .usage("-\(flag) and -\(user) must name different files; both lead to '\(path)'")
      }
      users[identity] = flag
    }
  }

  /// Refuses to put a text in the place of a full model that was loaded, unless a format is asked for:
  /// it would not tell any more how it was learned.
  ///
  /// - Throws: a `CommandError`.
  static func checkReplacement(
    of content: ModelFile.Content, path: String, _ settings: Settings
  ) throws(CommandError) {
    guard content.isFull, let saved = settings.savedModelPath, !settings.isModelFormatGiven,
      let identity = FileIdentity(ofInput: path), identity == FileIdentity(ofOutput: saved)
    else { return }
    throw .usage(
      "-save_model would replace the full model '\(path)' by a text, which keeps less; give "
        + "-model_format full, or -model_format text if that is meant")
  }

  private static func isReplacement(of user: String, by flag: String) -> Bool {
    [("load_model", "save_model"), ("resume", "checkpoint")].contains { $0 == (user, flag) }
  }

  private static func checkStreams(_ inputs: [(String, String?)]) throws(CommandError) {
    var users: [FileIdentity: String] = [:]
    for case (let flag, let path?) in inputs {
      guard let identity = FileIdentity(ofStream: path) else { continue }
      if let user = users[identity] {
        throw .usage(
          "-\(user) and -\(flag) both read the pipe '\(path)', which can be read only once; "
            + "write it to a file first")
      }
      users[identity] = flag
    }
  }
}
