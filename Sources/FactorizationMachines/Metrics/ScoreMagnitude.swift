// SPDX-License-Identifier: Apache-2.0

/// The greatest magnitude among scores, NaN being greater than infinity.
struct ScoreMagnitude {
  private(set) var bits: UInt64 = 0

  /// Nothing yet.
  init() {}

  /// The greatest magnitude of `rows`.
  init(of rows: Range<Int>, scores: CaseErrors) {
    for row in rows { include(scores[row]) }
  }

  /// Without its sign bit a number's bits ascend with its magnitude.
  @inline(__always)
  mutating func include(_ score: Double) {
    let magnitude = score.bitPattern & (1 << 63 - 1)
    bits = bits > magnitude ? bits : magnitude
  }

  var value: Double { Double(bitPattern: bits) }
}
