// SPDX-License-Identifier: Apache-2.0

/// Writes numbers as C's `printf` does with `%g`, which is also how libFM prints all of its numbers.
///
/// That is: so many significant digits, trailing zeros removed, with an exponent of at least two digits
/// if it is below −4 or not below the number of digits (`0.0001`, `1e-05`, `123457`, `1.23457e+06`);
/// `inf`, `nan`, each with `-` where the sign bit is set, `-0`.
public enum GeneralFormat {
  /// The number of significant digits that libFM prints.
  public static let standardDigits = 6

  /// The number of significant digits that brings every `Double` back exactly.
  public static let exactDigits = 17

  /// The largest number of bytes that ``write(_:digits:to:)`` writes.
  public static let maximumLength = exactDigits + 10

  /// The text of a number.
  ///
  /// - Parameters:
  ///   - value: the number.
  ///   - digits: the number of significant digits, from 1 to 17.
  /// - Returns: at most ``maximumLength`` ASCII characters.
  public static func text(_ value: Double, digits: Int = standardDigits) -> String {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: maximumLength) { buffer in
      let start = buffer.baseAddress.unsafelyUnwrapped
      let count = write(value, digits: digits, to: start)
      return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }
  }

  /// Writes the text of a number.
  ///
  /// - Parameters:
  ///   - value: the number.
  ///   - digits: the number of significant digits, from 1 to 17.
  ///   - output: has room for ``maximumLength`` bytes.
  /// - Returns: the number of bytes written.
  public static func write(
    _ value: Double, digits: Int = standardDigits, to output: UnsafeMutablePointer<UInt8>
  ) -> Int {
    precondition(digits >= 1 && digits <= exactDigits)
    if digits == standardDigits, let count = writeSixDigits(value, to: output) { return count }
    guard value.isNaN else {
      return NumericLocale.writeGeneral(
        value, digits: digits, to: output, capacity: maximumLength)
    }
    // Some C libraries leave out the sign of a NaN.
    var writer = ByteWriter(output)
    if value.sign == .minus { writer.put(Ascii.minus) }
    for letter in "nan".utf8 { writer.put(letter) }
    return writer.count(since: output)
  }

  /// Writes six digits by binary64 arithmetic where that decides them.
  ///
  /// The number is scaled to 100000…999999 by one multiplication or division with a power of ten that
  /// binary64 holds exactly. The result is within one unit in its last place, 2⁻³³ at most, so the
  /// nearest integer is right unless the fraction lies that close to ½.
  ///
  /// - Returns: the number of bytes written, or nil when it takes the C library to know.
  private static func writeSixDigits(
    _ value: Double, to output: UnsafeMutablePointer<UInt8>
  ) -> Int? {
    var writer = ByteWriter(output)
    if value.sign == .minus { writer.put(Ascii.minus) }
    let magnitude = value.magnitude
    guard magnitude >= 1e-16, magnitude < 1e27 else {
      guard magnitude == 0 else { return nil }
      writer.put(Ascii.zero)
      return writer.count(since: output)
    }
    // 1233 / 4096 is about the decimal logarithm of 2: the estimate is at most one off.
    var exponent = (Int(magnitude.exponent) * 1233) >> 12
    var scaled = scale(magnitude, by: 5 - exponent)
    if scaled < 100_000 {
      exponent -= 1
      scaled = scale(magnitude, by: 5 - exponent)
    } else if scaled >= 1_000_000 {
      exponent += 1
      scaled = scale(magnitude, by: 5 - exponent)
    }
    let whole = UInt64(scaled)
    let fraction = scaled - Double(whole)
    guard abs(fraction - 0.5) > 0x1p-32 else { return nil }
    var digits = fraction > 0.5 ? whole + 1 : whole
    if digits == 1_000_000 {
      digits = 100_000
      exponent += 1
    }
    writer.putGeneral(digits: digits, exponent: exponent)
    return writer.count(since: output)
  }

  @inline(__always)
  private static func scale(_ magnitude: Double, by exponent: Int) -> Double {
    exponent < 0 ? magnitude / powerOfTen(0 - exponent) : magnitude * powerOfTen(exponent)
  }
}

/// Puts bytes one after the other.
private struct ByteWriter {
  private var position: UnsafeMutablePointer<UInt8>

  init(_ start: UnsafeMutablePointer<UInt8>) { position = start }

  func count(since start: UnsafeMutablePointer<UInt8>) -> Int { position - start }

  @inline(__always)
  mutating func put(_ byte: UInt8) {
    position.pointee = byte
    position += 1
  }

  /// Puts six digits, the first of which stands for 10 to the power of `exponent`.
  mutating func putGeneral(digits: UInt64, exponent: Int) {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 6) { buffer in
      let text = buffer.baseAddress.unsafelyUnwrapped
      var rest = digits
      for index in stride(from: 5, through: 0, by: -1) {
        text[index] = Ascii.zero &+ UInt8(truncatingIfNeeded: rest % 10)
        rest /= 10
      }
      var count = 6
      while count > 1, text[count - 1] == Ascii.zero { count -= 1 }
      switch exponent {
      case -4..<0:
        put(Ascii.zero)
        put(Ascii.point)
        for _ in exponent + 1..<0 { put(Ascii.zero) }
        put(text, 0..<count)
      case 0..<6:
        put(text, 0..<min(count, exponent + 1))
        for _ in min(count, exponent + 1)..<exponent + 1 { put(Ascii.zero) }
        if count > exponent + 1 {
          put(Ascii.point)
          put(text, exponent + 1..<count)
        }
      default:
        put(text[0])
        if count > 1 {
          put(Ascii.point)
          put(text, 1..<count)
        }
        put(Ascii.lowerE)
        put(exponent < 0 ? Ascii.minus : Ascii.plus)
        let power = UInt8(exponent.magnitude)
        put(Ascii.zero + power / 10)
        put(Ascii.zero + power % 10)
      }
    }
  }

  private mutating func put(_ text: UnsafePointer<UInt8>, _ range: Range<Int>) {
    for index in range { put(text[index]) }
  }
}
