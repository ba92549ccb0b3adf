// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines

/// The range of the targets of a piece of a file, so that pieces can be joined in file order.
///
/// A NaN replaces both bounds and the next target replaces the NaN. So the range of a piece begins
/// with NaN, which takes on whatever comes first, and a piece with a NaN forgets what was before it.
struct TargetSummary {
  private(set) var range = TargetRange(lower: .nan, upper: .nan)
  private var hasNaN = false
  private var isEmpty = true

  /// Takes the range of ordinary targets that follow, itself begun with ``range``.
  mutating func extend(to range: TargetRange) {
    self.range = range
    isEmpty = false
  }

  /// Takes one target, which may be NaN.
  mutating func include(_ target: Float) {
    range.include(target)
    hasNaN = hasNaN || target.isNaN
    isEmpty = false
  }

  /// The range of a file whose earlier pieces have the range `earlier`.
  func joined(to earlier: TargetRange) -> TargetRange {
    if isEmpty { return earlier }
    if hasNaN || earlier.lower.isNaN { return range }
    return TargetRange(
      lower: earlier.lower < range.lower ? earlier.lower : range.lower,
      upper: earlier.upper > range.upper ? earlier.upper : range.upper)
  }
}
