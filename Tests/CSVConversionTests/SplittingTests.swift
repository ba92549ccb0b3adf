// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines
import LibFMFormats
import Testing

@testable import CSVConversion

/// The cells of one column in the order of the rows.
private func column(_ name: String, of table: CSVTable) throws -> [String] {
  var cells: [String] = []
  let place = try table.column(name)
  try table.forEachRow { block, row in
    cells.append(String(decoding: block.bytes(row: row, column: place), as: UTF8.self))
    return nil
  }
  return cells
}

@Suite("A table that is split or shuffled")
struct SplittingTests {
  private let folder: ScratchFolder
  private let table: CSVTable
  private let missing = MissingValues()

  init() throws {
    folder = try ScratchFolder()
    let rows = (0..<1_000).map { "\($0),u\($0 * 7 % 50),\"a\n\"\"b\",\(($0 * 37) % 1_000)" }
    table = try folder.table("n,user,text,time\n" + rows.joined(separator: "\n"))
  }

  @Test("by rows has the share wanted, in order, and the same with the same seed")
  func splitsRows() throws {
    let parts = try TableSplit(.rows, testShare: 0.25, seed: 3).apply(to: table, missing: missing)
    let (train, test) = (try column("n", of: parts.train), try column("n", of: parts.test))
    #expect(test.count == 250)
    #expect(Set(train + test).count == 1_000)
    #expect(train.compactMap(Int.init) == train.compactMap(Int.init).sorted())
    #expect(test.compactMap(Int.init) == test.compactMap(Int.init).sorted())
    let again = try TableSplit(.rows, testShare: 0.25, seed: 3).apply(to: table, missing: missing)
    #expect(try column("n", of: again.test) == test)
    let other = try TableSplit(.rows, testShare: 0.25, seed: 4).apply(to: table, missing: missing)
    #expect(try column("n", of: other.test) != test)
  }

  @Test("by values has no value on both sides")
  func splitsValues() throws {
    let parts = try TableSplit(.values(column: "user"), testShare: 0.2)
      .apply(to: table, missing: missing)
    let (train, test) = (try column("user", of: parts.train), try column("user", of: parts.test))
    #expect(Set(train).isDisjoint(with: Set(test)))
    #expect(test.count == 200)
  }

  @Test("by time has the latest rows as its test")
  func splitsByTime() throws {
    let parts = try TableSplit(.time(column: "time"), testShare: 0.1)
      .apply(to: table, missing: missing)
    let test = try column("time", of: parts.test).compactMap(Int.init)
    let train = try column("time", of: parts.train).compactMap(Int.init)
    #expect(test.count == 100)
    #expect((train.max() ?? 0) < (test.min() ?? 0))
  }

  @Test("in random order has all rows, cells with line breaks whole")
  func shuffles() throws {
    let shuffled = try table.shuffled(seed: 9)
    let order = try column("n", of: shuffled)
    #expect(Set(order).count == 1_000)
    #expect(try column("n", of: table) != order)
    #expect(try column("text", of: shuffled).allSatisfy { $0 == "a\n\"b" })
    #expect(try column("n", of: try table.shuffled(seed: 9)) == order)
  }

  @Test("names the place of an error in the file, not in the selection")
  func namesPlaces() throws {
    let broken = try folder.table("n,x\n1,5\n\n\"2\n\",6\n3,bad\n4,7", name: "broken.csv")
    var options = EncoderOptions()
    options.roles = [.init("x", .number(.raw))]
    options.allowsMissingTarget = true
    let settings = options
    for seed in 0..<6 as Range<UInt64> {
      expectFormatError(line: 6, column: 3, saying: ["'bad'"]) {
        _ = try Encoder.fit(
          try broken.shuffled(seed: seed), options: settings, pool: WorkerPool(workerCount: 2))
      }
    }
  }
}

@Suite("Events")
struct EventCountingTests {
  private let folder: ScratchFolder
  private let table: CSVTable

  init() throws {
    folder = try ScratchFolder()
    table = try folder.table(
      "os,id,app\nios,1.0,\"a,b\"\nios,1,\"a,b\"\nweb,2,x\nios,1,x\nweb,2,x\nweb,,x\n")
  }

  private func rows(_ counting: EventCounting) throws -> [[String]] {
    let counted = try counting.apply(to: table, missing: MissingValues())
    return try counted.columns.map { try column($0, of: counted) }
  }

  @Test("are counted by combination, whole numbers as such")
  func counts() throws {
    #expect(
      try rows(EventCounting(columns: ["os", "id", "app"])) == [
        ["ios", "web", "ios", "web"], ["1", "2", "1", ""], ["a,b", "x", "x", "x"],
        ["2", "2", "1", "1"],
      ])
  }

  @Test("that do not occur have the count 0")
  func fillsZeros() throws {
    #expect(
      try rows(EventCounting(columns: ["os", "app"], filledColumn: "app")) == [
        ["ios", "ios", "web", "web"], ["a,b", "x", "a,b", "x"], ["2", "1", "0", "3"],
      ])
    #expect(
      try rows(EventCounting(columns: ["os", "id"], filledColumn: "id")) == [
        ["ios", "ios", "web", "web", "web"], ["1", "2", "1", "2", ""], ["3", "0", "0", "2", "1"],
      ])
  }

  @Test("that would make too many rows are refused")
  func refusesTooMany() throws {
    expectFormatError(saying: ["4 rows", "at most 3", "--max-rows"]) {
      _ = try rows(
        EventCounting(columns: ["os", "app"], filledColumn: "app", maximumRowCount: 3))
    }
  }
}
