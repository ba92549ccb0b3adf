// SPDX-License-Identifier: Apache-2.0

/// The form of a point, which tells categories apart where colours do not.
enum MarkShape: Int, CaseIterable {
  case circle
  case triangle
  case square
  case diamond
  case cross

  /// The mark of a category; with the colours thirty differ.
  init(category: Int) {
    self = Self.allCases[category % Self.allCases.count]
  }

  /// A mark of about the area of a circle.
  ///
  /// - Parameters:
  ///   - x: the middle, from the left.
  ///   - y: the middle, from the top.
  ///   - radius: that of the circle.
  ///   - color: the index of the colour; colours repeat.
  ///   - tooltip: what the mark stands for; nothing by default.
  /// - Returns: a circle or a path.
  func element(
    x: Double, y: Double, radius: Double, color: Int, tooltip: String? = nil
  ) -> Markup {
    let classes = "mark fill\(color % StyleSheet.seriesCount)"
    let children = tooltip.map { [Markup.tooltip($0)] } ?? []
    if self == .circle {
      return .element(
        "circle",
        ["class": classes, "cx": coordinate(x), "cy": coordinate(y), "r": coordinate(radius)],
        children)
    }
    return .element(
      "path",
      ["class": classes, "d": "M\(coordinate(x)) \(coordinate(y))\(outline(radius))z"], children)
  }

  /// The way around the mark from its middle.
  private func outline(_ radius: Double) -> String {
    let corners: [(Double, Double)] =
      switch self {
      case .circle: []
      case .triangle: [(0, -1.35), (1.25, 2.2), (-2.5, 0)]
      case .square: [(-0.9, -0.9), (1.8, 0), (0, 1.8), (-1.8, 0)]
      case .diamond: [(0, -1.3), (1.3, 1.3), (-1.3, 1.3), (-1.3, -1.3)]
      case .cross:
        [
          (-0.4, -1.2), (0.8, 0), (0, 0.8), (0.8, 0), (0, 0.8), (-0.8, 0), (0, 0.8), (-0.8, 0),
          (0, -0.8), (-0.8, 0), (0, -0.8), (0.8, 0),
        ]
      }
    return corners.enumerated().map { index, step in
      "\(index == 0 ? "m" : "l")\(coordinate(step.0 * radius)) \(coordinate(step.1 * radius))"
    }.joined()
  }
}
