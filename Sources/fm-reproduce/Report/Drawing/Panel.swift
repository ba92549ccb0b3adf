// SPDX-License-Identifier: Apache-2.0

/// Curves over the iterations, with axes.
struct Panel {
  /// What stands above; empty in a drawing with one panel, whose title says it.
  var title: String

  /// What the vertical axis shows.
  var valueName: String

  /// The curves, the last on top.
  var curves: [Curve]

  /// The vertical axis, if it is shared with other panels.
  var sharedScale: AxisScale?

  /// The axis for the values.
  var valueScale: AxisScale {
    sharedScale ?? AxisScale(showing: curves.lazy.flatMap(\.shownValues))
  }

  /// The number of iterations shown.
  private var iterationCount: Int { curves.map(\.values.count).max() ?? 0 }

  /// Draws the panel with its labels within a frame.
  func elements(in frame: Frame) -> [Markup] {
    let valueScale = self.valueScale
    let head = title.isEmpty ? 6.0 : 24
    var plot = Frame(
      x: frame.x, y: frame.y + head, width: frame.width - 12, height: frame.height - head - 42)
    plot.cutLeft(Axes.leftMargin(for: valueScale, height: plot.height))
    let iterations = AxisScale(from: 0, to: Double(max(iterationCount - 1, 1)))
    let axes = Axes(
      plot: plot, horizontal: iterations, vertical: valueScale,
      horizontalName: "Iteration", countsHorizontally: true,
      verticalName: valueScale.isLogarithmic ? valueName + " (log scale)" : valueName)
    var elements: [Markup] = []
    if !title.isEmpty {
      let shown = TextWidth.shortened(title, size: 12, width: plot.width + 20)
      elements.append(
        .element(
          "text",
          ["class": "subtitle", "x": coordinate(plot.x), "y": coordinate(frame.y + 14)],
          [.text(shown), .tooltip(title)]))
    }
    elements += axes.elements
    for curve in curves {
      elements +=
        CurveDrawing(
          curve: curve,
          x: { plot.x + plot.width * iterations.position($0) },
          y: { plot.bottom - plot.height * valueScale.position($0) }
        ).elements
    }
    return elements
  }
}
