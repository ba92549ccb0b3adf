// SPDX-License-Identifier: Apache-2.0

/// Reads binary64 numbers as C's `strtod` does in the C locale.
package enum DoubleScanner {
  /// Reads the number at the beginning of the bytes, after optional white space.
  ///
  /// - Returns: the correctly rounded value and the number of bytes it took; 0 and 0 when the bytes do
  ///   not begin with a number.
  package static func scan(
    _ start: UnsafePointer<UInt8>, end: UnsafePointer<UInt8>
  ) -> (value: Double, length: Int) {
    var position = start
    var isNegative = false
    if position < end, position.pointee == Ascii.plus || position.pointee == Ascii.minus {
      isNegative = position.pointee == Ascii.minus
      position += 1
    }
    var decimal = ScannedDecimal()
    decimal.scanDigits(&position, end: end)
    // The C library knows the rest: white space, names, hexadecimal numbers.
    let isPlain =
      decimal.hasDigits
      && (position == end || position.pointee | 0x20 != Ascii.lowerX)
    guard isPlain else { return NumericLocale.double(at: start, count: end - start) }
    if let behind = decimal.scanExponent(position, end: end) { position = behind }
    guard decimal.approximationIsExactlyRounded, let magnitude = decimal.approximation else {
      return NumericLocale.double(at: start, count: position - start)
    }
    return (isNegative ? -magnitude : magnitude, position - start)
  }
}
