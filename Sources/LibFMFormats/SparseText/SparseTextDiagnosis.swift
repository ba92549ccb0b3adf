// SPDX-License-Identifier: Apache-2.0

/// Says what is wrong with a line.
struct SparseTextDiagnosis {
  let path: String
  let line: Int
  let start: UnsafePointer<UInt8>
  let end: UnsafePointer<UInt8>

  func noTarget(at place: UnsafePointer<UInt8>) -> FormatError {
    error(
      at: place, found: "found \(quote(place)) where the target should be",
      expected: "a number", advice: looksLikeTable ? convertTable : "")
  }

  func targetIsNaN(at place: UnsafePointer<UInt8>) -> FormatError {
    error(
      at: place, found: "the target is \(quote(place))",
      expected: "a number: NaN belongs to neither class", advice: "remove the row or label it")
  }

  func idOutOfRange(_ id: Int64, at item: UnsafePointer<UInt8>) -> FormatError {
    var place = item
    while place < end, Ascii.isSpace(place[0]) { place += 1 }
    var digits = place
    while digits < end, digits[0] != Ascii.colon { digits += 1 }
    let text = Self.quote(place, end: digits)
    return error(
      at: place,
      found: id < 0 ? "feature id \(text) is negative" : "feature id \(text) is too large",
      expected: "an id from 0 to \(SparseTextReader.largestID)",
      advice: "number the features from 0 on")
  }

  func fileChanged() -> FormatError {
    error(at: start, found: "the file changed while it was read", advice: "run again")
  }

  /// What follows the target or an item, and is neither an item nor a comment.
  func unreadableRest(
    at place: UnsafePointer<UInt8>, targetEnd: UnsafePointer<UInt8>, isStrict: Bool
  ) -> FormatError {
    let byte = place[0]
    if byte == Ascii.carriageReturn {
      return error(
        at: place, found: "found a carriage return", expected: "the end of the line",
        advice: isStrict
          ? "remove the carriage returns (CR) or leave out -strict"
          : "only one carriage return may end a line")
    }
    if byte == Ascii.colon {
      let isIDFirst = place == targetEnd
      return error(
        at: place,
        found: isIDFirst
          ? "found \(quote(place)) right after the first number"
          : "found \(quote(place))",
        expected: isIDFirst ? "the target first, then id:value" : "id:value",
        advice: isIDFirst
          ? "write the target before the first id:value" : "remove the blank before the colon")
    }
    let found = "found \(quote(place))"
    if looksLikeTable {
      return error(
        at: place, found: found, expected: "id:value after the target", advice: convertTable)
    }
    guard let id = IntegerScanner.scan(place, end: end) else {
      return error(
        at: place, found: found, expected: "id:value with the number of a feature as id",
        advice: "number the features from 0 on")
    }
    guard id.end < end, id.end[0] == Ascii.colon else {
      var next = id.end
      while next < end, Ascii.isBlank(next[0]) { next += 1 }
      if next > id.end, next < end, next[0] == Ascii.colon {
        return error(
          at: place, found: found + " and a blank before the colon", expected: "id:value",
          advice: "remove the blank")
      }
      return error(
        at: place, found: found, expected: "id:value",
        advice: next == end || Ascii.isDigit(next[0]) ? convertTable : "")
    }
    return error(
      at: place, found: found, expected: "a number after the colon of feature \(id.value)",
      advice: "leave out features that have no value")
  }

  private func error(
    at place: UnsafePointer<UInt8>, found: String, expected: String = "", advice: String = ""
  ) -> FormatError {
    FormatError(
      path: path, line: line, column: place - start + 1, found: found, expected: expected,
      advice: advice)
  }

  /// Whether the line has the separators of a table and no colon.
  private var looksLikeTable: Bool {
    let bytes = UnsafeBufferPointer(start: start, count: end - start)
    return !bytes.contains(Ascii.colon)
      && bytes.contains { $0 == Ascii.comma || $0 == Ascii.semicolon || $0 == Ascii.tab }
  }

  private var convertTable: String {
    "a table is converted with csv2libfm or triple_format_to_libfm"
  }

  private func quote(_ place: UnsafePointer<UInt8>) -> String {
    Self.quote(place, end: end)
  }

  /// The word at a place in quotes: up to white space, shortened, with unprintable bytes escaped.
  private static func quote(
    _ place: UnsafePointer<UInt8>, end: UnsafePointer<UInt8>
  ) -> String {
    var wordEnd = place
    while wordEnd < end, !Ascii.isSpace(wordEnd[0]) { wordEnd += 1 }
    if wordEnd == place, place < end { wordEnd += 1 }
    return QuotedText.quote(UnsafeBufferPointer(start: place, count: wordEnd - place))
  }
}
