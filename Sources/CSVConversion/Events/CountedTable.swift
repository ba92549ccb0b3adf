// SPDX-License-Identifier: Apache-2.0

import LibFMFormats

/// A CSV table that is written to a temporary file.
struct CountedTable {
  private let descriptor: CInt
  private let path: String
  private var text: [UInt8] = []

  /// Begins a table.
  ///
  /// - Parameters:
  ///   - names: the names of the columns.
  ///   - path: what messages call the table.
  /// - Throws: `FormatError` when no temporary file can be made.
  init(names: [String], path: String) throws(FormatError) {
    descriptor = try TemporaryFile.open()
    self.path = path
    for (index, name) in names.enumerated() {
      if index > 0 { text.append(Ascii.comma) }
      var name = name
      name.withUTF8 { appendQuoted($0, to: &text) }
    }
    text.append(Ascii.lineFeed)
  }

  /// Adds a row.
  mutating func append(
    _ values: [UnsafeBufferPointer<UInt8>], count: Int
  ) throws(FormatError) {
    for value in values {
      appendQuoted(value, to: &text)
      text.append(Ascii.comma)
    }
    text.append(contentsOf: String(count).utf8)
    text.append(Ascii.lineFeed)
    if text.count > 1 << 16 { try flush() }
  }

  /// The finished table.
  mutating func finish(skipsInitialSpace: Bool) throws(FormatError) -> CSVTable {
    try flush()
    return try CSVTable(
      file: try InputFile(descriptor: descriptor, path: path + " (counted)"),
      options: CSVTable.Options(separator: Ascii.comma, skipsInitialSpace: skipsInitialSpace))
  }

  private mutating func flush() throws(FormatError) {
    let result = text.withUnsafeBytes { bytes in
      Result { () throws(FormatError) in
        try TemporaryFile.write(bytes, to: descriptor, path: path)
      }
    }
    try result.get()
    text.removeAll(keepingCapacity: true)
  }
}

/// Writes a field in quotes, so that no blank, separator or line break is lost.
private func appendQuoted(_ value: UnsafeBufferPointer<UInt8>, to text: inout [UInt8]) {
  text.append(Ascii.quote)
  for byte in value {
    if byte == Ascii.quote { text.append(Ascii.quote) }
    text.append(byte)
  }
  text.append(Ascii.quote)
}
