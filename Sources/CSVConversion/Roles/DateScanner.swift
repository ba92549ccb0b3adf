// SPDX-License-Identifier: Apache-2.0

import LibFMFormats

/// Reads the pieces of a date one after the other.
struct DateScanner {
  private let text: UnsafeBufferPointer<UInt8>
  private var position = 0

  init(_ text: UnsafeBufferPointer<UInt8>) {
    self.text = text
  }

  /// Whether everything has been read.
  var isAtEnd: Bool { position == text.count }

  /// Reads exactly `count` digits.
  mutating func digits(_ count: Int) -> Int? {
    guard position + count <= text.count else { return nil }
    var value = 0
    for index in position..<position + count {
      guard Ascii.isDigit(text[index]) else { return nil }
      value = value * 10 + Int(text[index] - Ascii.zero)
    }
    position += count
    return value
  }

  /// Reads a character if it comes next.
  mutating func skip(_ character: Unicode.Scalar) -> Bool {
    guard position < text.count, text[position] == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  /// Reads one or more digits.
  mutating func skipDigits() -> Bool {
    let start = position
    while position < text.count, Ascii.isDigit(text[position]) { position += 1 }
    return position > start
  }

  /// Reads a time zone: `Z`, `+01:00`, `+0100`, `+01` or nothing.
  ///
  /// - Returns: seconds ahead of universal time; nil for anything else.
  mutating func zoneOffset() -> Int? {
    if isAtEnd || skip("Z") { return 0 }
    let isNegative = skip("-")
    guard isNegative || skip("+"), let hours = digits(2) else { return nil }
    var seconds = hours * 3_600
    if !isAtEnd {
      _ = skip(":")
      guard let minutes = digits(2) else { return nil }
      seconds += minutes * 60
    }
    return isNegative ? -seconds : seconds
  }
}
