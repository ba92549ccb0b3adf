// SPDX-License-Identifier: Apache-2.0

/// The digits of a decimal number: `±significand · 10^exponent`.
struct ScannedDecimal {
  /// The first 19 significant digits.
  var significand: UInt64 = 0

  /// The power of ten that belongs to ``significand``.
  var exponent = 0

  /// Whether more digits were seen than ``significand`` holds; the number lies between `significand`
  /// and `significand + 1`.
  var isTruncated = false

  /// Whether there was any digit.
  var hasDigits = false

  /// Reads digits with at most one point from `position` on and moves it behind them.
  @inline(__always)
  mutating func scanDigits(
    _ position: inout UnsafePointer<UInt8>, end: UnsafePointer<UInt8>
  ) {
    var digitCount = 0
    scanRun(&position, end: end, digitCount: &digitCount, exponentStep: 0)
    if position < end, position.pointee == Ascii.point {
      position += 1
      scanRun(&position, end: end, digitCount: &digitCount, exponentStep: -1)
    }
  }

  /// Reads one run of digits; each digit kept adds `exponentStep` to the exponent.
  @inline(__always)
  private mutating func scanRun(
    _ position: inout UnsafePointer<UInt8>, end: UnsafePointer<UInt8>, digitCount: inout Int,
    exponentStep: Int
  ) {
    while position < end {
      let digit = position.pointee &- Ascii.zero
      guard digit < 10 else { return }
      hasDigits = true
      if digitCount < 19 {
        significand = significand &* 10 &+ UInt64(digit)
        exponent &+= exponentStep
        if significand != 0 { digitCount &+= 1 }
      } else {
        isTruncated = isTruncated || digit != 0
        exponent &+= exponentStep &+ 1
      }
      position += 1
    }
  }

  /// Reads `e`, an optional sign and digits.
  ///
  /// - Returns: the position behind the exponent, or nil when no digit follows; then nothing changes.
  @inline(__always)
  mutating func scanExponent(
    _ start: UnsafePointer<UInt8>, end: UnsafePointer<UInt8>
  ) -> UnsafePointer<UInt8>? {
    guard start < end, start.pointee | 0x20 == Ascii.lowerE else { return nil }
    var position = start + 1
    var isNegative = false
    if position < end, position.pointee == Ascii.plus || position.pointee == Ascii.minus {
      isNegative = position.pointee == Ascii.minus
      position += 1
    }
    let digits = position
    var power = 0
    while position < end {
      let digit = position.pointee &- Ascii.zero
      guard digit < 10 else { break }
      // Saturates far beyond any representable number; such texts take the slow way anyway.
      if power < 100_000_000 { power = power &* 10 &+ Int(digit) }
      position += 1
    }
    guard position > digits else { return nil }
    exponent &+= isNegative ? 0 &- power : power
    return position
  }

  /// The value computed with one multiplication or division in binary64, within two units in the last
  /// place; nil outside the powers of ten that binary64 holds exactly.
  @inline(__always)
  var approximation: Double? {
    guard exponent >= -22, exponent <= 22 else { return significand == 0 ? 0 : nil }
    let magnitude = Double(significand)
    return exponent < 0
      ? magnitude / powerOfTen(0 &- exponent) : magnitude * powerOfTen(exponent)
  }

  /// Whether ``approximation``, if there is one, is the correctly rounded value.
  @inline(__always)
  var approximationIsExactlyRounded: Bool {
    !isTruncated && significand <= 1 << 53
  }
}

/// 10 to the power of `exponent`, exactly.
///
/// - Precondition: `exponent` is in `0...22`.
@inline(__always)
func powerOfTen(_ exponent: Int) -> Double {
  switch exponent {
  case 0: 1e0
  case 1: 1e1
  case 2: 1e2
  case 3: 1e3
  case 4: 1e4
  case 5: 1e5
  case 6: 1e6
  case 7: 1e7
  case 8: 1e8
  case 9: 1e9
  case 10: 1e10
  case 11: 1e11
  case 12: 1e12
  case 13: 1e13
  case 14: 1e14
  case 15: 1e15
  case 16: 1e16
  case 17: 1e17
  case 18: 1e18
  case 19: 1e19
  case 20: 1e20
  case 21: 1e21
  default: 1e22
  }
}
