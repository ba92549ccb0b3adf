// SPDX-License-Identifier: Apache-2.0

import LibFMFormats

/// The lines of a text file, read one after the other.
struct LineReader {
  /// The file as messages name it.
  let path: String

  /// The number of the last line, from 1.
  private(set) var lineNumber = 0

  private let bytes: [UInt8]
  private var position = 0

  /// Reads a file.
  ///
  /// - Throws: `FormatError` when it cannot be read.
  init(path: String) throws(FormatError) {
    let file = try InputFile(path: path)
    self.path = path
    var all = Array(repeating: UInt8(0), count: file.byteCount)
    let count = try all.withUnsafeMutableBufferPointer { buffer throws(FormatError) in
      guard let base = buffer.baseAddress else { return 0 }
      return try file.read(into: base, count: buffer.count, at: 0)
    }
    all.removeLast(all.count - count)
    bytes = all
  }

  /// The bytes of the whole file.
  var contents: [UInt8] { bytes }

  /// The next line without its end; nil when there is none.
  mutating func next() -> String? {
    guard position < bytes.count else { return nil }
    let end = bytes[position...].firstIndex(of: Ascii.lineFeed) ?? bytes.count
    defer {
      position = end + 1
      lineNumber += 1
    }
    return String(decoding: bytes[position..<end], as: UTF8.self)
  }

  /// An error in the last line.
  func error(_ found: String, expected: String = "", advice: String = "") -> FormatError {
    FormatError(
      path: path, line: lineNumber, found: found, expected: expected, advice: advice)
  }
}
