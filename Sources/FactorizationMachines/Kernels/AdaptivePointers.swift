// SPDX-License-Identifier: Apache-2.0

/// What adaptive regularization keeps beside the parameters, as the kernels use it: taken once outside a
/// loop.
struct AdaptivePointers {
  let groupCount: Int
  let groupOfFeature: UnsafePointer<UInt32>

  /// λ: like the parameters, with groups in place of features; never below 0.
  let penalties: ParameterPointers

  /// Like the parameters: the gradients of the last training row that had the feature.
  let gradients: ParameterPointers

  /// Room for sums by group: Σ x w in the weights' place, Σ v x in the factors'.
  let linearSums: ParameterPointers

  /// Room for sums by group: Σ (v′ x) v x for each factor.
  let squareSums: UnsafeMutablePointer<Double>

  /// Room for the groups of a row, each once.
  let rowGroups: UnsafeMutablePointer<Int>

  /// Whether a group is among the row's; all false between rows.
  let isInRow: UnsafeMutablePointer<Bool>

  @inline(__always)
  func group(of id: UInt32) -> Int { Int(groupOfFeature[Int(id)]) }
}

/// Rows with their targets.
struct TargetedRows {
  let matrix: SparseRows
  let targets: UnsafePointer<Float>

  /// What each row counts; nil for 1.
  let weights: UnsafePointer<Double>?

  init(_ dataset: Dataset) {
    matrix = SparseRows(dataset.matrix)
    targets = UnsafePointer(dataset.targets.base)
    weights = dataset.caseWeights.map { UnsafePointer($0.base) }
  }
}

/// What learning with adaptive regularization needs besides a range of training rows.
struct AdaptiveSteps {
  let train: TargetedRows
  let validation: TargetedRows
  let rates: PerTerm<Double>
  let clip: TargetClip

  /// Whether every training row is followed by a step of the penalties.
  let adaptsPenalties: Bool
}
