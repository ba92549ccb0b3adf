// SPDX-License-Identifier: Apache-2.0

import LibFMFormats

/// Draws a map of embeddings.
struct MapDrawing {
  let map: EmbeddingMap

  private static let plotHeight = 560.0
  private static let labelSize = 11.0
  private static let labelLength = 28

  /// The drawing.
  var drawing: Drawing {
    var (elements, legendHeight) = legend.elements(
      x: 14, y: Drawing.titleHeight, width: Drawing.width - 28)
    let plot = Frame(
      x: 84, y: Drawing.titleHeight + legendHeight + 10, width: Drawing.width - 98,
      height: Self.plotHeight)
    let scales = scales(in: plot)
    elements +=
      Axes(
        plot: plot, horizontal: scales.horizontal, vertical: scales.vertical,
        horizontalName: map.axisNames.horizontal, verticalName: map.axisNames.vertical
      ).elements
    let places = map.points.map { point in
      (
        x: plot.x + plot.width * scales.horizontal.position(point.x),
        y: plot.bottom - plot.height * scales.vertical.position(point.y)
      )
    }
    elements += marks(places)
    elements += labels(places, in: plot)
    let names = map.categories.map(\.name).joined(separator: ", ")
    return Drawing(
      title: "Map of the embeddings",
      summary: "Scatter chart of \(map.points.count) features by their factors, coloured by "
        + "\(names). Horizontal: \(map.axisNames.horizontal); vertical: \(map.axisNames.vertical).",
      height: plot.bottom + 44, elements: elements, notes: map.notes)
  }

  private var legend: Legend {
    guard map.categories.count > 1 else { return Legend() }
    let entries = map.categories.enumerated().map { index, category -> (Legend.Sign, String) in
      (
        .mark(MarkShape(category: index), color: index),
        "\(TextWidth.shortened(category.name, to: 40)) (\(category.count))"
      )
    }
    return Legend(lines: [entries])
  }

  /// The axes; where both have one scale, the shorter one is extended.
  private func scales(in plot: Frame) -> (horizontal: AxisScale, vertical: AxisScale) {
    var x = Self.domain(map.points.map(\.x))
    var y = Self.domain(map.points.map(\.y))
    if map.hasEqualAxes {
      // What has no extent must not decide on the scale.
      let extents = [(x, plot.width), (y, plot.height)].filter { !$0.0.isFlat }
      let unit =
        extents.map { ($0.0.range.upperBound - $0.0.range.lowerBound) / $0.1 }.max()
        ?? 2 / plot.width
      x.range = Self.extended(x.range, to: unit * plot.width, isFlat: x.isFlat)
      y.range = Self.extended(y.range, to: unit * plot.height, isFlat: y.isFlat)
    }
    return (
      AxisScale(from: x.range.lowerBound, to: x.range.upperBound),
      AxisScale(from: y.range.lowerBound, to: y.range.upperBound)
    )
  }

  /// What an axis must show, and whether all numbers are equal.
  private static func domain(
    _ values: [Double]
  ) -> (range: ClosedRange<Double>, isFlat: Bool) {
    (AxisScale(showing: values, allowsLogarithms: false).domain, values.min() == values.max())
  }

  /// A range of a greater span with the same middle; a flat one may also become shorter.
  private static func extended(
    _ range: ClosedRange<Double>, to span: Double, isFlat: Bool
  ) -> ClosedRange<Double> {
    let missing = (span - (range.upperBound - range.lowerBound)) / 2
    if missing <= 0, !isFlat { return range }
    return range.lowerBound - missing...range.upperBound + missing
  }

  /// The points, those of large categories below.
  private func marks(_ places: [(x: Double, y: Double)]) -> [Markup] {
    let radius = map.points.count > 400 ? 3.0 : 4.5
    let order = map.points.indices.sorted {
      (map.points[$0].entry.category, $0) < (map.points[$1].entry.category, $1)
    }
    return order.map { index in
      let point = map.points[index]
      return MarkShape(category: point.entry.category).element(
        x: places[index].x, y: places[index].y, radius: radius, color: point.entry.category,
        tooltip: "\(point.entry.description), norm \(GeneralFormat.text(point.norm, digits: 3))")
    }
  }

  /// The labels that have room, those of the longest vectors first.
  private func labels(_ places: [(x: Double, y: Double)], in plot: Frame) -> [Markup] {
    var placement = LabelPlacement(bounds: plot, size: Self.labelSize)
    let labelled = map.points.indices.filter { map.points[$0].isLabelled }
      .sorted { (map.points[$1].norm, $0) < (map.points[$0].norm, $1) }
    for index in labelled {
      placement.avoid(x: places[index].x, y: places[index].y, radius: 4)
    }
    return labelled.compactMap { index in
      let point = map.points[index]
      let text = TextWidth.shortened(point.entry.label, to: Self.labelLength)
      guard
        let place = placement.place(text, besideX: places[index].x, y: places[index].y)
      else { return nil }
      return .element(
        "text", ["class": "small label", "x": coordinate(place.x), "y": coordinate(place.y)],
        [.text(text), .tooltip(point.entry.description)])
    }
  }
}
