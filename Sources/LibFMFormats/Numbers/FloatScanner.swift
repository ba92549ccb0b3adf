// SPDX-License-Identifier: Apache-2.0

/// Reads binary32 numbers as C's `scanf` does with `%f` in the C locale.
///
/// This is not quite `strtof`: an exponent letter and its sign belong to the number even when no digit
/// follows, `infinit` and `0x` are failures, and of `nan(1)` only `nan` is taken. The text is rounded to
/// binary32 once, not by way of binary64.
enum FloatScanner {
  /// Reads the number at `start`, after optional white space.
  ///
  /// - Returns: the value and the position behind it, or nil when there is no number.
  static func scan(
    _ start: UnsafePointer<UInt8>, end: UnsafePointer<UInt8>
  ) -> (value: Float, end: UnsafePointer<UInt8>)? {
    var position = start
    while position < end, Ascii.isSpace(position.pointee) { position += 1 }
    let token = position
    var isNegative = false
    if position < end, position.pointee == Ascii.plus || position.pointee == Ascii.minus {
      isNegative = position.pointee == Ascii.minus
      position += 1
    }
    guard position < end else { return nil }
    if position.pointee | 0x20 >= 0x61 {
      return scanName(position, end: end, isNegative: isNegative)
    }
    if position.pointee == Ascii.zero, position + 1 < end, position[1] | 0x20 == Ascii.lowerX {
      return scanHexadecimal(position + 2, end: end, token: token)
    }
    var decimal = ScannedDecimal()
    decimal.scanDigits(&position, end: end)
    guard decimal.hasDigits else { return nil }
    position = endOfExponent(&decimal, position, end: end)
    if let magnitude = roundedMagnitude(decimal) {
      return (isNegative ? -magnitude : magnitude, position)
    }
    return (NumericLocale.float(at: token, count: position - token), position)
  }

  /// Reads an exponent with `scanf`'s leniency: without digits it has no effect, but is taken.
  @inline(__always)
  private static func endOfExponent(
    _ decimal: inout ScannedDecimal, _ position: UnsafePointer<UInt8>, end: UnsafePointer<UInt8>
  ) -> UnsafePointer<UInt8> {
    guard position < end, position.pointee | 0x20 == Ascii.lowerE else { return position }
    if let behind = decimal.scanExponent(position, end: end) { return behind }
    return endOfEmptyExponent(position, end: end)
  }

  private static func endOfEmptyExponent(
    _ letter: UnsafePointer<UInt8>, end: UnsafePointer<UInt8>
  ) -> UnsafePointer<UInt8> {
    let sign = letter + 1
    guard sign < end, sign.pointee == Ascii.plus || sign.pointee == Ascii.minus else { return sign }
    return sign + 1
  }

  /// The correctly rounded value where binary64 arithmetic decides it.
  ///
  /// The approximation is within two units in the last place of binary64. Rounding it to binary32 is
  /// then right unless it lies that close to the middle between two neighbours, which in the normal
  /// range is where the 29 bits to be dropped are 1 followed by zeros.
  @inline(__always)
  private static func roundedMagnitude(_ decimal: ScannedDecimal) -> Float? {
    guard let approximation = decimal.approximation else { return nil }
    if approximation >= 0x1p-126, approximation <= 0x1p127 {
      let dropped = approximation.bitPattern & 0x1FFF_FFFF
      guard dropped &- 0x0FFF_FFF8 > 0x10 else { return nil }
      return Float(approximation)
    }
    return decimal.significand == 0 ? 0 : nil
  }

  private static func scanName(
    _ start: UnsafePointer<UInt8>, end: UnsafePointer<UInt8>, isNegative: Bool
  ) -> (value: Float, end: UnsafePointer<UInt8>)? {
    if let behind = match("nan", start, end: end) {
      return (isNegative ? -Float.nan : Float.nan, behind)
    }
    guard let behind = match("inf", start, end: end) else { return nil }
    let value = isNegative ? -Float.infinity : Float.infinity
    guard behind < end, behind.pointee | 0x20 == UInt8(ascii: "i") else { return (value, behind) }
    return match("inity", behind, end: end).map { (value, $0) }
  }

  /// Matches a word of lower-case letters in any case.
  private static func match(
    _ word: StaticString, _ start: UnsafePointer<UInt8>, end: UnsafePointer<UInt8>
  ) -> UnsafePointer<UInt8>? {
    let letters = UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
    guard end - start >= letters.count else { return nil }
    for (index, letter) in letters.enumerated() where start[index] | 0x20 != letter {
      return nil
    }
    return start + letters.count
  }

  /// Reads what follows `0x`: digits with at most one point, of which one must be there, and an exponent
  /// of two.
  private static func scanHexadecimal(
    _ start: UnsafePointer<UInt8>, end: UnsafePointer<UInt8>, token: UnsafePointer<UInt8>
  ) -> (value: Float, end: UnsafePointer<UInt8>)? {
    var position = start
    var hasDigits = false
    var hasPoint = false
    while position < end {
      if Ascii.isHexDigit(position.pointee) {
        hasDigits = true
      } else if position.pointee == Ascii.point, !hasPoint {
        hasPoint = true
      } else {
        break
      }
      position += 1
    }
    guard position > start else { return nil }
    if hasDigits, position < end, position.pointee | 0x20 == Ascii.lowerP {
      position = endOfEmptyExponent(position, end: end)
      while position < end, Ascii.isDigit(position.pointee) { position += 1 }
    }
    return (NumericLocale.float(at: token, count: position - token), position)
  }
}
