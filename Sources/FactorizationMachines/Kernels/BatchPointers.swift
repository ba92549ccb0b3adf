// SPDX-License-Identifier: Apache-2.0

import CVectorKernels

/// The gradient of a batch as the kernels use it: taken once outside a loop.
///
/// With the derivative *m* of a row's loss by its score and the row's sums *s* = Σ v x, a row's
/// gradient is *m x* for a linear weight and *m x s − m x² v* for the factors, of which *v* does not
/// change within a batch. So for each feature these are added up, row after row, and put together
/// when the batch ends.
struct GradientPointers {
  /// For each feature Σ m x, the number of its entries, and Σ m x² unless all values are 1; then it is
  /// the first.
  let moments: UnsafeMutablePointer<Double>
  let momentStride: Int

  /// For each feature Σ m x s, as many as there are factors and padding.
  let factorSums: UnsafeMutablePointer<Double>
  let factorStride: Int

  /// A bit for each feature that occurs in the batch, eight to a byte.
  let touched: UnsafeMutableRawPointer

  let hasValues: Bool

  /// Whether to ask for sums ahead.
  let prefetches: Bool

  @inline(__always)
  func touch(_ id: Int) {
    let bits = touched.load(fromByteOffset: id &>> 3, as: UInt8.self)
    touched.storeBytes(
      of: bits | 1 &<< UInt8(truncatingIfNeeded: id & 7), toByteOffset: id &>> 3, as: UInt8.self)
  }

  /// The sums for the kernels in C, and what turns them into the gradient.
  func wide(_ scale: BatchScale = BatchScale(perRow: 1)) -> fm_gradient {
    fm_gradient(
      moments: moments, moment_stride: momentStride, factors: factorSums,
      factor_stride: factorStride, touched: touched.assumingMemoryBound(to: UInt8.self),
      has_values: hasValues, prefetches: prefetches, per_row: scale.perRow,
      clipping: scale.clipping)
  }
}

/// Where the sums of a feature lie: on one cache line if there is room.
struct GradientLayout {
  /// The distance between the numbers of neighbouring features.
  let recordStride: Int

  /// Where the sums of the factors begin in a record; nil when they lie elsewhere.
  let factorOffset: Int?

  init(factorStride: Int, hasValues: Bool) {
    let momentCount = hasValues ? 4 : 2
    switch factorStride {
    case 0: (recordStride, factorOffset) = (momentCount, nil)
    case 1, 2: (recordStride, factorOffset) = (2 * momentCount, momentCount)
    case 4: (recordStride, factorOffset) = (8, 4)
    default: (recordStride, factorOffset) = (momentCount, nil)
    }
  }
}

/// The rows of a tile, their targets and weights, and room for what is computed of them.
struct TilePointers {
  let rows: SparseRows
  let targets: UnsafePointer<Float>
  let caseWeights: UnsafePointer<Double>?

  /// The derivative of each row's loss by its score.
  let multipliers: UnsafeMutablePointer<Double>

  /// Σ v x for each row, a stride of factors.
  let sums: UnsafeMutablePointer<Double>
}

/// Entries of a tile in some order, each with its feature and row; without values all are 1.
struct EntryList {
  let entries: UnsafePointer<fm_batch_entry>
  let values: UnsafePointer<Float>?
  let count: Int
}
