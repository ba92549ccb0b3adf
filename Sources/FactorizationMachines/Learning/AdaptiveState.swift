// SPDX-License-Identifier: Apache-2.0

/// What adaptive regularization keeps beside the parameters: penalties, stored gradients, and room for
/// the sums over a validation row.
///
/// Used by one thread at a time.
final class AdaptiveState: @unchecked Sendable {
  private let shape: FactorizationMachine.Shape
  private let groupCount: Int
  private let groupOfFeature: AlignedBuffer<UInt32>
  private let penalties: Block
  private let gradients: Block
  private let sums: Block
  private let squareSums: AlignedBuffer<Double>
  private let rowGroups: AlignedBuffer<Int>
  private let isInRow: AlignedBuffer<Bool>

  /// Makes penalties and gradients of 0.
  init(
    shape: FactorizationMachine.Shape, groups: FeatureGroups
  ) throws(OutOfMemoryError) {
    self.shape = shape
    groupCount = groups.groupCount
    if let groupOfFeature = groups.groupOfFeature {
      self.groupOfFeature = groupOfFeature
    } else {
      groupOfFeature = try AlignedBuffer(count: shape.featureCount)
    }
    penalties = try Block(count: groupCount, stride: shape.factorStride)
    gradients = try Block(count: shape.featureCount, stride: shape.factorStride)
    sums = try Block(count: groupCount, stride: shape.factorStride)
    squareSums = try AlignedBuffer(count: groupCount * shape.factorStride)
    rowGroups = try AlignedBuffer(count: groupCount)
    isInRow = try AlignedBuffer(count: groupCount)
  }

  /// The pointers for the kernels, valid as long as the state lives.
  var pointers: AdaptivePointers {
    AdaptivePointers(
      groupCount: groupCount, groupOfFeature: UnsafePointer(groupOfFeature.base),
      penalties: penalties.pointers(shape), gradients: gradients.pointers(shape),
      linearSums: sums.pointers(shape), squareSums: squareSums.base, rowGroups: rowGroups.base,
      isInRow: isInRow.base)
  }

  /// A copy of the penalties.
  var currentPenalties: GroupPenalties {
    let stride = shape.factorStride
    return GroupPenalties(
      weights: (0..<groupCount).map { penalties.weights.base[$0] },
      factors: (0..<groupCount).map { group in
        (0..<shape.factorCount).map { penalties.factors.base[group * stride + $0] }
      })
  }

  /// A number for each of some things, and a stride of numbers, as a machine holds parameters.
  private struct Block {
    let weights: AlignedBuffer<Double>
    let factors: AlignedBuffer<Double>

    init(count: Int, stride: Int) throws(OutOfMemoryError) {
      weights = try AlignedBuffer(count: count)
      factors = try AlignedBuffer(count: count * stride)
    }

    func pointers(_ shape: FactorizationMachine.Shape) -> ParameterPointers {
      ParameterPointers(shape: shape, weights: weights.base, factors: factors.base)
    }
  }
}
