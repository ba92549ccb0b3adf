// SPDX-License-Identifier: Apache-2.0

import LibFMFormats

/// Numbers in cells.
enum CellNumber {
  /// The number that a whole cell is, blanks around it aside.
  ///
  /// Decimal numbers with or without exponent, `inf` and `infinity` in any case; no hexadecimal ones,
  /// and no `nan`, which is a missing value if anything.
  ///
  /// - Returns: nil when the cell is anything else.
  @inline(__always)
  static func value(_ cell: UnsafeBufferPointer<UInt8>) -> Double? {
    guard let start = cell.baseAddress, !cell.isEmpty else { return nil }
    let end = start + cell.count
    var position = start
    let isNegative = position.pointee == Ascii.minus
    if isNegative { position += 1 }
    guard end - position <= 16, position < end else { return anyValue(cell) }
    // At most 15 digits and a point: both parts are exact in binary64, so one division rounds right.
    var significand: UInt64 = 0
    var point: UnsafePointer<UInt8>?
    while position < end {
      let digit = position.pointee &- Ascii.zero
      if digit < 10 {
        significand = significand &* 10 &+ UInt64(digit)
      } else if position.pointee == Ascii.point, point == nil {
        point = position
      } else {
        return anyValue(cell)
      }
      position += 1
    }
    var magnitude = Double(significand)
    if let point {
      let decimals = end - point - 1
      guard end - start > (isNegative ? 2 : 1), significand < 1_000_000_000_000_000 else {
        return anyValue(cell)
      }
      magnitude /= powersOfTen[decimals]
    } else if significand >= 1 << 53 {
      return anyValue(cell)
    }
    return isNegative ? -magnitude : magnitude
  }

  /// The number in a cell of any form.
  @inline(never)
  private static func anyValue(_ cell: UnsafeBufferPointer<UInt8>) -> Double? {
    var text = cell[...]
    while let first = text.first, Ascii.isSpace(first) { text = text.dropFirst() }
    while let last = text.last, Ascii.isSpace(last) { text = text.dropLast() }
    let bytes = UnsafeBufferPointer(rebasing: text)
    guard let start = bytes.baseAddress, !bytes.isEmpty else { return nil }
    var unsigned = bytes[...]
    let isNegative = unsigned.first == Ascii.minus
    if isNegative || unsigned.first == Ascii.plus { unsigned = unsigned.dropFirst() }
    if isInfinity(unsigned) { return isNegative ? -.infinity : .infinity }
    guard let first = unsigned.first, Ascii.isDigit(first) || first == Ascii.point,
      !unsigned.contains(where: { $0 | 0x20 == Ascii.lowerX })
    else { return nil }
    let (value, length) = DoubleScanner.scan(start, end: start + bytes.count)
    return length == bytes.count ? value : nil
  }

  private static func isInfinity(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
    ["inf", "infinity"].contains { name in
      text.count == name.utf8.count && zip(text, name.utf8).allSatisfy { $0 | 0x20 == $1 }
    }
  }

  /// Whether a cell is a whole number as it is usually written: no sign but `-`, no leading zeros.
  static func isInteger(_ cell: UnsafeBufferPointer<UInt8>) -> Bool {
    var digits = cell[...]
    if digits.first == Ascii.minus { digits = digits.dropFirst() }
    guard let first = digits.first, digits.allSatisfy(Ascii.isDigit) else { return false }
    return first != Ascii.zero || (digits.count == 1 && cell.count == 1)
  }

  /// Whether a cell looks like a number but is more likely a code: digits after a leading zero.
  static func isCode(_ cell: UnsafeBufferPointer<UInt8>) -> Bool {
    cell.count > 1 && cell[0] == Ascii.zero && Ascii.isDigit(cell[1])
  }

  /// The cell without a fraction of zeros: `196.0` becomes `196`.
  @inline(__always)
  static func withoutZeroFraction(
    _ cell: UnsafeBufferPointer<UInt8>
  ) -> UnsafeBufferPointer<UInt8> {
    let last = cell.count - 1
    guard last > 1, cell[last] == Ascii.zero else { return cell }
    var point = last - 1
    while point > 0, cell[point] == Ascii.zero { point -= 1 }
    guard point > 0, cell[point] == Ascii.point else { return cell }
    return UnsafeBufferPointer(rebasing: cell[..<point])
  }
}

private let powersOfTen: [Double] = [
  1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
]
