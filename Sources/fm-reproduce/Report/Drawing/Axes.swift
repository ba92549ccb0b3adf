// SPDX-License-Identifier: Apache-2.0

/// The two axes of a plot: lines, ticks at round numbers, names.
struct Axes {
  /// Where the data are.
  var plot: Frame
  var horizontal: AxisScale
  var vertical: AxisScale
  var horizontalName: String

  /// Whether only whole numbers are marked below; otherwise there are grid lines as at the left.
  var countsHorizontally = false
  var verticalName: String

  /// How much room the labels and the name of a vertical axis need at its left.
  static func leftMargin(for scale: AxisScale, height: Double) -> Double {
    let widths = verticalTicks(scale, height: height).map {
      TextWidth.estimate($0.label, size: 11)
    }
    return max(62, 32 + (widths.max() ?? 0))
  }

  private static func verticalTicks(_ scale: AxisScale, height: Double) -> [AxisScale.Tick] {
    scale.ticks(about: max(3, Int(height / 30)))
  }

  /// Grid, ticks and names.
  var elements: [Markup] {
    var elements: [Markup] = []
    for tick in Self.verticalTicks(vertical, height: plot.height) {
      let y = plot.bottom - plot.height * vertical.position(tick.value)
      elements.append(line(plot.x, y, plot.right, y, "grid"))
      elements.append(text(tick.label, plot.x - 7, y + 4, "small soft end"))
    }
    let horizontalTicks = horizontal.ticks(
      about: max(3, Int(plot.width / 55)), isWhole: countsHorizontally)
    for tick in horizontalTicks {
      let x = plot.x + plot.width * horizontal.position(tick.value)
      if !countsHorizontally { elements.append(line(x, plot.y, x, plot.bottom, "grid")) }
      elements.append(line(x, plot.bottom, x, plot.bottom + 5, "axis"))
      elements.append(text(tick.label, x, plot.bottom + 18, "small soft middle"))
    }
    elements.append(line(plot.x, plot.bottom, plot.right, plot.bottom, "axis"))
    elements.append(
      text(horizontalName, plot.x + plot.width / 2, plot.bottom + 36, "soft middle"))
    let x = plot.x - Self.leftMargin(for: vertical, height: plot.height) + 12
    let y = plot.y + plot.height / 2
    elements.append(
      .element(
        "text",
        [
          "class": "soft middle",
          "transform": "translate(\(coordinate(x)) \(coordinate(y)))rotate(-90)",
        ], text: verticalName))
    return elements
  }

  private func line(
    _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ classes: String
  ) -> Markup {
    .element(
      "line",
      [
        "class": classes, "x1": coordinate(x1), "y1": coordinate(y1), "x2": coordinate(x2),
        "y2": coordinate(y2),
      ])
  }

  private func text(_ content: String, _ x: Double, _ y: Double, _ classes: String) -> Markup {
    .element(
      "text", ["class": classes, "x": coordinate(x), "y": coordinate(y)], text: content)
  }
}
