// SPDX-License-Identifier: Apache-2.0

/// Reads integers as C's `scanf` does with a 64-bit `%d`: too large ones saturate.
enum IntegerScanner {
  /// Reads the integer at `start`, after optional white space.
  ///
  /// - Returns: the value and the position behind it, or nil when there is no integer.
  static func scan(
    _ start: UnsafePointer<UInt8>, end: UnsafePointer<UInt8>
  ) -> (value: Int64, end: UnsafePointer<UInt8>)? {
    var position = start
    while position < end, Ascii.isSpace(position.pointee) { position += 1 }
    var isNegative = false
    if position < end, position.pointee == Ascii.plus || position.pointee == Ascii.minus {
      isNegative = position.pointee == Ascii.minus
      position += 1
    }
    let digits = position
    // Counted downwards because there is one negative number more.
    var negated: Int64 = 0
    var saturates = false
    while position < end, Ascii.isDigit(position.pointee) {
      let (shifted, overflow) = negated.multipliedReportingOverflow(by: 10)
      let (sum, carry) = shifted.subtractingReportingOverflow(
        Int64(position.pointee &- Ascii.zero))
      saturates = saturates || overflow || carry
      negated = sum
      position += 1
    }
    guard position > digits else { return nil }
    if saturates { return (isNegative ? .min : .max, position) }
    if isNegative { return (negated, position) }
    return (negated == .min ? .max : -negated, position)
  }
}
