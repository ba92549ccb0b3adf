// SPDX-License-Identifier: Apache-2.0

public import FactorizationMachines

/// The directions in which the factors of features differ most (Pearson 1901, "On lines and planes of
/// closest fit to systems of points in space").
///
/// They are eigenvectors of the covariance of the factors; their signs are fixed by making the entry of
/// greatest magnitude positive, so that equal machines give equal pictures.
public struct PrincipalComponents: Sendable {
  /// The mean of the factors, *k* numbers.
  public let mean: [Double]

  /// The directions, *k* unit vectors of *k* numbers, that of the greatest variance first.
  public let axes: [[Double]]

  /// The share of the variance along each direction, descending, with sum 1; all 0 when there is no
  /// variance.
  public let shares: [Double]

  /// The greatest magnitude that a factor may have: beyond, squares overflow, and nothing was learned.
  public static let greatestFactor = 1e100

  /// Whether all factors of a feature are numbers that can be used.
  public static func areUsable(_ feature: Int, of machine: FactorizationMachine) -> Bool {
    (0..<machine.shape.factorCount).allSatisfy {
      // False for NaN as well.
      machine[factor: $0, ofFeature: feature].magnitude <= greatestFactor
    }
  }

  /// Finds the components of some features.
  ///
  /// Takes O(*n k*² + *k*³) for *n* features.
  ///
  /// - Parameters:
  ///   - features: the features; their factors must be usable.
  ///   - machine: the machine.
  public init(of features: some Collection<Int>, in machine: FactorizationMachine) {
    let count = machine.shape.factorCount
    let stride = machine.shape.factorStride
    var mean = Array(repeating: 0.0, count: count)
    var covariance = Array(repeating: 0.0, count: count * count)
    var deviation = mean
    precondition(features.allSatisfy { $0 >= 0 && $0 < machine.shape.featureCount })
    machine.withParameters { _, factors in
      let scale = 1 / Double(max(features.count, 1))
      for feature in features {
        for factor in 0..<count { mean[factor] += factors[feature * stride + factor] * scale }
      }
      for feature in features {
        for factor in 0..<count {
          deviation[factor] = factors[feature * stride + factor] - mean[factor]
        }
        for row in 0..<count {
          for column in 0...row {
            covariance[row * count + column] += deviation[row] * deviation[column] * scale
          }
        }
      }
    }
    for row in 0..<count {
      for column in 0..<row { covariance[column * count + row] = covariance[row * count + column] }
    }
    let solution = SymmetricEigenproblem(covariance, count: count)
    // Rounding makes a variance of zero slightly negative, and that of equal numbers not quite zero.
    let variances = solution.values.map { max($0, 0) }
    let sum = variances.reduce(0, +)
    let total = sum > 1e-26 * mean.reduce(0, { $0 + $1 * $1 }) ? sum : 0
    self.mean = mean
    axes = solution.vectors
    shares = variances.map { total > 0 ? $0 / total : 0 }
  }

  /// Where a feature lies along a direction, from the mean.
  ///
  /// - Parameters:
  ///   - feature: a feature of the machine.
  ///   - machine: one with as many factors as that of the components.
  ///   - component: the index of the direction.
  /// - Returns: the distance, negative against the direction.
  public func coordinate(
    of feature: Int, in machine: FactorizationMachine, along component: Int
  ) -> Double {
    axes[component].indices.reduce(0) { sum, factor in
      sum + (machine[factor: factor, ofFeature: feature] - mean[factor]) * axes[component][factor]
    }
  }
}
