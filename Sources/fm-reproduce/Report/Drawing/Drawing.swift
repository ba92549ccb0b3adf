// SPDX-License-Identifier: Apache-2.0

/// A picture with its title, and what must be said beside it.
struct Drawing {
  /// The title, which the picture shows.
  var title: String

  /// What the picture shows, for those who do not see it.
  var summary: String

  /// The height; the width is that of all drawings.
  var height: Double

  /// What is drawn, below the title.
  var elements: [Markup]

  /// Sentences for below the picture.
  var notes: [String]

  /// The width of all drawings.
  static let width = 960.0

  /// How far below the top the space below the title begins.
  static let titleHeight = 34.0

  /// The title and what is drawn.
  var content: [Markup] {
    [.element("text", ["class": "title", "x": "14", "y": "22"], text: title)] + elements
  }

  /// The picture as it stands in a page.
  var svg: Markup {
    .element(
      "svg",
      [
        "xmlns": "http://www.w3.org/2000/svg", "role": "img", "aria-label": summary,
        "viewBox": "0 0 \(coordinate(Self.width)) \(coordinate(height))",
      ], content)
  }

  /// Drawings below each other with their notes, as one SVG file.
  static func stacked(_ drawings: [Drawing], title: String) -> String {
    var content: [Markup] = []
    var top = 44.0
    for drawing in drawings {
      content.append(
        .element(
          "g",
          [
            "role": "img", "aria-label": drawing.summary,
            "transform": "translate(0 \(coordinate(top)))",
          ], drawing.content))
      top += drawing.height + 8
      for note in drawing.notes {
        for line in TextWidth.lines(of: note, size: 11, width: width - 28) {
          top += 16
          content.append(
            .element(
              "text", ["class": "small soft", "x": "14", "y": coordinate(top)], text: line))
        }
      }
      top += 32
    }
    let root = Markup.element(
      "svg",
      [
        "xmlns": "http://www.w3.org/2000/svg", "role": "group", "aria-label": title,
        "width": coordinate(width), "height": coordinate(top),
        "viewBox": "0 0 \(coordinate(width)) \(coordinate(top))",
      ],
      [
        .element("style", text: StyleSheet.drawing),
        .element("rect", ["class": "paper", "width": "100%", "height": "100%"]),
        .element(
          "text",
          ["class": "title", "x": coordinate(width / 2), "y": "26", "text-anchor": "middle"],
          text: TextWidth.shortened(title, size: 16, width: width - 28)),
      ] + content)
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + root.serialized
  }
}
