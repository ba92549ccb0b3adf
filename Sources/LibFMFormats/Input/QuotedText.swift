// SPDX-License-Identifier: Apache-2.0

/// Pieces of foreign files, made fit for a message.
package enum QuotedText {
  /// The longest piece that is shown whole, in characters.
  static let longest = 40

  /// The bytes in single quotes: shortened if long, control characters and bytes that are not UTF-8
  /// written as `\x1B`.
  package static func quote(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
    // A few bytes more than can be shown are enough to look at.
    let shown = UnsafeBufferPointer(rebasing: bytes.prefix(longest * 4))
    var text = ""
    var count = 0
    var position = 0
    var decoder = UTF8.ForwardParser()
    var iterator = shown.makeIterator()
    decoding: while count < longest {
      switch decoder.parseScalar(from: &iterator) {
      case .valid(let encoded):
        text += escaped(UTF8.decode(encoded))
        position += encoded.count
      case .error(let length):
        for byte in shown[position..<position + length] { text += hexadecimal(UInt32(byte)) }
        position += length
      case .emptyInput:
        break decoding
      }
      count += 1
    }
    let isWhole = count < longest || text.utf8.count >= bytes.count
    return "'" + text + (isWhole ? "'" : "…'")
  }

  /// A text with control characters and what is no character written as `\x1B`.
  ///
  /// Characters that only shape their neighbours, as joiners do, stay.
  package static func printable(_ text: String) -> String {
    text.unicodeScalars.reduce(into: "") { result, scalar in
      result += scalar.properties.generalCategory == .format ? String(scalar) : escaped(scalar)
    }
  }

  private static func escaped(_ scalar: Unicode.Scalar) -> String {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .unassigned, .surrogate:
      return hexadecimal(scalar.value)
    default: return String(scalar)
    }
  }

  private static func hexadecimal(_ value: UInt32) -> String {
    let digits = String(value, radix: 16, uppercase: true)
    return digits.count < 2 ? "\\x0" + digits : "\\x" + digits
  }
}
