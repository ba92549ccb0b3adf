// SPDX-License-Identifier: Apache-2.0

/// Makes inputs for parsers from examples.
///
/// Bytes are changed, words put in, parts cut out, doubled or taken from another example. The same
/// seed gives the same inputs.
struct InputMutator {
  private(set) var random: SplitMix64
  private let examples: [[UInt8]]
  private let words: [[UInt8]]

  init(seed: UInt64, examples: [String], words: [String]) {
    random = SplitMix64(seed: seed)
    self.examples = examples.map { Array($0.utf8) }
    self.words = words.map { Array($0.utf8) }
  }

  /// The next input, one to four changes away from an example.
  mutating func next() -> [UInt8] {
    var input = examples[below(examples.count)]
    for _ in 0...below(4) { change(&input) }
    return input
  }

  /// A number in `0..<bound`.
  mutating func below(_ bound: Int) -> Int { random.below(bound) }

  private mutating func change(_ input: inout [UInt8]) {
    let place = below(input.count + 1)
    switch below(9) {
    case 0 where place < input.count: input[place] ^= 1 << UInt8(below(8))
    case 1 where place < input.count: input[place] = UInt8(below(256))
    case 2 where place < input.count:
      input.removeSubrange(place..<min(input.count, place + 1 + below(6)))
    case 3:
      let end = min(input.count, place + 1 + below(20))
      input.insert(contentsOf: Array(input[place..<end]), at: place)
    case 4:
      let other = examples[below(examples.count)]
      let start = below(other.count + 1)
      let end = min(other.count, start + below(30))
      input.insert(contentsOf: other[start..<end], at: place)
    case 5 where below(4) == 0: input.removeSubrange(place...)
    case 6 where place < input.count: input[place] = words[below(words.count)].first ?? 0
    default: input.insert(contentsOf: words[below(words.count)], at: place)
    }
  }
}
