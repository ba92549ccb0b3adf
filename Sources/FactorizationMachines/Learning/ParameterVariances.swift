// SPDX-License-Identifier: Apache-2.0

/// The variances of a machine's parameters over all features.
public struct ParameterVariances: Sendable, Hashable {
  /// Of the linear weights; NaN without features.
  public var weights: Double

  /// Of each factor; NaN without features.
  public var factors: [Double]

  /// Measures a machine.
  init(of machine: FactorizationMachine) {
    let shape = machine.shape
    var weights = 0.0
    var factors: [Double] = []
    machine.withParameterPointers { parameters in
      writeVariances(
        of: parameters.weights, stride: 1, featureCount: shape.featureCount, to: &weights,
        Double.self)
      factors = Array(unsafeUninitializedCapacity: shape.factorStride) { buffer, count in
        guard let base = buffer.baseAddress else { return }
        writeFactorVariances(of: parameters, featureCount: shape.featureCount, to: base)
        count = shape.factorCount
      }
    }
    (self.weights, self.factors) = (weights, factors)
  }
}
