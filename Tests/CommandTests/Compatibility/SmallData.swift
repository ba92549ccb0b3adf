// SPDX-License-Identifier: Apache-2.0

import Testing

/// `libFM` in a scratch folder with a few small files: ratings `tr` and `te` of six features, validation
/// data `va`, the groups of these features, and cases of two classes, `ctr` and `cte`.
struct SmallData {
  let tool: BuiltTool

  /// Flags that fit the ratings.
  static let ratings = ["-task", "r", "-train", "tr", "-test", "te", "-seed", "42"]

  /// Flags that fit the cases of two classes.
  static let classes = ["-task", "c", "-train", "ctr", "-test", "cte", "-seed", "42"]

  static let files = ["ctr", "cte", "groups", "te", "tr", "va"]

  init() throws {
    tool = try BuiltTool("libFM")
    try tool.write("tr", "4 0:1.5 2:0.3\n2 1:1 3:-2.1\n5 0:1 1:2 4:0.7\n1 4:1\n3 2:1\n")
    try tool.write("te", "3 0:1 1:1\n4 2:0.5 5:1\n2.5 4:1\n")
    try tool.write("va", "3.5 1:1\n2 0:0.25 3:1\n")
    try tool.write("groups", "0 0 1 1 2 2\n")
    try tool.write("ctr", "1 0:1.5 2:0.3\n-1 1:1 3:-2.1\n1 0:1 1:2 4:0.7\n0 4:1\n1 2:1\n")
    try tool.write("cte", "1 0:1 1:1\n-1 2:0.5 5:1\n1 4:1\n")
  }

  /// Runs on the ratings, with further flags written as one text.
  func run(_ flags: String, isStrict: Bool = false) throws -> ToolRun {
    try run(Self.ratings, flags, isStrict: isStrict)
  }

  /// Runs with flags and further ones, the latter written as one text.
  func run(_ flags: [String], _ more: String, isStrict: Bool = false) throws -> ToolRun {
    try tool.run(
      flags + more.split(separator: " ").map(String.init) + (isStrict ? ["-strict"] : []))
  }

  /// The lines of a file.
  func lines(_ path: String) throws -> [String] {
    try tool.read(path).split(separator: "\n").map(String.init)
  }

  /// A column of a log.
  func column(_ name: String, ofLog path: String) throws -> [String] {
    let table = try lines(path).map { $0.split(separator: "\t").map(String.init) }
    let index = try #require(table.first?.firstIndex(of: name), "no column \(name)")
    return table.dropFirst().map { $0[index] }
  }

  /// The files beside those that were given.
  func newFiles() throws -> [String] {
    try tool.files().filter { !Self.files.contains($0) }
  }
}

extension ToolRun {
  /// The lines on standard output.
  var lines: [String] { outputText.split(separator: "\n").map(String.init) }

  /// The lines on standard output that begin with a text.
  func lines(from beginning: String) -> [String] {
    lines.filter { $0.hasPrefix(beginning) }
  }
}
