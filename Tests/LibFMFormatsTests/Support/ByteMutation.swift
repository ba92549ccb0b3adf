// SPDX-License-Identifier: Apache-2.0

extension [UInt8] {
  /// The bytes with a few changes: bits, bytes and words replaced, parts cut out, doubled or added.
  func mutated(using random: inout SplitMix64) -> [UInt8] {
    var bytes = self
    for _ in 0...random.below(4) {
      let place = random.below(bytes.count + 1)
      switch random.below(8) {
      case 0: bytes.removeSubrange(place...)
      case 1: bytes.insert(UInt8(random.below(256)), at: place)
      case 2: bytes += bytes.prefix(place)
      case 3:
        let end = Swift.min(bytes.count, place + 1 + random.below(8))
        bytes.removeSubrange(place..<end)
      case 4 where place + 4 <= bytes.count:
        let words: [UInt32] = [0, 1, 2, 3, 4, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, 1 << 24]
        bytes.replaceSubrange(place..<place + 4, with: [words[random.below(words.count)]].bytes)
      case 5 where place + 4 <= bytes.count && place % 4 == 0:
        bytes.replaceSubrange(place..<place + 4, with: [UInt32(random.below(6))].bytes)
      case 6 where place < bytes.count: bytes[place] ^= 1 << UInt8(random.below(8))
      case _ where place < bytes.count: bytes[place] = UInt8(random.below(256))
      default: break
      }
    }
    return bytes
  }
}
