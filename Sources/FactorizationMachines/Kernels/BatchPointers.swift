// SPDX-License-Identifier: Apache-2.0

/// The gradient of a batch as the kernels use it: taken once outside a loop.
///
/// With the derivative *m* of a row's loss by its score and the row's sums *s* = Σ v x, a row's
/// gradient is *m x* for a linear weight and *m x s − m x² v* for the factors, of which *v* does not
/// change within a batch. So for each feature these are added up, row after row, and put together
/// when the batch ends.
struct GradientPointers {
  /// For each feature Σ m x, Σ m x², and the number of its entries.
  let moments: UnsafeMutablePointer<SIMD4<Double>>

  /// For each feature Σ m x s, a stride of factors.
  let factorSums: UnsafeMutablePointer<Double>

  /// A bit for each feature that occurs in the batch, eight to a byte.
  let touched: UnsafeMutableRawPointer

  @inline(__always)
  func touch(_ id: Int) {
    let bits = touched.load(fromByteOffset: id &>> 3, as: UInt8.self)
    touched.storeBytes(
      of: bits | 1 &<< UInt8(truncatingIfNeeded: id & 7), toByteOffset: id &>> 3, as: UInt8.self)
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

/// An entry of a tile, and the row it belongs to.
///
/// Entries count from the tile's first.
struct TileEntry: BitwiseCopyable {
  var entry: UInt32
  var row: UInt32
}
