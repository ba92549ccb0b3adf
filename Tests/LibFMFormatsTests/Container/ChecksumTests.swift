// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import LibFMFormats

@Suite("The checksum of binary files")
struct ChecksumTests {
  /// Values of the reference implementation.
  @Test(
    "agrees with published values",
    arguments: [
      ("", 0xEF46_DB37_51D8_E999 as UInt64), ("a", 0xD24E_C4F1_A98C_6E5B),
      ("abc", 0x44BC_2CF5_AD77_0999),
      ("Nobody inspects the spammish repetition", 0xFBCE_A83C_8A37_8BF1),
    ])
  func published(text: String, expected: UInt64) {
    #expect(checksum(Array(text.utf8)) == expected)
  }

  @Test("does not depend on how the bytes come")
  func pieces() {
    let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ ($0 >> 3)) }
    for count in [0, 1, 7, 8, 31, 32, 33, 63, 64, 100, 1000] {
      let whole = checksum(Array(bytes[..<count]))
      for size in [1, 3, 8, 31, 32, 33, 64] {
        var pieces = Checksum()
        for start in stride(from: 0, to: count, by: size) {
          bytes[start..<min(start + size, count)].withUnsafeBytes { pieces.update($0) }
        }
        #expect(pieces.value == whole, "\(count) bytes in pieces of \(size)")
      }
    }
  }

  private func checksum(_ bytes: [UInt8]) -> UInt64 {
    bytes.withUnsafeBytes { Checksum(of: $0).value }
  }
}
