// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import LibFMFormats

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

@Suite("Reading binary64 numbers and integers")
struct DoubleScannerTests {
  @Test("agrees with strtod on random numbers and junk")
  func agreesWithTheCLibrary() {
    let text = NumberText(seed: 4)
    for turn in 0..<300_000 {
      switch turn % 4 {
      case 0: text.makeJunk()
      case 1: text.makeSpecial()
      default: text.makeDecimal()
      }
      let (expected, length) = text.bytes.withMemoryRebound(to: CChar.self, capacity: 512) {
        characters in
        var end: UnsafeMutablePointer<CChar>?
        let value = strtod(characters, &end)
        return (value, end.map { $0 - characters })
      }
      let found = DoubleScanner.scan(text.start, end: text.end)
      if found.value.bitPattern != expected.bitPattern || found.length != length {
        Issue.record("'\(text.string)': \(found), expected \(expected)")
      }
    }
  }

  static let integers: [(String, Int64, Int)] = [
    ("0", 0, 1), ("17:", 17, 2), (" \t\r+5x", 5, 5), ("-3", -3, 2), ("007", 7, 3),
    ("9223372036854775807", .max, 19), ("9223372036854775808", .max, 19),
    ("-9223372036854775808", .min, 20), ("-9223372036854775809", .min, 20),
    ("99999999999999999999999", .max, 23), ("-99999999999999999999999", .min, 24),
    ("4294967296", 4_294_967_296, 10),
  ]

  @Test("reads integers with saturation", arguments: integers)
  func readsIntegers(text: String, value: Int64, length: Int) throws {
    let found = Array(text.utf8).withUnsafeBufferPointer { bytes in
      bytes.baseAddress.flatMap { start in
        IntegerScanner.scan(start, end: start + bytes.count).map { ($0.value, $0.end - start) }
      }
    }
    #expect(try #require(found) == (value, length))
  }
}
