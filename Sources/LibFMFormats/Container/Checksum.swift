// SPDX-License-Identifier: Apache-2.0

/// The checksum XXH64 with seed 0 (Yann Collet, "xxHash fast digest algorithm"), computed as bytes come.
///
/// It finds damage, not forgery. It keeps up with memory, so that models of gigabytes and whole data sets
/// can be checked.
package struct Checksum: Sendable {
  private var lanes = (
    prime1 &+ prime2, prime2, UInt64(0), UInt64(0) &- prime1
  )
  private var total = 0

  /// Bytes that do not fill a stripe yet.
  private var rest: [UInt8] = []

  /// The checksum of no bytes.
  package init() {}

  /// The checksum of some bytes.
  package init(of bytes: UnsafeRawBufferPointer) {
    update(bytes)
  }

  /// Takes in the bytes that come next.
  package mutating func update(_ bytes: UnsafeRawBufferPointer) {
    total += bytes.count
    var bytes = bytes[...]
    if !rest.isEmpty {
      let missing = min(stripe - rest.count, bytes.count)
      rest.append(contentsOf: bytes.prefix(missing))
      bytes = bytes.dropFirst(missing)
      guard rest.count == stripe else { return }
      rest.withUnsafeBytes { takeStripes($0) }
      rest.removeAll(keepingCapacity: true)
    }
    let wholeCount = bytes.count / stripe * stripe
    takeStripes(UnsafeRawBufferPointer(rebasing: bytes.prefix(wholeCount)))
    rest.append(contentsOf: bytes.dropFirst(wholeCount))
  }

  /// Takes in a number as eight bytes, little-endian.
  package mutating func update(_ number: UInt64) {
    withUnsafeBytes(of: number.littleEndian) { update($0) }
  }

  /// The checksum of all bytes so far.
  package var value: UInt64 {
    var hash: UInt64
    if total < stripe {
      hash = prime5
    } else {
      hash =
        lanes.0.rotated(by: 1) &+ lanes.1.rotated(by: 7) &+ lanes.2.rotated(by: 12)
        &+ lanes.3.rotated(by: 18)
      for lane in [lanes.0, lanes.1, lanes.2, lanes.3] {
        hash = (hash ^ mixed(0, lane)) &* prime1 &+ prime4
      }
    }
    hash &+= UInt64(total)
    return avalanche(rest.withUnsafeBytes { finish(hash, $0) })
  }

  private mutating func takeStripes(_ bytes: UnsafeRawBufferPointer) {
    guard let start = bytes.baseAddress else { return }
    var (a, b, c, d) = lanes
    var offset = 0
    while offset < bytes.count {
      a = mixed(a, word(start + offset))
      b = mixed(b, word(start + offset + 8))
      c = mixed(c, word(start + offset + 16))
      d = mixed(d, word(start + offset + 24))
      offset &+= stripe
    }
    lanes = (a, b, c, d)
  }

  private func finish(_ hash: UInt64, _ rest: UnsafeRawBufferPointer) -> UInt64 {
    var (hash, rest) = (hash, rest[...])
    func take(_ count: Int) -> UInt64 {
      defer { rest = rest.dropFirst(count) }
      return rest.prefix(count).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    }
    while rest.count >= 8 {
      hash = (hash ^ mixed(0, take(8))).rotated(by: 27) &* prime1 &+ prime4
    }
    if rest.count >= 4 {
      hash = (hash ^ (take(4) &* prime1)).rotated(by: 23) &* prime2 &+ prime3
    }
    while !rest.isEmpty {
      hash = (hash ^ (take(1) &* prime5)).rotated(by: 11) &* prime1
    }
    return hash
  }

  private func avalanche(_ hash: UInt64) -> UInt64 {
    var hash = hash
    hash = (hash ^ (hash >> 33)) &* prime2
    hash = (hash ^ (hash >> 29)) &* prime3
    return hash ^ (hash >> 32)
  }
}

private let stripe = 32
private let prime1: UInt64 = 0x9E37_79B1_85EB_CA87
private let prime2: UInt64 = 0xC2B2_AE3D_27D4_EB4F
private let prime3: UInt64 = 0x1656_67B1_9E37_79F9
private let prime4: UInt64 = 0x85EB_CA77_C2B2_AE63
private let prime5: UInt64 = 0x27D4_EB2F_1656_67C5

@inline(__always)
private func mixed(_ lane: UInt64, _ word: UInt64) -> UInt64 {
  (lane &+ word &* prime2).rotated(by: 31) &* prime1
}

@inline(__always)
private func word(_ start: UnsafeRawPointer) -> UInt64 {
  UInt64(littleEndian: start.loadUnaligned(as: UInt64.self))
}

extension UInt64 {
  @inline(__always)
  fileprivate func rotated(by count: UInt64) -> UInt64 {
    self << count | self >> (64 - count)
  }
}
