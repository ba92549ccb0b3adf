// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines

/// Reads the table of a relation from text: lines of `id:value`, without target.
///
///     line = item* [ "#" anything ]
///     item = INT ":" FLOAT
///
/// The first line is row 0. An empty line is a row without features; a line with nothing but a comment
/// is no row. Numbers are those of sparse text, and a carriage return may end a line.
struct BlockTextReader {
  private let path: String
  private var line = 0
  private var lineStart: UnsafePointer<UInt8>

  /// Where the content of the present line ends.
  private var end: UnsafePointer<UInt8>

  private var offsets: ContiguousArray<Int> = [0]
  private var ids: ContiguousArray<UInt32> = []
  private var values: ContiguousArray<Float> = []

  /// Reads a file.
  ///
  /// - Throws: ``FormatError`` when the file cannot be read, or for its first error; `OutOfMemoryError`.
  static func read(_ path: String) throws -> SparseMatrix {
    try read(InputBytes(path: path), path: path)
  }

  /// Reads bytes that errors call `path`.
  static func read(_ input: InputBytes, path: String) throws -> SparseMatrix {
    defer { withExtendedLifetime(input) {} }
    var reader = BlockTextReader(path: path, start: input.base)
    let textEnd = input.base + input.count
    while reader.lineStart < textEnd {
      var lineEnd = reader.lineStart
      while lineEnd < textEnd, lineEnd[0] != Ascii.lineFeed { lineEnd += 1 }
      try reader.readLine(to: lineEnd)
      reader.lineStart = lineEnd + 1
    }
    return try reader.matrix()
  }

  private init(path: String, start: UnsafePointer<UInt8>) {
    self.path = path
    lineStart = start
    end = start
  }

  private mutating func readLine(to lineEnd: UnsafePointer<UInt8>) throws(FormatError) {
    line += 1
    end = lineEnd
    if end > lineStart, end[-1] == Ascii.carriageReturn { end -= 1 }
    var next = skippingBlanks(lineStart)
    if byte(at: next) == Ascii.hash { return }
    while let byte = byte(at: next), byte != Ascii.hash {
      next = skippingBlanks(try readEntry(next))
    }
    offsets.append(ids.count)
  }

  /// Reads one `id:value`.
  ///
  /// - Returns: the position behind it.
  private mutating func readEntry(
    _ item: UnsafePointer<UInt8>
  ) throws(FormatError) -> UnsafePointer<UInt8> {
    guard let id = IntegerScanner.scan(item, end: end), byte(at: id.end) == Ascii.colon else {
      throw error(
        at: item, expected: "id:value",
        advice: ids.count == offsets.last ? "the lines of a relation have no target" : "")
    }
    guard id.value >= 0, id.value <= SparseTextReader.largestID else {
      throw error(at: item, expected: "an id from 0 to \(SparseTextReader.largestID)")
    }
    guard let value = FloatScanner.scan(id.end + 1, end: end) else {
      throw error(at: item, expected: "a number after the colon of feature \(id.value)")
    }
    ids.append(UInt32(id.value))
    values.append(value.value)
    return value.end
  }

  private func byte(at place: UnsafePointer<UInt8>) -> UInt8? {
    place < end ? place[0] : nil
  }

  private func skippingBlanks(_ start: UnsafePointer<UInt8>) -> UnsafePointer<UInt8> {
    var next = start
    while next < end, Ascii.isBlank(next[0]) { next += 1 }
    return next
  }

  private func error(
    at place: UnsafePointer<UInt8>, expected: String, advice: String = ""
  ) -> FormatError {
    var wordEnd = place + 1
    while wordEnd < end, !Ascii.isSpace(wordEnd[0]) { wordEnd += 1 }
    let word = UnsafeBufferPointer(start: place, count: wordEnd - place)
    return FormatError(
      path: path, line: line, column: place - lineStart + 1,
      found: "found \(QuotedText.quote(word))", expected: expected, advice: advice)
  }

  private func matrix() throws(OutOfMemoryError) -> SparseMatrix {
    let rowCount = offsets.count - 1
    let width = rowCount > 0 ? offsets[1] : 0
    let isUniform = (0..<rowCount).allSatisfy { offsets[$0 + 1] - offsets[$0] == width }
    return SparseMatrix(
      rowCount: rowCount, columnCount: ids.max().map { Int($0) + 1 } ?? 0, rowWidth: width,
      offsets: isUniform ? nil : try AlignedBuffer(offsets), ids: try AlignedBuffer(ids),
      values: values.allSatisfy { $0 == 1 } ? nil : try AlignedBuffer(values))
  }
}
