// SPDX-License-Identifier: Apache-2.0

/// Finds room for labels beside their points, so that none lies on another.
struct LabelPlacement {
  /// Where labels may lie.
  let bounds: Frame

  /// The size of the font.
  let size: Double

  private var taken: [Frame] = []

  init(bounds: Frame, size: Double) {
    self.bounds = bounds
    self.size = size
  }

  /// Notes a point that labels must not cover.
  mutating func avoid(x: Double, y: Double, radius: Double) {
    taken.append(
      Frame(x: x - radius, y: y - radius, width: 2 * radius, height: 2 * radius))
  }

  /// Finds room for a label.
  ///
  /// - Returns: where the label begins, at the left of its baseline; nil when there is no room.
  mutating func place(_ text: String, besideX x: Double, y: Double) -> (x: Double, y: Double)? {
    let width = TextWidth.estimate(text, size: size)
    let distance = 7.0
    let candidates = [
      (x + distance, y - size / 2), (x - distance - width, y - size / 2),
      (x - width / 2, y - distance - size), (x - width / 2, y + distance),
      (x + distance, y - size - 3), (x + distance, y + 3),
      (x - distance - width, y - size - 3), (x - distance - width, y + 3),
    ]
    for (left, top) in candidates {
      let frame = Frame(x: left, y: top, width: width, height: size)
      guard frame.x >= bounds.x, frame.right <= bounds.right, frame.y >= bounds.y,
        frame.bottom <= bounds.bottom, !taken.contains(where: frame.overlaps)
      else { continue }
      taken.append(frame)
      return (left, top + size * 0.85)
    }
    return nil
  }
}
