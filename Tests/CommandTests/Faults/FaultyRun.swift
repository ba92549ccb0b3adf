// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A scratch folder with small data, for runs of libFM that go wrong.
///
/// `train` and `test` have a few cases, `many` has 20,000 of 3,000 features.
struct FaultyRun {
  let libFM: BuiltTool
  private let shell: BuiltTool

  init() throws {
    libFM = try BuiltTool("libFM")
    shell = try BuiltTool("/bin/sh", sharingFolderOf: libFM)
    let lines = (0..<40).map { "\($0 % 3 == 0 ? 1 : 0) \($0 % 7):1 \(7 + $0 % 5):1" }
    try libFM.write("train", lines.joined(separator: "\n") + "\n")
    try libFM.write("test", lines[5..<20].joined(separator: "\n") + "\n")
  }

  /// Adds the file `many`.
  func addManyCases(_ count: Int = 20_000) throws {
    let lines = (0..<count).map { "\($0 % 5) \($0 % 3_000):1\n" }
    try libFM.write("many", lines.joined())
  }

  /// Runs a shell script in which `$libFM` is the tool.
  func script(_ text: String) throws -> ToolRun {
    try shell.run(["-c", text], environment: ["libFM": libFM.executable.path])
  }

  /// The files in the folder that are not there yet when a run begins.
  func newFiles() throws -> [String] {
    try libFM.files().filter { !["train", "test", "many"].contains($0) }
  }

  /// Flags of a short run with a method; `outputs` come last.
  static func flags(
    _ method: String, task: String = "r", iterations: Int = 3, _ outputs: String...
  ) -> [String] {
    [
      "-task", task, "-train", "train", "-test", "test", "-method", method, "-dim", "1,1,2",
      "-iter", "\(iterations)", "-seed", "7",
    ] + (method.hasPrefix("sgd") ? ["-learn_rate", "0.01"] : [])
      + (method == "sgda" ? ["-validation", "test"] : [])
      + (method == "als" ? ["-regular", "1"] : []) + outputs
  }
}
