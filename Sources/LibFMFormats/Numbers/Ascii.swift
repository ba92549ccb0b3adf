// SPDX-License-Identifier: Apache-2.0

/// The bytes that mean something in the text formats.
enum Ascii {
  static let tab: UInt8 = 0x09
  static let lineFeed: UInt8 = 0x0A
  static let carriageReturn: UInt8 = 0x0D
  static let blank: UInt8 = 0x20
  static let hash: UInt8 = 0x23
  static let plus: UInt8 = 0x2B
  static let comma: UInt8 = 0x2C
  static let minus: UInt8 = 0x2D
  static let point: UInt8 = 0x2E
  static let zero: UInt8 = 0x30
  static let one: UInt8 = 0x31
  static let colon: UInt8 = 0x3A
  static let semicolon: UInt8 = 0x3B
  static let lowerE: UInt8 = 0x65
  static let lowerP: UInt8 = 0x70
  static let lowerX: UInt8 = 0x78

  /// White space as C's `isspace` has it: blank, tab, line feed, vertical tab, form feed, return.
  @inline(__always)
  static func isSpace(_ byte: UInt8) -> Bool {
    byte == blank || byte &- tab < 5
  }

  @inline(__always)
  static func isDigit(_ byte: UInt8) -> Bool {
    byte &- zero < 10
  }

  @inline(__always)
  static func isHexDigit(_ byte: UInt8) -> Bool {
    byte &- zero < 10 || (byte | 0x20) &- 0x61 < 6
  }

  /// A blank or a tab.
  @inline(__always)
  static func isBlank(_ byte: UInt8) -> Bool {
    byte == blank || byte == tab
  }
}
