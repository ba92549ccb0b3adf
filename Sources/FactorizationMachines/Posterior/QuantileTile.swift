// SPDX-License-Identifier: Apache-2.0

/// All predictions of some cases, and the quantiles of all cases.
final class QuantileTile {
  /// The quantiles, case by case.
  let results: AlignedBuffer<Double>

  private let orders: [Double]
  private let tileCount: Int
  private let drawCount: Int

  /// Draw by draw, so that what one draw predicts is written in order.
  private let predictions: AlignedBuffer<Double>

  /// - Throws: ``OutOfMemoryError``.
  init(
    orders: [Double], caseCount: Int, tileCount: Int, drawCount: Int
  ) throws(OutOfMemoryError) {
    self.orders = orders
    self.tileCount = tileCount
    self.drawCount = drawCount
    results = try AlignedBuffer(count: caseCount * orders.count)
    predictions = try AlignedBuffer(count: tileCount * drawCount)
  }

  /// Where the predictions of a draw go for the cases of the tile from `start` on.
  func predictions(ofDraw draw: Int, from start: Int) -> UnsafeMutablePointer<Double> {
    predictions.base + draw * tileCount + start
  }

  /// Works out the quantiles of some cases of a tile that begins with case `tileStart`.
  func write(_ cases: Range<Int>, tileStart: Int) {
    // As many cases as share a cache line are gathered at once.
    let width = 8
    withUnsafeTemporaryAllocation(of: Double.self, capacity: width * drawCount) { gathered in
      for start in stride(from: cases.lowerBound, to: cases.upperBound, by: width) {
        let block = start..<min(start + width, cases.upperBound)
        for draw in 0..<drawCount {
          let source = predictions.base + draw * tileCount
          for row in block { gathered[(row - start) * drawCount + draw] = source[row] }
        }
        for row in block {
          let first = (row - start) * drawCount
          writeQuantiles(
            orders, of: UnsafeMutableBufferPointer(rebasing: gathered[first..<first + drawCount]),
            to: results.base + (tileStart + row) * orders.count)
        }
      }
    }
  }
}

/// Writes the quantiles of some orders, interpolated linearly between values that are sorted for it.
///
/// Of values that are not all numbers each quantile is NaN.
private func writeQuantiles(
  _ orders: [Double], of values: UnsafeMutableBufferPointer<Double>,
  to results: UnsafeMutablePointer<Double>
) {
  guard !values.contains(where: \.isNaN) else {
    for index in orders.indices { results[index] = .nan }
    return
  }
  var values = values
  values.sort()
  for (index, order) in orders.enumerated() {
    let position = order * Double(values.count - 1)
    let lower = min(Int(position), values.count - 1)
    let upper = min(lower + 1, values.count - 1)
    let share = position - Double(lower)
    results[index] = values[lower] + share * (values[upper] - values[lower])
  }
}
