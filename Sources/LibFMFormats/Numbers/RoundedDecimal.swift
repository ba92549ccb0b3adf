// SPDX-License-Identifier: Apache-2.0

/// A positive number rounded to a number of decimal digits:
/// `significand · 10^(exponent − digitCount + 1)`.
struct RoundedDecimal {
  /// The digits as a whole number, of exactly the number of digits asked for.
  let significand: UInt64

  /// The power of ten that the first digit stands for.
  let exponent: Int

  /// Rounds to the nearest number of `digitCount` digits.
  ///
  /// Nil when the number lies so close to the middle between two neighbours that the product below does
  /// not tell them apart. That is true of the middle itself, and else of hardly any.
  ///
  /// The number, *M* · 2ᵉ with *M* of 64 bits, is multiplied with a power of ten of 128 bits, as Adams
  /// does (2018, "Ryū: fast float-to-string conversion"): that leaves the digits and 64 bits of what
  /// follows them. The power is at most 1.5 · 2⁻¹²⁶ of itself too small and the digits are below 10¹⁸,
  /// so what follows them is less than 1⅓ units of 2⁻⁶⁴ too small, the bits cut off included.
  ///
  /// - Parameters:
  ///   - magnitude: a positive, finite number.
  ///   - digitCount: from 1 to 17.
  @inline(__always)
  init?(_ magnitude: Double, digitCount: Int) {
    let (mantissa, power) = Self.normalized(magnitude)
    // The decimal exponent of the power of two below the number: that of the number or one less.
    // The factor is the decimal logarithm of 2, near enough for all powers of binary64.
    let estimate = (power &* 315_653) >> 20
    let (whole, following) = DecimalPower(digitCount &- 1 &- estimate)
      .product(mantissa, power: power)
    let limit = DecimalPower.five(to: digitCount) << UInt64(digitCount)
    var rounded = whole
    var exponent = estimate
    if whole < limit {
      guard following &- (Self.half &- 1) > 1 else { return nil }
      if following > Self.half { rounded &+= 1 }
    } else {
      // One digit too many; it decides.
      let last = whole % 10
      guard last != 5 || following != 0, last != 4 || following != .max else { return nil }
      rounded = whole / 10 &+ (last >= 5 ? 1 : 0)
      exponent &+= 1
    }
    if rounded == limit {
      rounded /= 10
      exponent &+= 1
    }
    significand = rounded
    self.exponent = exponent
  }

  private static let half: UInt64 = 1 << 63

  /// A number as `mantissa · 2^(power − 63)` with the highest bit of the mantissa set.
  @inline(__always)
  private static func normalized(_ magnitude: Double) -> (mantissa: UInt64, power: Int) {
    let fraction = magnitude.significandBitPattern
    let biased = Int(magnitude.exponentBitPattern)
    guard biased > 0 else {
      let shift = fraction.leadingZeroBitCount
      return (fraction << UInt64(shift), -1_011 &- shift)
    }
    return ((fraction | 1 << 52) << 11, biased &- 1_023)
  }
}
