// SPDX-License-Identifier: Apache-2.0

/// How much room text takes: which font will show it is not known, so these are estimates on the safe
/// side.
enum TextWidth {
  /// The width of a text at a font size, in the same unit.
  static func estimate(_ text: String, size: Double) -> Double {
    text.unicodeScalars.reduce(0) { $0 + share(of: $1) } * size
  }

  /// A text with at most `count` characters: a longer one loses its middle.
  static func shortened(_ text: String, to count: Int) -> String {
    guard text.count > count else { return text }
    let tail = (count - 1) / 3
    return text.prefix(count - 1 - tail) + "…" + text.suffix(tail)
  }

  /// A text of at most some width: a wider one loses its middle.
  static func shortened(_ text: String, size: Double, width: Double) -> String {
    var shown = text
    while shown.count > 1, estimate(shown, size: size) > width {
      shown = shortened(text, to: shown.count - 1)
    }
    return shown
  }

  /// Lines of at most `width`, broken at blanks.
  static func lines(of text: String, size: Double, width: Double) -> [String] {
    var lines: [String] = []
    for word in text.split(separator: " ") {
      if let last = lines.last, estimate(last + " " + word, size: size) <= width {
        lines[lines.count - 1] += " " + word
      } else {
        lines.append(String(word))
      }
    }
    return lines
  }

  private static func share(of scalar: Unicode.Scalar) -> Double {
    switch scalar {
    case "i", "j", "l", "t", "f", "r", "I", ".", ",", ":", ";", "'", "|", "(", ")", "[", "]", " ":
      0.36
    case "m", "w", "M", "W", "@", "%": 0.9
    // The scripts of East Asia, and pictures.
    case "\u{1100}"...: 1.05
    case "A"..."Z": 0.7
    default: 0.58
    }
  }
}
