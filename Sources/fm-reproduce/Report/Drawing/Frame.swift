// SPDX-License-Identifier: Apache-2.0

/// A rectangle of a drawing.
struct Frame {
  var x: Double
  var y: Double
  var width: Double
  var height: Double

  var right: Double { x + width }
  var bottom: Double { y + height }

  /// Takes a strip off at the left.
  mutating func cutLeft(_ strip: Double) {
    x += strip
    width -= strip
  }

  /// Whether two rectangles have points in common.
  func overlaps(_ other: Frame) -> Bool {
    x < other.right && other.x < right && y < other.bottom && other.y < bottom
  }
}
