// SPDX-License-Identifier: Apache-2.0

import CSVConversion
import Foundation
import LibFMFormats
import Testing

/// A folder for files of a test, removed with the last reference.
final class ScratchFolder {
  /// The folder.
  let path: String

  init() throws {
    path =
      FileManager.default.temporaryDirectory
      .appendingPathComponent("libfm-csv-tests-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
  }

  /// Writes a file.
  ///
  /// - Returns: its path.
  @discardableResult
  func write(_ name: String, _ text: String) throws -> String {
    let file = path + "/" + name
    try Data(text.utf8).write(to: URL(fileURLWithPath: file))
    return file
  }

  /// Reads a file as text.
  func read(_ name: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(fileURLWithPath: path + "/" + name)), as: UTF8.self)
  }

  /// Writes a CSV file and opens it.
  func table(
    _ text: String, name: String = "table.csv", options: CSVTable.Options = CSVTable.Options()
  ) throws -> CSVTable {
    try CSVTable(path: try write(name, text), options: options)
  }
}

/// Expects a `FormatError` with a place and pieces of text.
func expectFormatError(
  line: Int? = nil, column: Int? = nil, saying pieces: [String],
  sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> Void
) {
  do {
    try body()
    Issue.record("no error", sourceLocation: sourceLocation)
  } catch let error as FormatError {
    if let line { #expect(error.line == line, "\(error)", sourceLocation: sourceLocation) }
    if let column { #expect(error.column == column, "\(error)", sourceLocation: sourceLocation) }
    for piece in pieces {
      #expect(error.description.contains(piece), "\(error)", sourceLocation: sourceLocation)
    }
  } catch {
    Issue.record("\(error)", sourceLocation: sourceLocation)
  }
}
