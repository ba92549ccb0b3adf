// SPDX-License-Identifier: Apache-2.0

/// Writes integers in decimal.
enum DecimalFormat {
  /// Writes the digits of a number.
  ///
  /// - Parameters:
  ///   - value: the number.
  ///   - output: has room for 10 bytes.
  /// - Returns: the number of bytes written.
  static func write(_ value: UInt32, to output: UnsafeMutablePointer<UInt8>) -> Int {
    var count = 1
    var bound: UInt64 = 10
    while UInt64(value) >= bound {
      bound *= 10
      count += 1
    }
    var rest = value
    for index in stride(from: count - 1, through: 0, by: -1) {
      output[index] = Ascii.zero &+ UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    }
    return count
  }
}
