// SPDX-License-Identifier: Apache-2.0

/// The bytes that mean something in CSV files and in libFM's text.
///
/// The module has its own so that the compiler sees their values in the hot loops.
enum Ascii {
  static let tab: UInt8 = 0x09
  static let lineFeed: UInt8 = 0x0A
  static let carriageReturn: UInt8 = 0x0D
  static let blank: UInt8 = 0x20
  static let quote: UInt8 = 0x22
  static let plus: UInt8 = 0x2B
  static let comma: UInt8 = 0x2C
  static let minus: UInt8 = 0x2D
  static let point: UInt8 = 0x2E
  static let zero: UInt8 = 0x30
  static let one: UInt8 = 0x31
  static let colon: UInt8 = 0x3A
  static let lowerX: UInt8 = 0x78

  /// White space as C's `isspace` has it.
  @inline(__always)
  static func isSpace(_ byte: UInt8) -> Bool {
    byte == blank || byte &- tab < 5
  }

  /// A blank or a tab.
  @inline(__always)
  static func isBlank(_ byte: UInt8) -> Bool {
    byte == blank || byte == tab
  }

  @inline(__always)
  static func isDigit(_ byte: UInt8) -> Bool {
    byte &- zero < 10
  }
}
