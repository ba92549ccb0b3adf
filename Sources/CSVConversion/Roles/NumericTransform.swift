// SPDX-License-Identifier: Apache-2.0

/// How a number becomes the value of a feature.
public enum NumericTransform: Sendable, Hashable {
  /// The number itself.
  case raw

  /// (*x* − mean) / deviation, both of the fitting rows; the deviation is that of the population.
  case standardize

  /// (*x* − least) / (greatest − least) of the fitting rows.
  case minmax

  /// The logarithm of 1 + *x*.
  case log1p

  /// One feature for each of so many bins with about equally many fitting rows, and one for missing
  /// numbers.
  case bins(Int)

  /// The transform as the command line names it.
  public var name: String {
    switch self {
    case .raw: "raw"
    case .standardize: "standardize"
    case .minmax: "minmax"
    case .log1p: "log1p"
    case .bins(let count): "bins=\(count)"
    }
  }

  /// The transform of a name, such as `minmax` or `bins=10`; nil when there is none.
  public init?(name: String) {
    switch name {
    case "raw": self = .raw
    case "standardize": self = .standardize
    case "minmax": self = .minmax
    case "log1p": self = .log1p
    default:
      guard name.hasPrefix("bins="), let count = Int(name.dropFirst(5)), (2...65_536) ~= count
      else { return nil }
      self = .bins(count)
    }
  }
}
