// SPDX-License-Identifier: Apache-2.0

/// Reads what ``RunLog`` writes, and so what libFM writes with `-rlog`.
///
/// That is a line of names, then a line of numbers for each iteration, separated by tabs. An empty cell
/// counts as `nan`. A last line without its end is left out, as its last number may be cut.
public enum RunLogReader {
  /// Reads a log.
  ///
  /// - Throws: ``FormatError`` when the file cannot be read, is no log, or has no whole line of numbers.
  public static func read(_ path: String) throws(FormatError) -> RunLogTable {
    let bytes = try InputBytes(path: path)
    defer { withExtendedLifetime(bytes) {} }
    return try read(bytes.buffer, path: path)
  }

  /// Reads a text in memory, which errors call `path`.
  static func read(
    _ text: UnsafeBufferPointer<UInt8>, path: String
  ) throws(FormatError) -> RunLogTable {
    let end = text.lastIndex(of: Ascii.lineFeed).map { $0 + 1 } ?? 0
    let whole = UnsafeBufferPointer(rebasing: text[..<end])
    var lines = NumberLines(whole, path: path, dropsReturns: true)
    let columns = try names(&lines, path: path)
    var values = Array(repeating: [Double](), count: columns.count)
    while let line = lines.next() {
      var found = 0
      try lines.forEachPiece(of: line, separator: Ascii.tab) { piece throws(FormatError) in
        if found < columns.count {
          values[found].append(piece.isEmpty ? .nan : try lines.number(piece, in: line))
        }
        found += 1
      }
      guard found == columns.count else {
        throw lines.error(
          "found \(found) cells", expected: "\(columns.count), one for each name in the first line",
          advice: "give the log as libFM has written it")
      }
    }
    guard lines.lineNumber > 1 else {
      throw FormatError(
        path: path, found: "the log has no whole line of numbers",
        expected: "one for each iteration", advice: "did learning end before the first was over?")
    }
    return RunLogTable(
      path: path, columns: columns, values: values, endsAbruptly: end < text.count)
  }

  /// The names in the first line.
  private static func names(
    _ lines: inout NumberLines, path: String
  ) throws(FormatError) -> [String] {
    var names: [String] = []
    if let line = lines.next() {
      lines.forEachPiece(of: line, separator: Ascii.tab) {
        names.append(String(decoding: $0, as: UTF8.self))
      }
    }
    guard names.contains(where: ["rmse", "accuracy"].contains) else {
      throw FormatError(
        path: path, line: 1, found: "no column is named 'rmse' or 'accuracy'",
        expected: "a line of names separated by tabs", advice: "give a log that -rlog has written")
    }
    var known: Set<String> = []
    for name in names where !known.insert(name).inserted {
      let text = Array(name.utf8).withUnsafeBufferPointer { QuotedText.quote($0) }
      throw FormatError(path: path, line: 1, found: "two columns are named \(text)")
    }
    return names
  }
}
