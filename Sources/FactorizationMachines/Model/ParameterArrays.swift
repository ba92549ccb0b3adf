// SPDX-License-Identifier: Apache-2.0

/// A number for each of some things and one for each of their factors, in the layout of a machine's weights
/// and factors.
public struct ParameterArrays: Sendable {
  /// A number for each thing, as linear weights are.
  public let weights: AlignedBuffer<Double>

  /// A stride of numbers for each thing, as factors are; see ``FactorizationMachine/Shape/factorStride``.
  public let factors: AlignedBuffer<Double>

  /// Makes numbers of 0 for `count` things.
  ///
  /// - Throws: ``OutOfMemoryError``.
  public init(count: Int, factorStride: Int) throws(OutOfMemoryError) {
    weights = try AlignedBuffer(count: count)
    factors = try AlignedBuffer(count: count * factorStride)
  }

  /// Takes over the numbers of arrays of the same size.
  func assign(from other: ParameterArrays) {
    precondition(weights.count == other.weights.count && factors.count == other.factors.count)
    weights.base.update(from: other.weights.base, count: weights.count)
    factors.base.update(from: other.factors.base, count: factors.count)
  }
}
