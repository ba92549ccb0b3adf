// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import LibFMFormats

@Suite("The files of a data set")
struct DataFilesTests {
  @Test(
    "are binary where matrix and targets are there, the older endings first",
    arguments: [
      ([""], .rows, ""), (["", ".x"], .rows, ""), (["", ".x", ".y"], .rows, ".x .y"),
      (["", ".x", ".y"], .columns, ""), (["", ".xt", ".y"], .columns, ".xt .y"),
      ([".x", ".xt", ".y"], .columns, ".xt .y"), ([".x", ".target"], .rows, "none"),
      ([".x", ".y", ".data", ".target"], .rows, ".data .target"),
      ([".x", ".y", ".data"], .rows, ".x .y"),
      ([".xt", ".y", ".data", ".target"], .columns, ".xt .y"),
      ([".xt", ".y", ".datat", ".target"], .columns, ".datat .target"),
      ([], .rows, "none"),
    ] as [([String], MatrixOrientation, String)])
  func choice(endings: [String], orientation: MatrixOrientation, expected: String) throws {
    let folder = try TemporaryFolder()
    for ending in endings { _ = try folder.write("", to: "p" + ending) }
    switch try? DataFiles(path: folder["p"], orientation: orientation) {
    case .text(let path):
      #expect(path == folder["p"])
      // A text that is missing as well is for its reader to report.
      #expect(expected == "" || (expected == "none" && !endings.contains("")))
    case .binary(let matrix, let targets):
      let chosen = [matrix, targets].map { String($0.dropFirst(folder["p"].count)) }
      #expect(chosen.joined(separator: " ") == expected)
    case nil:
      Issue.record("no choice")
    }
  }

  @Test("in the wrong orientation lead to the command that turns them around")
  func advice() throws {
    let folder = try TemporaryFolder()
    for ending in [".x", ".y"] { _ = try folder.write("", to: "p" + ending) }
    let error = #expect(throws: FormatError.self) {
      _ = try DataFiles(path: folder["p"], orientation: .columns)
    }
    let (rows, columns) = (folder["p.x"], folder["p.xt"])
    #expect(
      error?.description.contains("with: transpose -ifile \(rows) -ofile \(columns)") == true)
  }
}
