// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import CSVConversion

private func withBytes<Result>(
  _ text: String, _ body: (UnsafeBufferPointer<UInt8>) -> Result
) -> Result {
  var text = text
  return text.withUTF8(body)
}

@Suite("A cell")
struct CellTests {
  @Test(
    "is a number",
    arguments: [
      ("0", 0), ("-1", -1), ("196.0", 196), ("3.14", 3.14), (".5", 0.5), ("5.", 5), ("+2", 2),
      ("1e3", 1_000), ("1E-2", 0.01), (" 7 ", 7), ("0.1234567890123456", 0.1234567890123456),
      ("123456789012345678", 123_456_789_012_345_680),
      ("-0.30000000000000004", -0.30000000000000004),
      ("9007199254740993", 9_007_199_254_740_992), ("inf", .infinity), ("-Infinity", -.infinity),
      ("1e400", .infinity), ("179.99999999999997", 179.99999999999997),
    ] as [(String, Double)])
  func isNumber(text: String, value: Double) {
    #expect(withBytes(text, CellNumber.value) == value)
  }

  @Test(
    "is no number",
    arguments: [
      "", "-", ".", "-.", "+", "e5", "1e", "1x", "0x10", "nan", "1,5", "1 2", "--1", "infin",
    ])
  func isNoNumber(text: String) {
    #expect(withBytes(text, CellNumber.value) == nil)
  }

  @Test(
    "loses a fraction of zeros and nothing else",
    arguments: [
      ("196.0", "196"), ("196.000", "196"), ("-3.0", "-3"), ("196", "196"), ("1.50", "1.50"),
      ("10", "10"), (".0", ".0"), ("100", "100"), ("a.0", "a"), ("0", "0"), ("0.0", "0"),
    ])
  func losesZeroFraction(text: String, expected: String) {
    let result = withBytes(text) {
      String(decoding: CellNumber.withoutZeroFraction($0), as: UTF8.self)
    }
    #expect(result == expected)
  }

  @Test(
    "tells content apart",
    arguments: [
      ("12", ColumnContent.integers), ("12.0", .integers), ("1.5", .fractions), ("1e3", .fractions),
      ("True", .text), ("007", .text), ("0", .integers), ("x", .text), ("0.5", .fractions),
    ])
  func tellsContent(text: String, content: ColumnContent) {
    #expect(withBytes(text, ColumnContent.of) == content)
  }

  @Test("is missing as pandas has it, or as told")
  func isMissing() {
    let usual = MissingValues(["?"])
    for text in ["", "NA", "NaN", "nan", "null", "None", "<NA>", "NaT", "?"] {
      #expect(withBytes(text, usual.contains), "\(text)")
    }
    for text in ["na", "N", "0", "NULL", "none", "??"] { #expect(!withBytes(text, usual.contains)) }
    let named = MissingValues(["-"], includesDefaults: false)
    #expect(withBytes("-", named.contains))
    #expect(!withBytes("", named.contains) && !withBytes("NA", named.contains))
  }

  @Test(
    "is a date",
    arguments: [
      ("2026-11-22", 2026, 11, 22, 0, 6), ("2024-02-29 23:59:59", 2024, 2, 29, 86_399, 3),
      ("1969-12-31T01:02", 1969, 12, 31, 3_720, 2),
      ("2000-01-01 00:00:00.123456", 2000, 1, 1, 0, 5),
      ("2000-01-01T12:00:00Z", 2000, 1, 1, 43_200, 5),
      ("2000-01-01 12:00+05:30", 2000, 1, 1, 43_200, 5),
      ("0", 1970, 1, 1, 0, 3), ("-1", 1969, 12, 31, 86_399, 2),
      ("1700000000", 2023, 11, 14, 80_000, 1),
      ("1700000000.9", 2023, 11, 14, 80_000, 1),
    ])
  func isDate(text: String, year: Int, month: Int, day: Int, second: Int, weekday: Int) throws {
    let date = try #require(withBytes(text) { CalendarDate($0) })
    #expect(date.year == year && date.month == month && date.day == day)
    #expect(date.secondOfDay == second && date.weekday == weekday)
  }

  @Test(
    "is no date",
    arguments: [
      "2023-02-29", "2023-13-01", "2023-1-1", "22.11.2026", "2026-11-22x", "2026-11-22 25:00",
      "2026-11-22 12", "", "2026-11-22 12:00:00.", "2026-11-22 12:00 +1",
      "1700000000000",
    ])
  func isNoDate(text: String) {
    #expect(withBytes(text) { CalendarDate($0) } == nil)
  }

  @Test("has its zone in the time since 1970")
  func knowsZones() throws {
    let local = try #require(withBytes("2000-01-01 12:00:00+05:30") { CalendarDate($0) })
    let universal = try #require(withBytes("2000-01-01 06:30:00Z") { CalendarDate($0) })
    #expect(local.unixSeconds == universal.unixSeconds)
  }

  @Test("days and dates agree over four centuries")
  func daysAgree() {
    for day in stride(from: -150_000, through: 150_000, by: 17) {
      let date = CalendarDate(unixSeconds: day * 86_400 + 5)
      #expect(date.dayNumber == day && date.secondOfDay == 5)
    }
  }

  @Test(
    "splits into items",
    arguments: [
      ("a|b|c", "|", ["a", "b", "c"]), ("", "|", []), ("|a||b|", "|", ["a", "b"]),
      ("a::b", "::", ["a", "b"]), ("a:b", "::", ["a:b"]), ("a, b", ",", ["a", "b"]),
    ])
  func splitsIntoItems(text: String, separator: String, expected: [String]) {
    var found: [String] = []
    withBytes(text) { cell in
      SetItems(separator: separator, trimsBlanks: true).forEach(in: cell) { _, item in
        found.append(String(decoding: item, as: UTF8.self))
      }
    }
    #expect(found == expected)
  }

  @Test(
    "of a column named like an identifier",
    arguments: [
      ("id", true), ("user_id", true), ("itemId", true), ("placeID", true), ("uid", true),
      ("id_user", true), ("ID", true), ("movie id", true), ("age", false), ("paid", false),
      ("width", false), ("idea", false), ("rating", false),
    ])
  func knowsIdentifiers(name: String, isIdentifier: Bool) {
    #expect(IdentifierName.matches(name) == isIdentifier)
  }
}
