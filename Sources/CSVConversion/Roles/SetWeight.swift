// SPDX-License-Identifier: Apache-2.0

/// The value that each of the *n* features of a set has.
public enum SetWeight: String, Sendable, Hashable, Codable, CaseIterable {
  /// 1/*n*: the mean over the set.
  case mean = "1/n"

  /// 1: the sum over the set.
  case sum = "1"

  /// 1/√*n*, as in SVD++ (Koren 2008).
  case inverseRoot = "1/sqrt(n)"

  /// The weight in a set of `count` features.
  func value(count: Int) -> Float {
    switch self {
    case .mean: Float(1 / Double(count))
    case .sum: 1
    case .inverseRoot: Float(1 / Double(count).squareRoot())
    }
  }
}
