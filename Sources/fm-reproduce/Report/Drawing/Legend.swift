// SPDX-License-Identifier: Apache-2.0

/// What the lines, bands and marks of a drawing stand for.
struct Legend {
  /// A sign before a text.
  enum Sign {
    /// A line of a colour; without one, of the colour of axes.
    case line(color: Int?, LineStyle)
    case band(color: Int)
    case mark(MarkShape, color: Int)
    /// The dot at a curve's best value.
    case dot
  }

  /// The entries in their order; each list begins a line.
  var lines: [[(sign: Sign, label: String)]] = []

  private static let lineHeight = 20.0
  private static let signWidth = 30.0
  private static let greatestLength = 60

  /// Draws the entries; a line that is longer than `width` is broken.
  ///
  /// - Returns: the elements, and the height they take.
  func elements(x: Double, y: Double, width: Double) -> (elements: [Markup], height: Double) {
    var elements: [Markup] = []
    var top = y
    for line in lines where !line.isEmpty {
      elements += Self.elements(of: line, x: x, y: &top, width: width)
    }
    return (elements, top - y)
  }

  /// Draws a line and moves `top` below it.
  private static func elements(
    of line: [(sign: Sign, label: String)], x: Double, y top: inout Double, width: Double
  ) -> [Markup] {
    var elements: [Markup] = []
    var left = x
    for entry in line {
      let label = TextWidth.shortened(entry.label, to: greatestLength)
      let needed = signWidth + 6 + TextWidth.estimate(label, size: 12) + 20
      if left > x, left + needed > x + width { (left, top) = (x, top + lineHeight) }
      elements += sign(entry.sign, left, top + lineHeight / 2)
      elements.append(
        .element(
          "text",
          [
            "x": coordinate(left + signWidth + 6),
            "y": coordinate(top + lineHeight / 2 + 4),
          ], [.text(label), .tooltip(entry.label)]))
      left += needed
    }
    top += lineHeight
    return elements
  }

  private static func sign(_ sign: Sign, _ x: Double, _ y: Double) -> [Markup] {
    let middle = x + signWidth / 2
    switch sign {
    case .line(let color, let style):
      let stroke = color.map { "line\($0 % StyleSheet.seriesCount)" } ?? "plain"
      return [
        .element(
          "path",
          [
            "class": "curve \(stroke) \(style.rawValue)",
            "d": "M\(coordinate(x)) \(coordinate(y))H\(coordinate(x + signWidth))",
          ])
      ]
    case .band(let color):
      return [
        .element(
          "rect",
          [
            "class": "band fill\(color % StyleSheet.seriesCount)", "x": coordinate(x),
            "y": coordinate(y - 6), "width": coordinate(signWidth), "height": "12",
          ])
      ]
    case .mark(let shape, let color):
      return [shape.element(x: middle, y: y, radius: 5, color: color)]
    case .dot:
      return [
        .element(
          "circle",
          ["class": "soft", "cx": coordinate(middle), "cy": coordinate(y), "r": "4"])
      ]
    }
  }
}
