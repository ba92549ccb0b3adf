// SPDX-License-Identifier: Apache-2.0

/// Maps values to one of 2^`bits` places without remembering them.
///
/// The hash is FNV-1a with 64 bits over the bytes of the value, begun with `14695981039346656037 XOR
/// seed`, followed by the finalizer of SplitMix64 (`x ^= x >> 30; x *= 0xbf58476d1ce4e5b9; x ^= x >> 27;
/// x *= 0x94d049bb133111eb; x ^= x >> 31`); the place is its highest bits. The same on every machine and
/// in every version.
public struct FeatureHash: Sendable, Hashable {
  /// The number of bits of a place, from 1 to 28.
  public let bits: Int

  /// Where the hash begins; other seeds give other collisions.
  public let seed: UInt64

  /// A hash to 2^`bits` places.
  public init(bits: Int, seed: UInt64 = 0) {
    precondition((1...28) ~= bits)
    self.bits = bits
    self.seed = seed
  }

  /// The number of places.
  public var placeCount: Int { 1 << bits }

  /// The place of a value.
  public func place(of value: some Sequence<UInt8>) -> Int {
    var state = 14_695_981_039_346_656_037 ^ seed
    for byte in value {
      state = (state ^ UInt64(byte)) &* 1_099_511_628_211
    }
    state = (state ^ state &>> 30) &* 0xBF58_476D_1CE4_E5B9
    state = (state ^ state &>> 27) &* 0x94D0_49BB_1331_11EB
    state ^= state &>> 31
    return Int(state &>> UInt64(64 - bits))
  }

  /// How many distinct values have likely been put into `occupied` of the places, by the chance of a
  /// place to stay empty; nil when no place is empty.
  public func likelyValueCount(occupied: Int) -> Double? {
    guard occupied < placeCount else { return nil }
    return -Double(placeCount) * naturalLogarithm(1 - Double(occupied) / Double(placeCount))
  }
}
