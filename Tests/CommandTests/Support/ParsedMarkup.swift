// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

#if canImport(FoundationXML)
import FoundationXML
#endif

/// The elements of an XML file, found by a parser that knows nothing of how it was written.
final class ParsedMarkup: NSObject, XMLParserDelegate {
  /// An element with its attributes and all text within.
  struct Element {
    var name: String
    var attributes: [String: String]
    var text = ""

    /// The words in the attribute `class`.
    var classes: [String] {
      attributes["class"]?.split(separator: " ").map(String.init) ?? []
    }
  }

  /// The elements in the order of their beginnings.
  private(set) var elements: [Element] = []

  private var open: [Int] = []

  /// Reads a file.
  ///
  /// - Throws: An issue when it is not well-formed.
  init(_ bytes: [UInt8]) throws {
    super.init()
    let parser = XMLParser(data: Data(bytes))
    parser.delegate = self
    let isWellFormed = parser.parse()
    let error = parser.parserError.map { "\($0)" } ?? ""
    try #require(
      isWellFormed, "line \(parser.lineNumber), column \(parser.columnNumber): \(error)")
  }

  /// The elements of a name that have all of some classes.
  func elements(_ name: String, classes: String...) -> [Element] {
    elements.filter { element in
      element.name == name && classes.allSatisfy(element.classes.contains)
    }
  }

  /// The texts of the elements of a name.
  func texts(_ name: String) -> [String] { elements(name).map(\.text) }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String] = [:]
  ) {
    open.append(elements.count)
    elements.append(Element(name: name, attributes: attributes))
  }

  func parser(
    _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
  ) {
    open.removeLast()
  }

  func parser(_ parser: XMLParser, foundCharacters text: String) {
    for index in open { elements[index].text += text }
  }
}
