// SPDX-License-Identifier: Apache-2.0

/// What is drawn of a curve at one place.
struct CurvePoint: Equatable {
  /// Where, in iterations.
  var iteration: Double

  /// The height of the line.
  var value: Double

  /// The band around it, if there is one.
  var band: ClosedRange<Double>?
}

/// Makes points of curves; of very many, few.
///
/// Long curves are cut into equal stretches. The line goes through the median of each, and a band from
/// its least to its greatest value, so that no peak is lost. A gap shows where a whole stretch has no
/// value that can be drawn.
enum Thinning {
  /// Curves up to this length are drawn whole; of longer ones, half as many stretches.
  static let greatestCount = 800

  /// Whether a curve of so many iterations is thinned.
  static func isNeeded(for count: Int) -> Bool { count > greatestCount }

  /// The points of a curve; nil for a gap.
  static func points(of curve: Curve) -> [CurvePoint?] {
    let count = curve.values.count
    guard isNeeded(for: count) else {
      return curve.values.indices.map { point(of: curve, at: $0) }
    }
    let stretchCount = greatestCount / 2
    return (0..<stretchCount).map { index in
      let stretch = index * count / stretchCount..<(index + 1) * count / stretchCount
      let points = stretch.compactMap { point(of: curve, at: $0) }
      let values = points.map(\.value).sorted()
      guard let low = points.map({ $0.band?.lowerBound ?? $0.value }).min(),
        let high = points.map({ $0.band?.upperBound ?? $0.value }).max()
      else { return nil }
      return CurvePoint(
        iteration: Double(stretch.lowerBound + stretch.upperBound - 1) / 2,
        value: values[values.count / 2], band: low...high)
    }
  }

  /// What is drawn for one iteration; nil when it has no value that can be.
  private static func point(of curve: Curve, at iteration: Int) -> CurvePoint? {
    let value = curve.values[iteration]
    guard AxisScale.canShow(value) else { return nil }
    return CurvePoint(
      iteration: Double(iteration), value: value,
      band: curve.band.map { $0.low[iteration]...$0.high[iteration] })
  }

  /// What to tell the reader about curves of so many iterations; nil when nothing was thinned.
  static func note(count: Int) -> String? {
    guard isNeeded(for: count) else { return nil }
    return
      "Of curves with more than \(greatestCount) iterations, \(greatestCount / 2) equal stretches "
      + "are drawn: a line through their medians, and a band from the least to the greatest value."
  }
}
