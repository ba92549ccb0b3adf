// SPDX-License-Identifier: Apache-2.0

import LibFMFormats

/// A file of lines with fields between separators of one or two bytes, as MovieLens has them.
///
/// The text may be in any encoding that keeps ASCII; only ASCII is looked at.
struct RawTable {
  /// The file.
  let path: String

  /// The names of the fields of a line, for messages.
  let fieldNames: [String]

  private let separator: [UInt8]
  private let advice: String

  /// Names a file and what it should hold.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - separator: the bytes between fields.
  ///   - fieldNames: the name of each field.
  ///   - advice: what to do when it holds something else.
  init(path: String, separator: String, fieldNames: [String], advice: String) {
    self.path = path
    self.separator = Array(separator.utf8)
    self.fieldNames = fieldNames
    self.advice = advice
  }

  /// A line of the file; valid as long as the closure that it is given to runs.
  struct Line {
    /// The table that it is a line of.
    let table: RawTable

    /// The number of the line, from 1.
    let number: Int

    fileprivate let start: UnsafePointer<UInt8>
    fileprivate(set) var fields: [UnsafeBufferPointer<UInt8>]
  }

  /// Calls `body` for each line in order; empty lines are passed over.
  ///
  /// - Throws: `FormatError` for a line with another number of fields, or when the file cannot be read;
  ///   what `body` throws.
  func forEachLine(_ body: (Line) throws -> Void) throws {
    let input = try InputBytes(path: path)
    defer { withExtendedLifetime(input) {} }
    var rest = input.buffer
    var line = Line(table: self, number: 0, start: input.base, fields: [])
    while !rest.isEmpty {
      let end = rest.firstIndex(of: lineFeed) ?? rest.endIndex
      var content = UnsafeBufferPointer(rebasing: rest[..<end])
      rest = UnsafeBufferPointer(rebasing: rest[min(end + 1, rest.endIndex)...])
      if content.last == carriageReturn {
        content = UnsafeBufferPointer(rebasing: content.dropLast())
      }
      guard let start = content.baseAddress else { continue }
      line = Line(table: self, number: line.number + 1, start: start, fields: line.fields)
      if content.isEmpty { continue }
      split(content, into: &line.fields)
      guard line.fields.count == fieldNames.count else {
        throw FormatError(
          path: path, line: line.number,
          found: "this line has \(line.fields.count) "
            + (line.fields.count == 1 ? "field" : "fields"),
          expected: "\(fieldNames.count): \(fieldNames.joined(separator: ", "))",
          advice: "the file is cut off or another one; \(advice)")
      }
      try body(line)
    }
  }

  private func split(
    _ content: UnsafeBufferPointer<UInt8>, into fields: inout [UnsafeBufferPointer<UInt8>]
  ) {
    fields.removeAll(keepingCapacity: true)
    var start = 0
    var position = 0
    let last = content.count - separator.count
    while position <= last {
      if content[position] == separator[0],
        separator.count == 1 || content[position + 1] == separator[1]
      {
        fields.append(UnsafeBufferPointer(rebasing: content[start..<position]))
        position += separator.count
        start = position
      } else {
        position += 1
      }
    }
    fields.append(UnsafeBufferPointer(rebasing: content[start...]))
  }
}

extension RawTable.Line {
  /// A whole number of at most 18 digits.
  ///
  /// - Throws: `FormatError` for anything else.
  func integer(_ field: Int) throws(FormatError) -> Int {
    let digits = fields[field]
    guard (1...18).contains(digits.count), digits.allSatisfy({ zero <= $0 && $0 <= nine }) else {
      throw error(field, expected: "a whole number")
    }
    return digits.reduce(0) { $0 * 10 + Int($1 - zero) }
  }

  /// A rating from 0.5 to 5 in steps of a half, in halves.
  ///
  /// - Throws: `FormatError` for anything else.
  func halfStars(_ field: Int) throws(FormatError) -> Int {
    let text = fields[field]
    let hasHalf = text.count == 3 && text[1] == point && (text[2] == five || text[2] == zero)
    if text.count == 1 || hasHalf, zero <= text[0], text[0] <= five {
      let halves = 2 * Int(text[0] - zero) + (hasHalf && text[2] == five ? 1 : 0)
      if (1...10).contains(halves) { return halves }
    }
    throw error(field, expected: "a rating from 0.5 to 5")
  }

  /// A text, bytes that are not UTF-8 replaced.
  func text(_ field: Int) -> String { String(decoding: fields[field], as: UTF8.self) }

  /// An error at a field.
  func error(_ field: Int, expected: String, advice: String? = nil) -> FormatError {
    let column = fields[field].baseAddress.map { $0 - start + 1 }
    return FormatError(
      path: table.path, line: number, column: column,
      found: "\(table.fieldNames[field]) is \(QuotedText.quote(fields[field]))",
      expected: expected, advice: advice ?? "")
  }
}

private let lineFeed = UInt8(ascii: "\n")
private let carriageReturn = UInt8(ascii: "\r")
private let zero = UInt8(ascii: "0")
private let five = UInt8(ascii: "5")
private let nine = UInt8(ascii: "9")
private let point = UInt8(ascii: ".")
