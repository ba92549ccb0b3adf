// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import triple_format_to_libfm

@Suite("The dictionary of features")
struct FeatureDictionaryTests {
  /// A group and a text.
  private struct Pair: Hashable {
    var group: Int
    var text: [UInt8]
  }

  @Test("numbers pairs as a plain dictionary does", arguments: [1, 2, 3])
  func agreesWithDictionary(seed: UInt64) {
    var state = seed
    func draw(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    var known: [Pair: Int] = [:]
    var features = FeatureDictionary()
    var differences = 0
    for _ in 0..<30_000 {
      let length = draw(4) == 0 ? draw(40) : draw(18)
      let text = (0..<length).map { _ in UInt8(draw(8) == 0 ? draw(256) : 0) }
      let pair = Pair(group: draw(3), text: text)
      let expected = known[pair, default: known.count]
      known[pair] = expected
      let number = text.withUnsafeBytes { features.number(group: pair.group, text: $0) }
      if number != expected { differences += 1 }
    }
    #expect(differences == 0)
    #expect(features.count == known.count)
    #expect(known.count > 5_000)
  }
}
