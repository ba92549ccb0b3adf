// SPDX-License-Identifier: Apache-2.0

/// What adaptive regularization keeps beside the parameters: penalties, stored gradients, and room for
/// the sums over a validation row.
///
/// Used by one thread at a time.
final class AdaptiveState: EpochCompanion, @unchecked Sendable {
  private let shape: FactorizationMachine.Shape
  private let groupCount: Int
  private let groupOfFeature: AlignedBuffer<UInt32>
  private let sums: ParameterArrays
  private let squareSums: AlignedBuffer<Double>
  private let rowGroups: AlignedBuffer<Int>
  private let isInRow: AlignedBuffer<Bool>

  /// What is learned.
  struct Arrays {
    let penalties: ParameterArrays
    let gradients: ParameterArrays

    func assign(from other: Arrays) {
      penalties.assign(from: other.penalties)
      gradients.assign(from: other.gradients)
    }
  }

  /// The penalties and gradients.
  private(set) var arrays: Arrays

  /// An earlier state of ``arrays``.
  private var noted: Arrays?

  /// Makes penalties and gradients of 0, or copies of others.
  init(
    shape: FactorizationMachine.Shape, groups: FeatureGroups, copying other: Arrays? = nil
  ) throws(OutOfMemoryError) {
    self.shape = shape
    groupCount = groups.groupCount
    if let groupOfFeature = groups.groupOfFeature {
      self.groupOfFeature = groupOfFeature
    } else {
      groupOfFeature = try AlignedBuffer(count: shape.featureCount)
    }
    sums = try ParameterArrays(count: groupCount, factorStride: shape.factorStride)
    arrays = try Arrays(shape: shape, groupCount: groupCount)
    squareSums = try AlignedBuffer(count: groupCount * shape.factorStride)
    rowGroups = try AlignedBuffer(count: groupCount)
    isInRow = try AlignedBuffer(count: groupCount)
    if let other { arrays.assign(from: other) }
  }

  func note() throws(OutOfMemoryError) {
    if noted == nil { noted = try Arrays(shape: shape, groupCount: groupCount) }
    noted?.assign(from: arrays)
  }

  func exchange() {
    guard let noted else { return }
    self.noted = arrays
    arrays = noted
  }

  /// The pointers for the kernels, valid as long as the state lives.
  var pointers: AdaptivePointers {
    AdaptivePointers(
      groupCount: groupCount, groupOfFeature: UnsafePointer(groupOfFeature.base),
      penalties: arrays.penalties.pointers(shape), gradients: arrays.gradients.pointers(shape),
      linearSums: sums.pointers(shape), squareSums: squareSums.base, rowGroups: rowGroups.base,
      isInRow: isInRow.base)
  }

  /// A copy of the penalties.
  var currentPenalties: GroupPenalties {
    let (stride, penalties) = (shape.factorStride, arrays.penalties)
    return GroupPenalties(
      weights: (0..<groupCount).map { penalties.weights.base[$0] },
      factors: (0..<groupCount).map { group in
        (0..<shape.factorCount).map { penalties.factors.base[group * stride + $0] }
      })
  }
}

extension AdaptiveState.Arrays {
  fileprivate init(
    shape: FactorizationMachine.Shape, groupCount: Int
  ) throws(OutOfMemoryError) {
    self.init(
      penalties: try ParameterArrays(count: groupCount, factorStride: shape.factorStride),
      gradients: try ParameterArrays(
        count: shape.featureCount, factorStride: shape.factorStride))
  }
}

extension ParameterArrays {
  fileprivate func pointers(_ shape: FactorizationMachine.Shape) -> ParameterPointers {
    ParameterPointers(shape: shape, weights: weights.base, factors: factors.base)
  }
}
