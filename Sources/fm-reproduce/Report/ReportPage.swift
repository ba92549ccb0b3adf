// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport

/// A report as one HTML file that needs no other: no scripts, no fonts, nothing from the network.
///
/// The file is XML as well.
struct ReportPage {
  /// The title.
  var title: String

  /// What the report was made from.
  var sources: String

  /// Warnings that concern whole files.
  var warnings: [String]

  /// The figures; nil without logs.
  var table: FigureTable?

  /// The drawings.
  var drawings: [Drawing]

  /// The text of the file.
  var html: String {
    let head = Markup.element(
      "head", [:],
      [
        .element("meta", ["charset": "utf-8"]),
        .element(
          "meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"]),
        .element(
          "meta",
          [
            "http-equiv": "Content-Security-Policy",
            "content": "default-src 'none'; style-src 'unsafe-inline'",
          ]),
        .element("title", text: title),
        .element("style", text: StyleSheet.page + StyleSheet.drawing),
      ])
    let body = Markup.element("body", [:], [.element("main", [:], header + content)])
    let root = Markup.element(
      "html", ["lang": "en", "xmlns": "http://www.w3.org/1999/xhtml"], [head, body])
    return "<!DOCTYPE html>\n" + root.serialized + "\n"
  }

  private var header: [Markup] {
    [
      .element("h1", text: title),
      .element(
        "p", ["class": "note"],
        text: "Made by fm-reproduce report \(ProductVersion.text) from \(sources)."),
    ] + warnings.map { .element("p", text: $0) }
  }

  private var content: [Markup] {
    var content: [Markup] = []
    if let table {
      content += [.element("h2", text: "Figures"), table.markup]
      content += FigureTable.notes.map { .element("p", ["class": "note"], text: $0) }
    }
    if !drawings.isEmpty { content.append(.element("h2", text: "Charts")) }
    return content
      + drawings.map { drawing in
        .element(
          "figure", [:],
          [drawing.svg] + drawing.notes.map { .element("figcaption", text: $0) })
      }
  }
}
