// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import FactorizationMachines

@Suite("The order of shuffled cases")
struct BatchOrderTests {
  private static func epoch(_ order: BatchOrder, _ count: Int, piece: Int = .max) -> [Int] {
    var rows = Array(repeating: -1, count: count)
    order.beginEpoch()
    rows.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      var start = 0
      while start < count {
        let end = piece < count - start ? start + piece : count
        order.write(start..<end, to: base + start, pool: WorkerPool(workerCount: 2))
        start = end
      }
    }
    return rows
  }

  @Test("holds each case once", arguments: [1, 2, 3, 5, 16, 17, 100, 1_023, 1_025, 70_000])
  func isPermutation(count: Int) throws {
    let order = try BatchOrder(rowCount: count, random: GlibcRandom(seed: 4))
    let (first, second) = (Self.epoch(order, count), Self.epoch(order, count))
    #expect(first.sorted() == Array(0..<count))
    #expect(second.sorted() == Array(0..<count))
    if count >= 16 { #expect(first != second && first != Array(0..<count)) }
  }

  @Test("does not depend on the pieces in which it is asked for, but on the seed")
  func pieces() throws {
    func rows(seed: UInt32, piece: Int) throws -> [Int] {
      Self.epoch(
        try BatchOrder(rowCount: 5_000, random: GlibcRandom(seed: seed)), 5_000, piece: piece)
    }
    let whole = try rows(seed: 1, piece: .max)
    #expect(try rows(seed: 1, piece: 37) == whole)
    #expect(try rows(seed: 2, piece: .max) != whole)
  }

  @Test("brings every case to every place about equally often")
  func isUniform() throws {
    let (count, epochs) = (10, 20_000)
    let order = try BatchOrder(rowCount: count, random: GlibcRandom(seed: 7))
    var visits = Array(repeating: 0, count: count * count)
    var pairs = Array(repeating: 0, count: count * count)
    for _ in 0..<epochs {
      let rows = Self.epoch(order, count)
      for (place, row) in rows.enumerated() { visits[place * count + row] += 1 }
      pairs[rows[0] * count + rows[1]] += 1
    }
    // Each is binomial; six standard deviations and the bias of tables as small as these.
    let expected = Double(epochs) / Double(count)
    #expect(visits.allSatisfy { abs(Double($0) - expected) < 6 * expected.squareRoot() })
    #expect((0..<count).allSatisfy { pairs[$0 * count + $0] == 0 })
    #expect(pairs.filter { $0 > 0 }.count == count * (count - 1))
  }

  @Test("shuffles many cases in blocks, then within groups of blocks")
  func blocks() throws {
    // A window of 256 blocks, then one of two whole blocks and a part of one.
    let (block, count) = (1 << 14, 1 << 22 + 2 << 14 + 77)
    let rows = Self.epoch(
      try BatchOrder(rowCount: count, random: GlibcRandom(seed: 9)), count, piece: 1_000_003)
    var seen = Array(repeating: false, count: count)
    for row in rows { seen[row] = true }
    #expect(seen.allSatisfy { $0 })
    let last = Set(rows[(1 << 22)...].map { $0 / block })
    #expect(last.count == 3 && last.contains(258))
    #expect(last != [256, 257, 258])
    // The places of a block are spread over its window.
    let places = rows[..<(1 << 22)].enumerated().filter { $0.element / block == rows[0] / block }
    #expect(places.count == block)
    let mean = places.reduce(0.0) { $0 + Double($1.offset) } / Double(block)
    #expect(abs(mean / Double(1 << 22) - 0.5) < 0.02)
  }
}
