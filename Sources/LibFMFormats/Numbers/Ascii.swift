// SPDX-License-Identifier: Apache-2.0

/// The bytes that mean something in the text formats.
package enum Ascii {
  package static let tab: UInt8 = 0x09
  package static let lineFeed: UInt8 = 0x0A
  package static let carriageReturn: UInt8 = 0x0D
  package static let blank: UInt8 = 0x20
  package static let hash: UInt8 = 0x23
  package static let plus: UInt8 = 0x2B
  package static let comma: UInt8 = 0x2C
  package static let minus: UInt8 = 0x2D
  package static let point: UInt8 = 0x2E
  package static let zero: UInt8 = 0x30
  package static let one: UInt8 = 0x31
  package static let colon: UInt8 = 0x3A
  package static let semicolon: UInt8 = 0x3B
  package static let lowerE: UInt8 = 0x65
  package static let lowerP: UInt8 = 0x70
  package static let lowerX: UInt8 = 0x78

  /// White space as C's `isspace` has it: blank, tab, line feed, vertical tab, form feed, return.
  @inline(__always)
  package static func isSpace(_ byte: UInt8) -> Bool {
    byte == blank || byte &- tab < 5
  }

  @inline(__always)
  package static func isDigit(_ byte: UInt8) -> Bool {
    byte &- zero < 10
  }

  @inline(__always)
  package static func isHexDigit(_ byte: UInt8) -> Bool {
    byte &- zero < 10 || (byte | 0x20) &- 0x61 < 6
  }

  /// A blank or a tab.
  @inline(__always)
  package static func isBlank(_ byte: UInt8) -> Bool {
    byte == blank || byte == tab
  }
}
