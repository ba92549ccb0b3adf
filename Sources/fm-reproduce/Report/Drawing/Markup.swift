// SPDX-License-Identifier: Apache-2.0

import LibFMFormats

/// A piece of XML, and so of SVG and of HTML as far as that is XML: an element or a text.
enum Markup {
  case element(name: String, attributes: [(name: String, value: String)], children: [Markup])
  case text(String)

  /// An element; its attributes keep their order.
  static func element(
    _ name: String, _ attributes: KeyValuePairs<String, String> = [:], _ children: [Markup] = []
  ) -> Markup {
    .element(
      name: name, attributes: attributes.map { (name: $0.key, value: $0.value) },
      children: children)
  }

  /// An element that holds a text.
  static func element(
    _ name: String, _ attributes: KeyValuePairs<String, String> = [:], text: String
  ) -> Markup {
    element(name, attributes, [.text(text)])
  }

  /// What a browser shows when the mouse rests on the element that this is a child of.
  static func tooltip(_ text: String) -> Markup { element("title", text: text) }

  /// The text of the whole piece.
  var serialized: String {
    var text = ""
    append(to: &text)
    return text
  }

  private func append(to text: inout String) {
    switch self {
    case .text(let content):
      text += Self.escaped(content)
    case .element(let name, let attributes, let children):
      text += "<" + name
      for attribute in attributes {
        text += " \(attribute.name)=\"\(Self.escaped(attribute.value))\""
      }
      // HTML knows elements that never have content; all others need a closing tag of their own.
      if children.isEmpty, Self.emptyElements.contains(name) {
        text += "/>"
        return
      }
      text += ">"
      for child in children { child.append(to: &text) }
      text += "</\(name)>"
      if Self.blockElements.contains(name) { text += "\n" }
    }
  }

  private static let emptyElements: Set = ["meta", "path", "line", "rect", "circle"]

  private static let blockElements: Set = [
    "svg", "g", "text", "path", "head", "style", "title", "h1", "h2", "p", "figure", "figcaption",
    "tr", "table", "thead", "tbody", "main", "body",
  ]

  /// A text as it may stand in an element or in an attribute's quotes, on one line unless it has line
  /// feeds.
  static func escaped(_ text: String) -> String {
    var result = ""
    for part in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if !result.isEmpty || part.startIndex != text.startIndex { result += "\n" }
      for character in QuotedText.printable(String(part)).unicodeScalars {
        switch character {
        case "&": result += "&amp;"
        case "<": result += "&lt;"
        case ">": result += "&gt;"
        case "\"": result += "&quot;"
        default: result.unicodeScalars.append(character)
        }
      }
    }
    return result
  }
}

/// A length or a place in a drawing, to a hundredth.
func coordinate(_ value: Double) -> String {
  // No minus before a zero.
  let rounded = (value * 100).rounded() / 100 + 0
  return GeneralFormat.text(rounded, digits: 8)
}
