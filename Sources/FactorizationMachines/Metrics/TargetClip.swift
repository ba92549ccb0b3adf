// SPDX-License-Identifier: Apache-2.0

/// Cuts regression scores to the range of the training targets.
struct TargetClip: Sendable {
  let lower: Double
  let upper: Double

  init(_ range: TargetRange) {
    lower = Double(range.lower)
    upper = Double(range.upper)
  }

  /// The score within the range; NaN becomes the upper bound, as in libFM.
  @inline(__always)
  func callAsFunction(_ score: Double) -> Double {
    let cut = score < upper ? score : upper
    return lower < cut ? cut : lower
  }
}
