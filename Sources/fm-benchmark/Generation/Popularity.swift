// SPDX-License-Identifier: Apache-2.0

/// Draws levels of a field as often as they are popular, in constant time.
///
/// The weight of the level of rank *r* is 1 / (*r* + shift): the law of Zipf and Mandelbrot with
/// exponent 1. A shift of 1/20 of the users and 1/50 of the items comes close to the head, the median
/// and the tail of published movie ratings. Levels are numbered independently of their popularity.
///
/// The draw is Walker's alias method (Vose 1991).
struct Popularity {
  /// The level kept, the one taken otherwise, and the probability of keeping.
  private struct Slot {
    var keep: Double
    var level: UInt32
    var other: UInt32
  }

  private var slots: [Slot]

  /// - Parameters:
  ///   - levelCount: the number of levels; at least 1.
  ///   - shift: the greater, the less popular the most popular.
  ///   - random: decides which level is how popular.
  init(levelCount: Int, shift: Double, using random: inout SplitMix64) {
    let weights = (0..<levelCount).map { 1 / (Double($0) + 1 + shift) }
    let scale = Double(levelCount) / weights.reduce(0, +)
    var remaining = weights.map { $0 * scale }
    var levels = (0..<UInt32(levelCount)).map { $0 }
    for last in stride(from: levelCount - 1, to: 0, by: -1) {
      levels.swapAt(last, random.index(below: last + 1))
    }
    slots = levels.map { Slot(keep: 1, level: $0, other: $0) }
    var poor = remaining.indices.filter { remaining[$0] < 1 }
    var rich = remaining.indices.filter { remaining[$0] >= 1 }
    while let giver = rich.last, let taker = poor.popLast() {
      slots[taker].keep = remaining[taker]
      slots[taker].other = levels[giver]
      remaining[giver] -= 1 - remaining[taker]
      if remaining[giver] < 1 {
        rich.removeLast()
        poor.append(giver)
      }
    }
  }

  /// A level, 0 ≤ level < levelCount.
  func draw(using random: inout SplitMix64) -> Int {
    let slot = slots[random.index(below: slots.count)]
    return Int(random.uniform() < slot.keep ? slot.level : slot.other)
  }
}
