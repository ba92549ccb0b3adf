// SPDX-License-Identifier: Apache-2.0

/// Fields of tab-separated files: tab, line breaks and backslash are written `\t`, `\n`, `\r`, `\\`.
enum TabText {
  /// The text as a field.
  static func escaped(_ text: String) -> String {
    guard text.utf8.contains(where: { $0 == 0x5C || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D })
    else { return text }
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": result += "\\\\"
      case "\t": result += "\\t"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// The text of a field; nil when a backslash is followed by anything else.
  static func unescaped(_ field: Substring) -> String? {
    guard field.utf8.contains(0x5C) else { return String(field) }
    var result = ""
    var isEscaped = false
    for scalar in field.unicodeScalars {
      if isEscaped {
        switch scalar {
        case "\\": result += "\\"
        case "t": result += "\t"
        case "n": result += "\n"
        case "r": result += "\r"
        default: return nil
        }
        isEscaped = false
      } else if scalar == "\\" {
        isEscaped = true
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return isEscaped ? nil : result
  }
}
