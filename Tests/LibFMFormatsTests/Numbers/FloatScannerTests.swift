// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import LibFMFormats

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

@Suite("Reading binary32 numbers")
struct FloatScannerTests {
  struct Row: CustomStringConvertible {
    var text: String
    var value: Float?
    var length: Int

    init(_ text: String, _ value: Float?, _ length: Int? = nil) {
      self.text = text
      self.value = value
      self.length = length ?? text.utf8.count
    }

    var description: String { "'\(text)'" }
  }

  static let rows: [Row] = [
    .init("1e", 1), .init("1e+", 1), .init("1e-", 1), .init("1e+-5", 1, 3), .init("1.e5", 100_000),
    .init("1E5", 100_000), .init("1e05", 100_000), .init("1e5.5", 100_000, 3),
    .init("1e5e5", 100_000, 3), .init(".5e1", 5), .init("00012", 12), .init("+.5", 0.5),
    .init("-inf", -.infinity), .init("INFINITY", .infinity), .init("infinity1", .infinity, 8),
    .init("inf1", .infinity, 3), .init("infx", .infinity, 3), .init("1..2", 1, 2),
    .init("0x10", 16), .init("0x1e", 30), .init("0X1P2", 4), .init("0x1.8p1", 3),
    .init("0x1.8p+1", 3),
    .init("0x1p", 1), .init("0x1p+", 1), .init("0x1.p", 1), .init("0x.8", 0.5),
    .init("0x.p1", 0, 3),
    .init("0x1.8.1", 1.5, 5), .init("1_0", 1, 1), .init("1d5", 1, 1), .init("1f", 1, 1),
    .init("1 e5", 1, 1), .init("1e400", .infinity), .init("3.4028236e38", .infinity),
    .init("3.4028235e38", .greatestFiniteMagnitude), .init("1e-40", Float(bitPattern: 71362)),
    .init("16777217", 16_777_216), .init("-0", -0.0), .init(" \t\u{B}\u{C}\r1", 1),
    .init("1.5", 1.5), .init("-1.5abc", -1.5, 4),
    .init("1.00000005960464477539062500001", 1.0000001),
    .init("1.000000059604644775390625", 1), .init("1e99999999999999999999", .infinity),
    .init("1e-99999999999999999999", 0), .init("0e99999999999999999999", 0),
  ]

  @Test("takes what scanf takes", arguments: rows)
  func takesWhatScanfTakes(row: Row) throws {
    let found = try #require(scan(row.text))
    #expect(found.value.bitPattern == row.value?.bitPattern)
    #expect(found.length == row.length)
  }

  @Test("keeps the sign of zero and of NaN")
  func keepsSigns() throws {
    #expect(try #require(scan("-1e-50")).value.bitPattern == (-Float.zero).bitPattern)
    for (text, length, sign) in [
      ("nan", 3, FloatingPointSign.plus), ("+nan", 4, .plus), ("-NaN", 4, .minus),
      ("nanx", 3, .plus), ("nan(1)", 3, .plus),
    ] {
      let found = try #require(scan(text))
      #expect(found.value.isNaN && found.value.sign == sign && found.length == length)
    }
  }

  @Test(
    "refuses what scanf refuses",
    arguments: [
      "", ".e5", ".", "+", "-", "na", "i", "in", "infinit", "infi", "0x", "0xg", "0x+1", "e5",
      "+-1",
      "- 1", "abc", "#", ",5", "\u{1}",
    ])
  func refusesWhatScanfRefuses(text: String) {
    #expect(scan(text) == nil)
  }

  @Test("reads a number of a million digits")
  func readsLongNumbers() throws {
    let text = "0." + String(repeating: "0", count: 500_000) + "15" + "e500001"
    #expect(try #require(scan(text)).value == 1.5)
    let long = "1." + String(repeating: "0", count: 999_999) + "1"
    #expect(try #require(scan(long)).value == 1)
  }

  @Test("rounds a million random numbers as strtof does")
  func roundsLikeTheCLibrary() {
    let text = NumberText(seed: 1)
    for _ in 0..<1_000_000 {
      text.makeDecimal()
      expectSame(as: strtof, text)
    }
  }

  @Test("rounds halfway cases as strtof does")
  func roundsHalfwayCases() {
    let text = NumberText(seed: 2)
    for _ in 0..<100_000 {
      text.makeHalfway()
      expectSame(as: strtof, text)
    }
  }

  #if os(Linux)
  @Test("takes of random texts what scanf takes")
  func takesOfJunkWhatScanfTakes() {
    let text = NumberText(seed: 3)
    let value = UnsafeMutablePointer<Float>.allocate(capacity: 1)
    let length = UnsafeMutablePointer<CInt>.allocate(capacity: 1)
    defer {
      value.deallocate()
      length.deallocate()
    }
    for turn in 0..<300_000 {
      if turn % 3 == 0 { text.makeSpecial() } else { text.makeJunk() }
      length.pointee = 0
      let matches = text.bytes.withMemoryRebound(to: CChar.self, capacity: 512) { characters in
        withVaList([value, length]) { vsscanf(characters, "%f%n", $0) }
      }
      let found = FloatScanner.scan(text.start, end: text.end)
      let isSame =
        matches == 1
        ? found?.value.bitPattern == value.pointee.bitPattern
          && found.map { $0.end - text.start } == Int(length.pointee)
        : found == nil
      if !isSame { Issue.record("'\(text.string)': \(String(describing: found))") }
    }
  }
  #endif

  private func scan(_ text: String) -> (value: Float, length: Int)? {
    Array(text.utf8).withUnsafeBufferPointer { bytes in
      guard let start = bytes.baseAddress else { return nil }
      return FloatScanner.scan(start, end: start + bytes.count).map { ($0.value, $0.end - start) }
    }
  }

  /// Records an issue only on failure: a million successful expectations would take too long.
  private func expectSame(
    as oracle: (UnsafePointer<CChar>, UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> Float,
    _ text: NumberText
  ) {
    let expected = text.bytes.withMemoryRebound(to: CChar.self, capacity: 512) { oracle($0, nil) }
    let found = FloatScanner.scan(text.start, end: text.end)
    if found?.value.bitPattern != expected.bitPattern || found?.end != text.end {
      Issue.record("'\(text.string)': \(String(describing: found?.value)), expected \(expected)")
    }
  }
}
