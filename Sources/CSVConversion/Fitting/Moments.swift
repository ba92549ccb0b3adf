// SPDX-License-Identifier: Apache-2.0

/// The mean, the spread and the range of numbers, updated one by one (Welford 1962) or joined (Chan,
/// Golub, LeVeque 1979).
struct Moments: Sendable {
  /// How many numbers there were.
  private(set) var count = 0

  /// Their mean; 0 without any.
  private(set) var mean = 0.0

  /// The least one.
  private(set) var least = Double.infinity

  /// The greatest one.
  private(set) var greatest = -Double.infinity

  private var squares = 0.0

  /// The standard deviation of the population.
  var deviation: Double {
    count == 0 || least == greatest ? 0 : (squares / Double(count)).squareRoot()
  }

  @inline(__always)
  mutating func add(_ value: Double) {
    count &+= 1
    let distance = value - mean
    mean += distance / Double(count)
    squares += distance * (value - mean)
    least = min(least, value)
    greatest = max(greatest, value)
  }

  /// Joins two sets of numbers; the order matters for the last bits.
  mutating func join(_ other: Moments) {
    guard other.count > 0 else { return }
    let total = Double(count + other.count)
    let distance = other.mean - mean
    squares += other.squares + distance * distance * (Double(count) * Double(other.count) / total)
    mean += distance * (Double(other.count) / total)
    count += other.count
    least = min(least, other.least)
    greatest = max(greatest, other.greatest)
  }
}
