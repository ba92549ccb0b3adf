// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import LibFMFormats

@Suite("Quoted text")
struct QuotedTextTests {
  @Test(
    "shows control characters and bytes that are not UTF-8 by their numbers",
    arguments: [
      ([0x61, 0xC3, 0xBC] as [UInt8], "'aü'"), ([0x07, 0x62], "'\\x07b'"),
      ([0xFF, 0xFE], "'\\xFF\\xFE'"), ([0xC3, 0xBC, 0xE2, 0x82, 0x41], "'ü\\xE2\\x82A'"),
      ([], "''"),
    ])
  func escapes(bytes: [UInt8], expected: String) {
    #expect(bytes.withUnsafeBufferPointer(QuotedText.quote) == expected)
  }
}
