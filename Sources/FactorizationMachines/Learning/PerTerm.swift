// SPDX-License-Identifier: Apache-2.0

/// One value for each of the three terms of a factorization machine.
public struct PerTerm<Value: Sendable & Hashable>: Sendable, Hashable {
  /// For the global bias, *w₀*.
  public var bias: Value

  /// For the linear weights, *w*.
  public var weights: Value

  /// For the factors, *V*.
  public var factors: Value

  /// Gives each term its own value.
  public init(bias: Value, weights: Value, factors: Value) {
    self.bias = bias
    self.weights = weights
    self.factors = factors
  }

  /// Gives all terms the same value.
  public init(all value: Value) {
    self.init(bias: value, weights: value, factors: value)
  }
}
