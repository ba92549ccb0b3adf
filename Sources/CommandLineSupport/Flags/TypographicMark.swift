// SPDX-License-Identifier: Apache-2.0

/// A quote, dash or blank that word processors and web pages put where a plain one was meant.
struct TypographicMark: Sendable {
  /// The character.
  var scalar: Unicode.Scalar

  /// What it stands for: a dash (true), or a quote or blank (false).
  var isDash: Bool

  private var name: String

  /// The mark for messages, such as `an en dash (U+2013)`.
  var description: String {
    let hex = String(scalar.value, radix: 16, uppercase: true)
    return "\(name) (U+\(String(repeating: "0", count: 4 - hex.count))\(hex))"
  }

  /// The first such mark in a text, if there is one.
  static func first(in text: String) -> TypographicMark? {
    for scalar in text.unicodeScalars {
      if let mark = mark(scalar) { return mark }
    }
    return nil
  }

  /// The text with plain characters: dashes as `-`, quotes and blanks left out.
  static func plain(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      guard let mark = mark(scalar) else {
        result.append(scalar)
        continue
      }
      if mark.isDash { result.append("-") }
    }
    return String(result)
  }

  /// The name after leading typographic dashes; nil when the text does not begin with one.
  static func flagName(in text: String) -> String? {
    guard let scalar = text.unicodeScalars.first, mark(scalar)?.isDash == true else { return nil }
    return String(plain(text).drop { $0 == "-" })
  }

  private static func mark(_ scalar: Unicode.Scalar) -> TypographicMark? {
    switch scalar.value {
    case 0x2018...0x201B, 0x2032, 0x00B4:
      TypographicMark(scalar: scalar, isDash: false, name: "a typographic quote")
    case 0x201C...0x201F, 0x2033, 0x00AB, 0x00BB, 0x2039, 0x203A:
      TypographicMark(scalar: scalar, isDash: false, name: "a typographic quote")
    case 0x2010, 0x2011: TypographicMark(scalar: scalar, isDash: true, name: "a typographic hyphen")
    case 0x2012, 0x2013: TypographicMark(scalar: scalar, isDash: true, name: "an en dash")
    case 0x2014, 0x2015: TypographicMark(scalar: scalar, isDash: true, name: "an em dash")
    case 0x2212: TypographicMark(scalar: scalar, isDash: true, name: "a typographic minus")
    case 0x00A0, 0x2007, 0x202F:
      TypographicMark(scalar: scalar, isDash: false, name: "a blank that does not break")
    default: nil
    }
  }
}
