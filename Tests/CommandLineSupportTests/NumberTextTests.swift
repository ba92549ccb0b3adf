// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import CommandLineSupport

@Suite("Numbers in command-line values")
struct NumberTextTests {
  @Test(
    "are whole numbers as C's atoi reads them, cut to 32 bits",
    arguments: [
      ("1x", 1), ("abc", 0), ("1.9", 1), ("", 0), ("99999999999", 1_215_752_191),
      ("9223372036854775807", -1), ("9223372036854775808", -1), ("-9223372036854775809", 0),
      (" \t\n-5", -5), ("+7", 7), ("- 7", 0), ("0x10", 0), ("007", 7), ("2147483648", .min),
    ] as [(String, Int32)])
  func leadingInteger(text: String, expected: Int32) {
    #expect(NumberText.leadingInteger(text) == expected)
  }

  @Test(
    "are numbers as C's atof reads them",
    arguments: [
      ("1.5x", 1.5), ("abc", 0), ("", 0), ("1e3", 1000), ("1e", 1), ("0x1p4", 16), (".5", 0.5),
      ("-inf", -.infinity), ("infinity", .infinity), (" 2", 2), ("1e400", .infinity), ("0x", 0),
    ] as [(String, Double)])
  func leadingNumber(text: String, expected: Double) {
    #expect(NumberText.leadingNumber(text) == expected)
  }

  @Test(
    "are numbers only if nothing else stands there",
    arguments: [
      ("1.5", 1.5), (" 1.5 ", 1.5), ("1.5x", nil), ("", nil), (" ", nil), ("nan", nil),
      ("-.5e-1", -0.05), ("1 2", nil), ("1,5", nil), ("inf", .infinity),
    ] as [(String, Double?)])
  func wholeNumber(text: String, expected: Double?) {
    #expect(NumberText.number(text) == expected)
  }

  @Test("stand in lists between commas and semicolons, without empty pieces")
  func pieces() {
    #expect(NumberText.pieces(of: "1,,2;;") == ["1", "2"])
    #expect(NumberText.pieces(of: ";,") == [])
    #expect(NumberText.pieces(of: " 1 , é") == [" 1 ", " é"])
  }
}
