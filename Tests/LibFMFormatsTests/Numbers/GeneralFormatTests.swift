// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import LibFMFormats

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

@Suite("Printing numbers")
struct GeneralFormatTests {
  static let forms: [(Double, String)] = [
    (0, "0"), (-0.0, "-0"), (1, "1"), (-1.5, "-1.5"), (0.1, "0.1"), (100_000, "100000"),
    (1_000_000, "1e+06"), (999_999.5, "1e+06"), (999_999.4, "999999"), (2_500_000, "2.5e+06"),
    (0.0001, "0.0001"), (0.00001, "1e-05"), (0.000123456789, "0.000123457"),
    (1.0 / 3, "0.333333"), (2.0 / 3, "0.666667"), (3.40282346638528859e38, "3.40282e+38"),
    (1e100, "1e+100"), (.leastNonzeroMagnitude, "4.94066e-324"), (1e15, "1e+15"),
    (120_000, "120000"),
    (.infinity, "inf"), (-.infinity, "-inf"), (.nan, "nan"), (-.nan, "-nan"),
    (0.5, "0.5"), (1_234_565, "1.23456e+06"), (1_234_575, "1.23458e+06"), (9.999996, "10"),
    (9.999994, "9.99999"),
  ]

  @Test("writes the forms of %g", arguments: forms)
  func writesTheFormsOfG(value: Double, text: String) {
    #expect(GeneralFormat.text(value) == text)
  }

  @Test("writes as many digits as asked for")
  func writesOtherPrecisions() {
    #expect(GeneralFormat.text(0.1, digits: 17) == "0.10000000000000001")
    #expect(GeneralFormat.text(-2.2250738585072014e-308, digits: 17) == "-2.2250738585072014e-308")
    #expect(GeneralFormat.text(.pi, digits: 1) == "3")
  }

  @Test("agrees with printf on random numbers", arguments: [6, 17, nil])
  func agreesWithPrintf(digits: Int?) {
    var random = SplitMix64(seed: 5)
    let found = UnsafeMutablePointer<UInt8>.allocate(capacity: 64)
    let expected = UnsafeMutablePointer<CChar>.allocate(capacity: 64)
    defer {
      found.deallocate()
      expected.deallocate()
    }
    for turn in 0..<120_000 {
      let digits = digits ?? 1 + random.below(17)
      let value = Self.number(turn, digits: digits, &random)
      let count = GeneralFormat.write(value, digits: digits, to: found)
      let expectedCount = withVaList([CInt(digits), value]) {
        Int(vsnprintf(expected, 64, "%.*g", $0))
      }
      if count != expectedCount || memcmp(found, expected, count) != 0 {
        Issue.record("\(value) as '\(GeneralFormat.text(value, digits: digits))'")
      }
    }
  }

  /// Numbers of all sizes, of common sizes, at and near ties of the last digit, subnormal ones, powers
  /// of two and of ten and their neighbours.
  private static func number(_ turn: Int, digits: Int, _ random: inout SplitMix64) -> Double {
    let unit = Double(random.next() >> 11) * 0x1p-53
    switch turn % 8 {
    case 0, 1:
      let value = Double(bitPattern: random.next())
      return value.isNaN ? 1 : value
    case 2: return (unit - 0.5) * 10
    case 3:
      // One more half than there are digits; 15 digits and a half are exact in binary64.
      let tie = (unit * pow(10, Double(min(digits, 15)))).rounded(.down) + 0.5
      let scaled =
        random.below(2) == 0
        ? tie * pow(10, Double(random.below(40) - 20)) : tie / pow(2, Double(random.below(12)))
      return neighbour(of: scaled, &random)
    case 4: return Double(bitPattern: (random.next() >> 12) >> UInt64(random.below(52)))
    case 5: return neighbour(of: pow(2, Double(random.below(2_098) - 1_074)), &random)
    case 6: return neighbour(of: pow(10, Double(random.below(632) - 323)), &random)
    default: return Double(random.below(10_000)) / [8, 64, 1_000][random.below(3)]
    }
  }

  private static func neighbour(of value: Double, _ random: inout SplitMix64) -> Double {
    switch random.below(3) {
    case 0: value.nextUp
    case 1: value.nextDown
    default: value
    }
  }

  static let shortForms: [(Float, String)] = [
    (1, "1"), (0, "0"), (-0.0, "-0"), (9, "9"), (10, "10"), (0.5, "0.5"), (-1.5, "-1.5"),
    (0.1, "0.1"),
    (16_777_216, "16777216"), (1e-10, "1e-10"), (.infinity, "inf"), (-.infinity, "-inf"),
    (.nan, "nan"), (-.nan, "-nan"),
  ]

  @Test("writes binary32 numbers shortly", arguments: shortForms)
  func writesShortNumbers(value: Float, text: String) {
    #expect(Self.shortText(value) == text)
  }

  @Test("writes binary32 numbers so that they come back")
  func shortNumbersComeBack() {
    var random = SplitMix64(seed: 6)
    for _ in 0..<20_000 {
      let value = Float(bitPattern: UInt32(truncatingIfNeeded: random.next()))
      let bytes = Array(Self.shortText(value).utf8)
      let back = bytes.withUnsafeBufferPointer { bytes in
        bytes.baseAddress.flatMap { FloatScanner.scan($0, end: $0 + bytes.count)?.value }
      }
      if value.isNaN ? back?.isNaN != true : back?.bitPattern != value.bitPattern {
        Issue.record("\(value) comes back as \(String(describing: back))")
      }
    }
  }

  private static func shortText(_ value: Float) -> String {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: ShortestFormat.maximumLength) {
      let count = $0.baseAddress.map { ShortestFormat.write(value, to: $0) } ?? 0
      return String(decoding: $0.prefix(count), as: UTF8.self)
    }
  }
}
