// SPDX-License-Identifier: Apache-2.0

import LibFMFormats

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// How numbers map to an axis: evenly, or by their logarithms.
struct AxisScale {
  /// The least and the greatest number on the axis.
  let domain: ClosedRange<Double>

  /// Whether equal distances are equal ratios.
  let isLogarithmic: Bool

  /// The ratio of the greatest to the least number from which on positive numbers are shown by their
  /// logarithms: otherwise the small ones could not be told apart.
  static let logarithmicRatio = 50.0

  /// The greatest magnitude that can be drawn: what is computed here does not overflow.
  static let greatestMagnitude = 1e200

  /// The least magnitude that is told from zero.
  static let leastMagnitude = 1e-200

  /// Whether a number can be drawn.
  static func canShow(_ value: Double) -> Bool { value.magnitude <= greatestMagnitude }

  /// An axis of just these numbers.
  init(from low: Double, to high: Double, isLogarithmic: Bool = false) {
    domain = low...high
    self.isLogarithmic = isLogarithmic
  }

  /// An axis that shows all of some numbers, with a little space at both ends.
  ///
  /// - Parameters:
  ///   - values: numbers of which those that cannot be drawn do not count; without any the axis goes
  ///     from 0 to 1.
  ///   - allowsLogarithms: whether positive numbers of very different sizes may be shown by their
  ///     logarithms.
  init(showing values: some Sequence<Double>, allowsLogarithms: Bool = true) {
    var low = Double.infinity
    var high = -Double.infinity
    for value in values where Self.canShow(value) {
      low = min(low, value)
      high = max(high, value)
    }
    guard low <= high else {
      self.init(from: 0, to: 1)
      return
    }
    let size = max(low.magnitude, high.magnitude)
    if allowsLogarithms, low >= Self.leastMagnitude,
      log(high) - log(low) >= log(Self.logarithmicRatio)
    {
      let margin = exp((log(high) - log(low)) * 0.04)
      self.init(from: low / margin, to: high * margin, isLogarithmic: true)
    } else if size < Self.leastMagnitude {
      self.init(from: -1, to: 1)
    } else {
      // Numbers that are equal but for rounding are not worth an axis of their own.
      let isFlat = high - low <= size * 1e-9
      let margin = isFlat ? size * 0.1 : (high - low) * 0.05
      self.init(from: low - margin, to: high + margin)
    }
  }

  /// Where a number lies, from 0 at the least to 1 at the greatest.
  func position(_ value: Double) -> Double {
    if isLogarithmic {
      return (log(value) - log(domain.lowerBound))
        / (log(domain.upperBound) - log(domain.lowerBound))
    }
    return (value - domain.lowerBound) / (domain.upperBound - domain.lowerBound)
  }

  // MARK: Ticks

  /// A number that is marked on an axis.
  struct Tick {
    var value: Double
    var label: String
  }

  /// Round numbers within the domain, at most about as many as asked for.
  ///
  /// - Parameters:
  ///   - count: how many; at least 2.
  ///   - isWhole: whether only whole numbers are wanted.
  /// - Returns: the ticks, ascending.
  func ticks(about count: Int, isWhole: Bool = false) -> [Tick] {
    isLogarithmic ? logarithmicTicks(count) : evenTicks(count, isWhole: isWhole)
  }

  private func evenTicks(_ count: Int, isWhole: Bool) -> [Tick] {
    let span = domain.upperBound - domain.lowerBound
    guard span > 0 else {
      return [Tick(value: domain.lowerBound, label: Self.label(domain.lowerBound, digits: 6))]
    }
    // A step may be so wide that the domain has one multiple of it, or none.
    var ticks: [Tick] = []
    var count = count
    while ticks.count < 2, count < 1000 {
      var step = Self.roundStep(span / Double(count))
      if isWhole { step = max(step, 1) }
      ticks = multiples(of: step)
      if isWhole, step == 1 { break }
      count *= 2
    }
    return ticks
  }

  private func multiples(of step: Double) -> [Tick] {
    let first = (domain.lowerBound / step).rounded(.up)
    let last = (domain.upperBound / step).rounded(.down)
    guard first <= last else { return [] }
    // Numbers such as 1000001 and 1000002 differ only in their seventh digit.
    let greatest = max(first.magnitude, last.magnitude, 1)
    let digits = min(15, max(6, Int(log10(greatest).rounded(.up)) + 2))
    return stride(from: first, through: last, by: 1).map {
      Tick(value: $0 * step, label: Self.label($0 * step, digits: digits))
    }
  }

  /// The least of 1, 2 and 5 times a power of ten that is not below a number.
  private static func roundStep(_ least: Double) -> Double {
    let power = pow(10, log10(least).rounded(.down))
    return power * ([1, 2, 5].first { $0 * power >= least * (1 - 1e-9) } ?? 10)
  }

  /// Powers of ten, with 2 and 5 times these where there is room, or only some where there is not.
  private func logarithmicTicks(_ count: Int) -> [Tick] {
    let first = Int(log10(domain.lowerBound).rounded(.down))
    let last = Int(log10(domain.upperBound).rounded(.up))
    let choices: [(step: Int, multiples: [Double])] =
      [(1, [1, 2, 5])] + (1...max(1, last - first)).map { ($0, [1]) }
    var values: [Double] = []
    for choice in choices {
      values = stride(from: first, through: last, by: choice.step).flatMap { exponent in
        choice.multiples.map { $0 * pow(10, Double(exponent)) }
      }.filter(domain.contains)
      if values.count <= count { break }
    }
    return values.map { Tick(value: $0, label: Self.label($0, digits: 6)) }
  }

  private static func label(_ value: Double, digits: Int) -> String {
    // A minus sign is as wide as a plus; a hyphen is not.
    GeneralFormat.text(value + 0, digits: digits).replacing("-", with: "−")
  }
}
