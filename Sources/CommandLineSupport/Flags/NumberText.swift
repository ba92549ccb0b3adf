// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// Numbers in command-line values, both as a careful reader and as C's `atoi` and `atof` see them.
enum NumberText {
  /// The pieces of a list, split at each `,` and `;`, without empty ones.
  static func pieces(of text: String) -> [String] {
    text.utf8.split { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: ";") }
      .map { String(Substring($0)) }
  }

  /// The number that the whole text is, white space around it aside; nil if it is none.
  ///
  /// NaN is not a number.
  static func number(_ text: String) -> Double? {
    text.withCString { start in
      var end: UnsafeMutablePointer<CChar>?
      let value = strtod(start, &end)
      guard let end, end != UnsafeMutablePointer(mutating: start), !value.isNaN else { return nil }
      return isBlank(end) ? value : nil
    }
  }

  /// Whether the whole text is a sign, if any, and digits, white space around them aside.
  static func isInteger(_ text: String) -> Bool {
    text.withCString { start in
      var end: UnsafeMutablePointer<CChar>?
      _ = strtol(start, &end, 10)
      guard let end, end != UnsafeMutablePointer(mutating: start) else { return false }
      return isBlank(end)
    }
  }

  /// The whole number that the whole text is; nil if it is none or has more than 64 bits.
  static func integer(_ text: String) -> Int? {
    guard isInteger(text) else { return nil }
    errno = 0
    let value = strtol(text, nil, 10)
    return errno == ERANGE ? nil : value
  }

  /// The number at the beginning of the text, 0 without one: C's `atof`.
  static func leadingNumber(_ text: String) -> Double {
    strtod(text, nil)
  }

  /// The whole number at the beginning of the text, 0 without one: C's `atoi` where it reads 64
  /// bits, stopping at the greatest and least such number, and keeps the lower 32.
  static func leadingInteger(_ text: String) -> Int32 {
    Int32(truncatingIfNeeded: strtol(text, nil, 10))
  }

  private static func isBlank(_ text: UnsafePointer<CChar>) -> Bool {
    var next = text
    while isspace(Int32(UInt8(bitPattern: next.pointee))) != 0 { next += 1 }
    return next.pointee == 0
  }
}
