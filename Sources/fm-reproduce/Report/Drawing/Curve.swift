// SPDX-License-Identifier: Apache-2.0

/// How a line is drawn.
enum LineStyle: String {
  case solid
  case dashed
  case dotted
}

/// A value for each iteration, and around it a band if wanted.
struct Curve {
  /// What the curve shows, for tooltips.
  var name: String

  /// The values; those that cannot be drawn are gaps.
  var values: [Double]

  /// The least and greatest of what `values` stands for; numbers wherever those can be drawn.
  var band: (low: [Double], high: [Double])?

  /// The index of the colour, from 0; colours repeat.
  var color: Int

  /// How the line is drawn.
  var style = LineStyle.solid

  /// The iteration to mark with a dot.
  var markedIteration: Int?

  /// All numbers that need a place on the vertical axis.
  var shownValues: [Double] { values + (band.map { $0.low + $0.high } ?? []) }
}
