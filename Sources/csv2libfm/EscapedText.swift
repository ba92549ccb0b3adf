// SPDX-License-Identifier: Apache-2.0

/// Lists and pairs on the command line, where a backslash takes the meaning of the next `,`, `:` or
/// backslash away.
enum EscapedText {
  /// The parts between a separator, still escaped.
  static func parts(of text: String, separator: Character) -> [String] {
    var parts = [""]
    var isEscaped = false
    for character in text {
      if character == separator, !isEscaped {
        parts.append("")
      } else {
        parts[parts.count - 1].append(character)
      }
      isEscaped = character == "\\" && !isEscaped
    }
    return parts
  }

  /// The text that an escaped one stands for.
  static func plain(_ text: String) -> String {
    var result = ""
    var isEscaped = false
    for character in text {
      if isEscaped {
        if ![",", ":", "\\"].contains(character) { result.append("\\") }
        result.append(character)
        isEscaped = false
      } else if character == "\\" {
        isEscaped = true
      } else {
        result.append(character)
      }
    }
    return isEscaped ? result + "\\" : result
  }
}
