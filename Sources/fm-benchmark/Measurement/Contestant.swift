// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport

/// A program that takes part in a comparison, with the flags that only it gets.
struct Contestant {
  /// What one run left behind.
  struct Files {
    var standardOutput: String
    var standardError: String
    var predictions: String
    var model: String
  }

  /// How reports call it.
  let label: String

  /// The executable.
  let path: String

  /// The threads it is told to use; nil for a program that knows no such flag.
  let threadCount: Int?

  /// Where its runs leave their files; each run replaces those of the one before.
  let files: Files

  private let scratch: ScratchFolder

  init(label: String, path: String, threadCount: Int?, index: Int, scratch: ScratchFolder) {
    self.label = label
    self.path = path
    self.threadCount = threadCount
    self.scratch = scratch
    files = Files(
      standardOutput: scratch.file("\(index).stdout"),
      standardError: scratch.file("\(index).stderr"),
      predictions: scratch.file("\(index).predictions"), model: scratch.file("\(index).model"))
  }

  /// Runs the program once.
  ///
  /// - Throws: a `CommandError` when it fails; the original reports failures on standard error only
  ///   and ends with status 0.
  func run(
    _ arguments: [String], iterationCount: Int, writesPredictions: Bool, writesModel: Bool
  ) throws(CommandError) -> ProcessRun {
    var all = arguments + ["-iter", "\(iterationCount)"]
    if let threadCount { all += ["-threads", "\(threadCount)"] }
    if writesPredictions { all += ["-out", files.predictions] }
    if writesModel { all += ["-save_model", files.model] }
    scratch.clear(files.predictions)
    scratch.clear(files.model)
    let run = try ProcessRun.of(
      path, all, standardOutput: files.standardOutput, standardError: files.standardError)
    let messages = try FileContents.text(of: files.standardError)
    let expected =
      (writesPredictions ? [files.predictions] : []) + (writesModel ? [files.model] : [])
    if messages.contains("ERROR:") || expected.contains(where: { FileContents.size(of: $0) == nil })
    {
      let lines = messages.split(separator: "\n")
      throw .failure(
        "\(path) failed: \(lines.last.map(String.init) ?? "it wrote no predictions or no model")")
    }
    return run
  }
}
