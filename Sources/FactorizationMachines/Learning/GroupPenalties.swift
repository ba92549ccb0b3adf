// SPDX-License-Identifier: Apache-2.0

/// The factors of the L2 penalty, λ, of each group of features.
public struct GroupPenalties: Sendable, Hashable {
  /// For the linear weights: one a group, at least 0.
  public var weights: [Double]

  /// For the factors: for each group one a factor, at least 0.
  public var factors: [[Double]]
}
