// SPDX-License-Identifier: Apache-2.0

/// The errors of the training cases by case, wherever they stand in memory.
struct CaseErrors {
  let base: UnsafeMutablePointer<Double>

  /// The distance from case to case where they stand in order.
  let stride: Int

  /// The position of each case where they do not.
  let positions: UnsafePointer<UInt32>?

  @inline(__always)
  subscript(row: Int) -> Double {
    get { base[position(of: row)] }
    nonmutating set { base[position(of: row)] = newValue }
  }

  @inline(__always)
  private func position(of row: Int) -> Int {
    if let positions { return Int(positions[row]) }
    return row &* stride
  }
}
