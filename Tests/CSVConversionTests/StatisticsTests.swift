// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import CSVConversion

@Suite("Numbers of a column")
struct StatisticsTests {
  @Test("have the moments of a naive computation, however they are joined", arguments: 0..<10)
  func momentsAgree(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let numbers = (0..<500).map { _ in Double(random.index(below: 1_000_000)) / 7 - 40_000 }
    var joined = Moments()
    var start = 0
    while start < numbers.count {
      let end = min(numbers.count, start + 1 + random.index(below: 90))
      var part = Moments()
      for number in numbers[start..<end] { part.add(number) }
      joined.join(part)
      start = end
    }
    let mean = numbers.reduce(0, +) / 500
    let variance = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 500
    // Both are sums of 500 rounded terms of similar size.
    #expect(abs(joined.mean - mean) <= 1e-12 * 100_000)
    #expect(abs(joined.deviation - variance.squareRoot()) <= 1e-12 * 100_000)
    #expect(
      joined.count == 500 && joined.least == numbers.min() && joined.greatest == numbers.max())
  }

  @Test("that are all equal have no spread")
  func constantHasNoSpread() {
    var moments = Moments()
    for _ in 0..<3 { moments.add(0.1) }
    #expect(moments.deviation == 0)
    #expect(NumberScaling(.standardize, moments).value(0.1) == 0)
    #expect(NumberScaling(.minmax, moments).value(0.1) == 0)
  }

  @Test("fall into bins as numpy.quantile has them")
  func binsAreQuantiles() {
    let counts = [1.0, 2, 3, 4, 10].map { ($0, 1) }
    #expect(Quantiles.innerBorders(of: counts, binCount: 4) == [2, 3, 4])
    #expect(Quantiles.innerBorders(of: [(1.0, 1), (2.0, 1)], binCount: 2) == [1.5])
    #expect(Quantiles.innerBorders(of: [(1.0, 9), (2.0, 1)], binCount: 4) == [])
    #expect(Quantiles.innerBorders(of: [], binCount: 4) == [])
    let borders = [2.0, 3, 4]
    borders.withUnsafeBufferPointer { borders in
      let bins = [-5, 2, 2.5, 3, 4, 4.1, 99].map { Quantiles.bin(of: $0, borders: borders) }
      #expect(bins == [0, 0, 1, 1, 2, 3, 3])
    }
  }

  @Test("are counted like in a dictionary of strings", arguments: 0..<6)
  func dictionaryAgrees(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let dictionary = ByteDictionary()
    var expected: [String: (number: Int, count: Int, first: UInt64)] = [:]
    for position in 0..<5_000 {
      let length = random.index(below: 14)
      var text = String(
        (0..<length).map { _ in Character(["a", "b", "ü"][random.index(below: 3)]) })
      let number = text.withUTF8 { dictionary.add($0, at: UInt64(position)) }
      let known = expected[text] ?? (expected.count, 0, UInt64(position))
      expected[text] = (known.number, known.count + 1, known.first)
      #expect(number == known.number)
    }
    #expect(dictionary.count == expected.count)
    for (text, value) in expected {
      var text = text
      #expect(text.withUTF8 { dictionary.find($0) } == value.number)
      #expect(dictionary.string(value.number) == text)
      #expect(dictionary.occurrences(value.number) == value.count)
      #expect(dictionary.firstPosition(value.number) == value.first)
    }
    var absent = "absent"
    #expect(absent.withUTF8 { dictionary.find($0) } == nil)
  }

  @Test("are hashed as documented")
  func hashIsFixed() {
    // Computed from the description with Python's integers.
    #expect(FeatureHash(bits: 10).place(of: "".utf8) == 980)
    #expect(FeatureHash(bits: 10).place(of: "abc".utf8) == 55)
    #expect(FeatureHash(bits: 10, seed: 7).place(of: "abc".utf8) == 341)
  }

  @Test("share places about as often as chance has it")
  func collisionsAreLikely() throws {
    let hash = FeatureHash(bits: 12)
    let places = Set((0..<3_000).map { hash.place(of: String($0).utf8) })
    let likely = try #require(hash.likelyValueCount(occupied: places.count))
    // The estimate's deviation is about √(4096·(e^0.73 − 1.73)) ≈ 38.
    #expect(abs(likely - 3_000) < 150)
    #expect(hash.likelyValueCount(occupied: 4_096) == nil)
  }
}
