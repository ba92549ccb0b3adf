// SPDX-License-Identifier: Apache-2.0

import LibFMFormats

/// Turns a curve into lines, areas and dots.
struct CurveDrawing {
  let curve: Curve

  /// The place of an iteration, from the left.
  let x: (Double) -> Double

  /// The place of a value, from the top.
  let y: (Double) -> Double

  /// Curves with more points have no tooltip at each of them.
  static let greatestHitCount = 120

  /// The band below, the line, the dots.
  var elements: [Markup] {
    let segments = Thinning.points(of: curve).split { $0 == nil }.map { $0.compactMap(\.self) }
    var elements = segments.compactMap(band)
    for segment in segments {
      if segment.count > 1 {
        elements.append(line(segment))
      } else {
        elements.append(dot(segment[0], radius: 2, "fill\(color)"))
      }
    }
    let points = segments.flatMap(\.self)
    if points.count <= Self.greatestHitCount {
      elements += points.map { dot($0, radius: 5, "hit") }
    }
    if let iteration = curve.markedIteration {
      let point = CurvePoint(iteration: Double(iteration), value: curve.values[iteration])
      elements.append(dot(point, radius: 4, "mark fill\(color)"))
    }
    return elements
  }

  private var color: Int { curve.color % StyleSheet.seriesCount }

  private func line(_ points: [CurvePoint]) -> Markup {
    .element(
      "path",
      [
        "class": "curve line\(color) \(curve.style.rawValue)",
        "d": path(points.map { ($0.iteration, $0.value) }),
      ], [.tooltip(curve.name)])
  }

  /// The area between the least and the greatest values; nil when these are the line.
  private func band(_ points: [CurvePoint]) -> Markup? {
    let ranges = points.compactMap { point in point.band.map { (point.iteration, $0) } }
    guard ranges.contains(where: { $1.lowerBound < $1.upperBound }) else { return nil }
    let outline =
      ranges.map { ($0, $1.upperBound) } + ranges.reversed().map { ($0, $1.lowerBound) }
    return .element(
      "path", ["class": "band fill\(color)", "d": path(outline) + "Z"],
      [.tooltip(curve.name + ", least to greatest")])
  }

  private func path(_ points: [(iteration: Double, value: Double)]) -> String {
    "M"
      + points.map { "\(coordinate(x($0.iteration))) \(coordinate(y($0.value)))" }
      .joined(separator: "L")
  }

  private func dot(_ point: CurvePoint, radius: Double, _ classes: String) -> Markup {
    .element(
      "circle",
      [
        "class": classes, "cx": coordinate(x(point.iteration)), "cy": coordinate(y(point.value)),
        "r": coordinate(radius),
      ],
      [
        .tooltip(
          "\(curve.name), iteration \(coordinate(point.iteration)): "
            + GeneralFormat.text(point.value))
      ])
  }
}
