// SPDX-License-Identifier: Apache-2.0

import LibFMFormats

/// Writes whole numbers.
enum IntegerText {
  /// Writes the digits of a number.
  ///
  /// - Parameters:
  ///   - number: the number.
  ///   - output: has room for ten bytes.
  /// - Returns: the number of bytes written.
  @inline(__always)
  static func write(_ number: UInt32, to output: UnsafeMutablePointer<UInt8>) -> Int {
    let count = digitCount(number)
    var rest = number
    var position = output + count
    while rest >= 10 {
      position -= 1
      let quotient = rest / 10
      position.pointee = Ascii.zero &+ UInt8(truncatingIfNeeded: rest &- quotient &* 10)
      rest = quotient
    }
    output.pointee = Ascii.zero &+ UInt8(truncatingIfNeeded: rest)
    return count
  }

  @inline(__always)
  private static func digitCount(_ number: UInt32) -> Int {
    if number < 10_000 {
      if number < 100 { return number < 10 ? 1 : 2 }
      return number < 1_000 ? 3 : 4
    }
    if number < 1_000_000 { return number < 100_000 ? 5 : 6 }
    if number < 100_000_000 { return number < 10_000_000 ? 7 : 8 }
    return number < 1_000_000_000 ? 9 : 10
  }
}

/// Writes binary32 numbers in their shortest form.
enum FloatText {
  /// Writes a number so that it is read back exactly.
  ///
  /// - Parameters:
  ///   - value: the number.
  ///   - output: has room for `ShortestFormat.maximumLength` bytes.
  /// - Returns: the number of bytes written.
  @inline(__always)
  static func write(_ value: Float, to output: UnsafeMutablePointer<UInt8>) -> Int {
    if value == 1 {
      output.pointee = Ascii.one
      return 1
    }
    return writeAny(value, to: output)
  }

  /// Whole numbers and halves, which most ratings and counts are, need no search for digits.
  private static func writeAny(_ value: Float, to output: UnsafeMutablePointer<UInt8>) -> Int {
    let magnitude = value.magnitude
    let doubled = magnitude * 2
    guard magnitude < 1_000_000, doubled == doubled.rounded(.towardZero),
      value != 0 || value.sign == .plus
    else { return ShortestFormat.write(value, to: output) }
    var position = output
    if value < 0 {
      position.pointee = Ascii.minus
      position += 1
    }
    position += IntegerText.write(UInt32(magnitude), to: position)
    if UInt32(doubled) & 1 == 1 {
      position[0] = Ascii.point
      position[1] = Ascii.zero + 5
      position += 2
    }
    return position - output
  }
}
