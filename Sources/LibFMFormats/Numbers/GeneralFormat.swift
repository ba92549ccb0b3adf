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
    var writer = GeneralWriter(output)
    if value.sign == .minus { writer.put(Ascii.minus) }
    let magnitude = value.magnitude
    guard magnitude > 0, magnitude < .infinity else {
      writer.put(magnitude == 0 ? "0" : magnitude.isNaN ? "nan" : "inf")
      return writer.count(since: output)
    }
    guard let decimal = RoundedDecimal(magnitude, digitCount: digits) else {
      return NumericLocale.writeGeneral(
        value, digits: digits, to: output, capacity: maximumLength)
    }
    writer.put(decimal, digitCount: digits)
    return writer.count(since: output)
  }
}
