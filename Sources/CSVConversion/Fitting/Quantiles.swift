// SPDX-License-Identifier: Apache-2.0

/// Borders of bins with about equally many numbers.
enum Quantiles {
  /// The inner borders of bins by quantiles, ascending and distinct.
  ///
  /// The quantiles are those of `numpy.quantile` with linear interpolation; borders that coincide count
  /// once, and the least number is no inner border, so there may be fewer than `binCount` bins, as with
  /// `pandas.qcut(…, duplicates="drop")`.
  ///
  /// - Parameters:
  ///   - counts: each number with how often it occurs, ascending by number.
  ///   - binCount: how many bins are wanted.
  /// - Returns: the borders.
  static func innerBorders(
    of counts: [(value: Double, occurrences: Int)], binCount: Int
  ) -> [Double] {
    var ends: [Int] = []
    var total = 0
    for entry in counts {
      total += entry.occurrences
      ends.append(total)
    }
    guard total > 0 else { return [] }
    func number(_ rank: Int) -> Double {
      var (low, high) = (0, ends.count - 1)
      while low < high {
        let middle = (low + high) / 2
        if ends[middle] > rank { high = middle } else { low = middle + 1 }
      }
      return counts[low].value
    }
    var borders: [Double] = []
    for index in 1..<binCount {
      let position = Double(index) * (1 / Double(binCount)) * Double(total - 1)
      let rank = Int(position)
      let fraction = position - Double(rank)
      let (below, above) = (number(rank), number(min(rank + 1, total - 1)))
      let distance = above - below
      let border =
        fraction < 0.5 ? below + distance * fraction : above - distance * (1 - fraction)
      if border > (borders.last ?? counts[0].value), border < counts[counts.count - 1].value {
        borders.append(border)
      }
    }
    return borders
  }

  /// The bin of a number: how many borders are smaller.
  static func bin(of value: Double, borders: UnsafeBufferPointer<Double>) -> Int {
    var (low, high) = (0, borders.count)
    while low < high {
      let middle = (low + high) / 2
      if borders[middle] < value { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
