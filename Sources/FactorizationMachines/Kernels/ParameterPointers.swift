// SPDX-License-Identifier: Apache-2.0

/// The parameters of a machine as the kernels use them: taken once outside a loop.
struct ParameterPointers {
  let usesBias: Bool
  let usesWeights: Bool
  let factorCount: Int
  let factorStride: Int
  let weights: UnsafeMutablePointer<Double>
  let factors: UnsafeMutablePointer<Double>

  init(
    shape: FactorizationMachine.Shape, weights: UnsafeMutablePointer<Double>,
    factors: UnsafeMutablePointer<Double>
  ) {
    usesBias = shape.usesBias
    usesWeights = shape.usesWeights
    factorCount = shape.factorCount
    factorStride = shape.factorStride
    self.weights = weights
    self.factors = factors
  }

  private init(_ other: ParameterPointers, offset: Int) {
    usesBias = other.usesBias
    usesWeights = other.usesWeights
    factorCount = other.factorCount
    factorStride = other.factorStride
    weights = other.weights + offset
    factors = other.factors + offset &* other.factorStride
  }

  /// The parameters of the features from `offset` on, counted from 0.
  func advanced(by offset: Int) -> ParameterPointers { ParameterPointers(self, offset: offset) }

  @inline(__always)
  func factors(of id: UInt32) -> UnsafeMutablePointer<Double> {
    factors + Int(id) &* factorStride
  }
}
