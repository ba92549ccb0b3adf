// SPDX-License-Identifier: Apache-2.0

/// A small seeded generator: the same numbers on every platform and in every release.
///
/// SplitMix64 (Steele, Lea, Flood 2014, "Fast splittable pseudorandom number generators").
struct SplitMix64: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }

  /// A number in 0..<1 with 53 random bits.
  mutating func uniform() -> Double {
    Double(next() >> 11) * 0x1p-53
  }

  /// An index in `0..<count`; the bias of the multiplication is below `count` / 2⁶⁴.
  mutating func index(below count: Int) -> Int {
    Int(next().multipliedFullWidth(by: UInt64(count)).high)
  }

  /// A number with mean 0 and deviation 1 that is close to normal: a sum of eight uniforms.
  ///
  /// Only additions and one multiplication, so that files do not depend on a platform's logarithm.
  mutating func nearNormal() -> Double {
    var sum: UInt64 = 0
    for _ in 0..<2 {
      let bits = next()
      sum += bits & 0xffff
      sum += bits >> 16 & 0xffff
      sum += bits >> 32 & 0xffff
      sum += bits >> 48
    }
    // Eight uniforms have the mean 4 and the variance 8 / 12.
    return (Double(sum) * 0x1p-16 - (4 - 0x1p-14)) * 1.2247448713915890
  }
}
