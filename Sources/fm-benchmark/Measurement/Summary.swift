// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport

/// Repeated measurements of one quantity.
struct Summary: Codable, Sendable {
  /// The middle one.
  var median: Double

  /// The smallest.
  var least: Double

  /// The greatest.
  var greatest: Double

  /// All, in the order in which they were measured.
  var all: [Double]

  /// - Precondition: there is at least one measurement.
  init(_ all: [Double]) {
    let sorted = all.sorted()
    let middle = sorted.count / 2
    median =
      sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    least = sorted[0]
    greatest = sorted[sorted.count - 1]
    self.all = all
  }

  /// The measurements, each divided by the other's of the same turn; nil when one is not positive.
  func ratio(to other: Summary) -> Summary? {
    guard all.allSatisfy({ $0 > 0 }), other.all.allSatisfy({ $0 > 0 }) else { return nil }
    return Summary(zip(all, other.all).map { $0 / $1 })
  }

  /// The median and the range of seconds in milliseconds, for a table.
  var milliseconds: String {
    let texts = [median, least, greatest].map { decimal($0 * 1e3, digits: 2) }
    return "\(texts[0]) (\(texts[1]) to \(texts[2]))"
  }
}
