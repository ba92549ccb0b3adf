// SPDX-License-Identifier: Apache-2.0

/// A random order of the numbers in `0..<count`, computed number by number without a list of them.
///
/// A number is written as *left · 2ˢ + right*, and each half is shifted in turn by a random function
/// of the other one, a table: four rounds of the construction of Luby and Rackoff (1988, "How to
/// construct pseudorandom permutations from pseudorandom functions"), with addition in place of
/// exclusive or. Such numbers reach a little beyond `count`; there the rounds are repeated until they
/// do not.
struct RowPermutation {
  private var count: UInt32 = 0
  private var leftCount: UInt32 = 0
  private var shift: UInt32 = 0

  /// A shift of the right half for each left one, then of the left for each right one, twice.
  private let tables: AlignedBuffer<UInt32>

  /// The greatest `count`: the tables then just fit into the first-level cache.
  static let greatestCount = 1 << 22

  /// Makes room for orders of up to `capacity` numbers.
  init(capacity: Int) throws(OutOfMemoryError) {
    precondition(capacity <= Self.greatestCount)
    let (leftCount, shift) = Self.halves(of: max(1, capacity))
    tables = try AlignedBuffer(count: 2 * (leftCount + 1 << shift))
  }

  private static func halves(of count: Int) -> (leftCount: Int, shift: Int) {
    let bits = Int.bitWidth - (count - 1).leadingZeroBitCount
    let shift = (bits + 1) / 2
    return ((count + 1 << shift - 1) >> shift, shift)
  }

  /// Draws an order of `0..<count`.
  mutating func draw(count: Int, using random: inout GlibcRandom) {
    let (leftCount, shift) = Self.halves(of: count)
    (self.count, self.leftCount, self.shift) = (
      UInt32(count), UInt32(leftCount), UInt32(shift)
    )
    var next = tables.base
    for _ in 0..<2 {
      for (entryCount, bound) in [(leftCount, 1 << shift), (1 << shift, leftCount)] {
        for _ in 0..<entryCount {
          next.pointee = UInt32(random.index(below: bound))
          next += 1
        }
      }
    }
  }

  /// The number in some place of the order.
  @inline(__always)
  subscript(place: UInt32) -> UInt32 {
    var number = place
    repeat { number = shuffled(number) } while number >= count
    return number
  }

  @inline(__always)
  private func shuffled(_ number: UInt32) -> UInt32 {
    let mask: UInt32 = (1 &<< shift) &- 1
    var (left, right) = (number &>> shift, number & mask)
    var table = UnsafePointer(tables.base)
    for _ in 0..<2 {
      right = (right &+ table[Int(left)]) & mask
      table += Int(leftCount)
      left = left &+ table[Int(right)]
      if left >= leftCount { left = left &- leftCount }
      table += Int(mask) &+ 1
    }
    return left &<< shift | right
  }
}

extension GlibcRandom {
  /// A number in `0..<bound`, for bounds far below the 2³¹ numbers there are.
  mutating func index(below bound: Int) -> Int {
    Int(uniform() * Double(bound))
  }
}
