// SPDX-License-Identifier: Apache-2.0

/// Goes through whole numbers separated by white space, knowing where it is.
struct NumberListScanner {
  /// A number below 2³² − 1, or what stands there instead.
  enum Item {
    case number(UInt32)
    case other(text: String)
  }

  /// The line of the item read last, counted from 1; after the last item that of the end.
  private(set) var line = 1

  /// The column of the item read last, counted from 1.
  private(set) var column = 1

  private let bytes: UnsafeBufferPointer<UInt8>
  private var position = 0
  private var lineStart = 0

  init(_ bytes: UnsafeBufferPointer<UInt8>) {
    self.bytes = bytes
  }

  /// The next item; nil at the end.
  mutating func next() -> Item? {
    while position < bytes.count, Self.isSpace(bytes[position]) {
      if bytes[position] == UInt8(ascii: "\n") {
        line += 1
        lineStart = position + 1
      }
      position += 1
    }
    guard position < bytes.count else { return nil }
    let start = position
    column = start - lineStart + 1
    var value: UInt64 = 0
    var isNumber = true
    while position < bytes.count, !Self.isSpace(bytes[position]) {
      let digit = bytes[position] &- UInt8(ascii: "0")
      isNumber = isNumber && digit < 10
      value = value &* 10 &+ UInt64(digit)
      isNumber = isNumber && value < UInt32.max
      if !isNumber { value = 0 }
      position += 1
    }
    if isNumber { return .number(UInt32(value)) }
    return .other(text: String(decoding: bytes[start..<position], as: UTF8.self))
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || (9...13).contains(byte)
  }
}
