// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// The lines of a text of numbers, such as a model or a log, one after the other.
struct NumberLines {
  typealias Line = UnsafeBufferPointer<UInt8>

  private let path: String
  private let dropsReturns: Bool
  private var position: UnsafePointer<UInt8>
  private let end: UnsafePointer<UInt8>

  /// The number of lines given out, and of those before the text.
  private(set) var lineNumber: Int

  /// Begins with the first line of a text, which must live as long as the lines.
  init(
    _ text: UnsafeBufferPointer<UInt8>, path: String, dropsReturns: Bool, linesBefore: Int = 0
  ) {
    lineNumber = linesBefore
    self.path = path
    self.dropsReturns = dropsReturns
    position = text.baseAddress ?? noBytes
    end = position + text.count
  }

  /// The next line without its end; nil at the end of the text.
  mutating func next() -> Line? {
    guard position < end else { return nil }
    let start = position
    let found = memchr(start, CInt(Ascii.lineFeed), end - start)
    var lineEnd = found.map { UnsafePointer($0.assumingMemoryBound(to: UInt8.self)) } ?? end
    position = found == nil ? end : lineEnd + 1
    if dropsReturns, lineEnd > start, lineEnd[-1] == Ascii.carriageReturn { lineEnd -= 1 }
    lineNumber += 1
    return Line(start: start, count: lineEnd - start)
  }

  /// The text that has not been given out.
  var rest: UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: position, count: end - position)
  }

  /// Whether a line is the given label.
  func isLabel(_ line: Line?, _ label: String) -> Bool {
    line.map { $0.elementsEqual(label.utf8) } ?? false
  }

  /// Whether a line is a label, whichever.
  func isLabel(_ line: Line?) -> Bool {
    line?.first == Ascii.hash
  }

  /// Calls `body` with the pieces of a line between single separators; two in a row make an empty
  /// piece.
  func forEachPiece<Failure: Error>(
    of line: Line, separator: UInt8 = Ascii.blank, _ body: (Line) throws(Failure) -> Void
  ) throws(Failure) {
    var start = 0
    for index in 0...line.count where index == line.count || line[index] == separator {
      try body(Line(rebasing: line[start..<index]))
      start = index + 1
    }
  }

  /// The number that a piece begins with; 0 when it begins with none.
  func leadingNumber(of piece: Line) -> Double {
    guard let start = piece.baseAddress else { return 0 }
    return DoubleScanner.scan(start, end: start + piece.count).value
  }

  /// The number that a whole line of this file is.
  ///
  /// - Throws: ``FormatError`` when it is none.
  func number(_ line: Line) throws(FormatError) -> Double {
    try number(line, in: line)
  }

  /// The numbers that a line of this file holds, between single blanks.
  ///
  /// - Throws: ``FormatError`` when there are not `count` numbers, which it calls `noun`.
  func numbers(
    _ line: Line, into output: UnsafeMutablePointer<Double>, count: Int,
    noun: String = "factors", expected: String = "as in the lines before"
  ) throws(FormatError) {
    var found = 0
    if !line.isEmpty {
      try forEachPiece(of: line) { piece throws(FormatError) in
        if found < count { output[found] = try number(piece, in: line) }
        found += 1
      }
    }
    guard found == count else {
      throw error("found \(found) \(noun)", expected: "\(count), \(expected)")
    }
  }

  /// An error in the line given out last.
  func error(
    _ found: String, expected: String, advice: String = "", column: Int? = nil
  ) -> FormatError {
    FormatError(
      path: path, line: max(lineNumber, 1), column: column, found: found, expected: expected,
      advice: advice)
  }

  /// The number that a piece of the line given out last is.
  ///
  /// - Throws: ``FormatError`` when it is none.
  func number(_ piece: Line, in line: Line) throws(FormatError) -> Double {
    if let start = piece.baseAddress, !piece.isEmpty {
      let number = DoubleScanner.scan(start, end: start + piece.count)
      if number.length == piece.count { return number.value }
    }
    let column = (piece.baseAddress ?? position) - (line.baseAddress ?? position) + 1
    throw error("found " + QuotedText.quote(piece), expected: "a number", column: column)
  }
}
