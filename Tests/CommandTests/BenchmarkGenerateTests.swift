// SPDX-License-Identifier: Apache-2.0

import Testing

@Suite("fm-benchmark generate")
struct BenchmarkGenerateTests {
  /// A row of a generated file.
  struct Row {
    var target: Double
    var entries: [(id: Int, value: Double)]
  }

  @Test("writes the sample that ships")
  func writesSample() throws {
    let tool = try BuiltTool("fm-benchmark")
    let options = "generate ratings --rows 20000 --users 700 --items 400 --half-steps --seed 1"
    try tool.run(words(options) + ["--out", "./"]).expectSuccess()
    for name in ["train.libfm", "test.libfm"] {
      try tool.copy("testdata/ratings/\(name)", to: "shipped.\(name)")
      #expect(try tool.bytes(name) == tool.bytes("shipped.\(name)"), "\(name)")
    }
  }

  @Test(
    "writes the small MovieLens data that ship",
    arguments: [
      ("ml-100k", "ml-100k", "--rows 1200 --users 60 --items 80"),
      ("ml-1m", "ml-1m", "--rows 1500 --users 60 --items 120"),
      ("ml-10m", "ml-10M100K", "--rows 1500 --users 60 --items 120"),
    ])
  func writesMovieLens(layout: String, folder: String, sizes: String) throws {
    let tool = try BuiltTool("fm-benchmark")
    try tool.run(words("generate movielens --layout \(layout) \(sizes) --out .")).expectSuccess()
    let written = try tool.files()
    try tool.copy("testdata/movielens-mini/\(folder)", to: "shipped/\(folder)")
    #expect(try tool.files() == (written + written.map { "shipped/" + $0 }).sorted())
    for name in written {
      #expect(try tool.bytes(name) == tool.bytes("shipped/" + name), "\(name)")
    }
  }

  @Test(
    "refuses flags that would do nothing",
    arguments: [
      ("movielens --ids by-field", "--ids does not go with movielens"),
      ("movielens --layout ml-2m", "--layout: expected one of ml-100k, ml-1m, ml-10m"),
      ("ratings --layout ml-1m --rows 10 --users 9 --items 9", "--layout only goes with movielens"),
    ])
  func refusesFlags(options: String, message: String) throws {
    let tool = try BuiltTool("fm-benchmark")
    try tool.run(words("generate \(options) --out .")).expectFailure(64, saying: message)
    #expect(try tool.files().isEmpty)
  }

  @Test("splits exactly, users first, then items, each pair once")
  func ratings() throws {
    let (train, test) = try generate("ratings --rows 3000 --users 200 --items 100 --seed 7")
    #expect(train.count == 2_700)
    #expect(test.count == 300)
    let rows = train + test
    #expect(
      rows.allSatisfy { row in
        row.entries.count == 2 && (0..<200).contains(row.entries[0].id)
          && (200..<300).contains(row.entries[1].id)
          && row.entries.allSatisfy { $0.value == 1 }
      })
    #expect(rows.allSatisfy { [1, 2, 3, 4, 5].contains($0.target) })
    #expect(Set(rows.map { $0.entries[0].id * 1_000 + $0.entries[1].id }).count == rows.count)
  }

  @Test("makes some items far more popular than others, wherever their ids are")
  func popularity() throws {
    let (train, _) = try generate("ratings --rows 20000 --users 2000 --items 500")
    var counts = [Int](repeating: 0, count: 500)
    for row in train { counts[row.entries[1].id - 2_000] += 1 }
    let sorted = counts.sorted(by: >)
    #expect(sorted[0] > 10 * sorted[250])
    // The head is not at the beginning: the most popular twentieth has its share of the first half.
    let head = counts.indices.filter { counts[$0] >= sorted[25] }
    #expect((5...20).contains(head.filter { $0 < 250 }.count))
  }

  @Test("numbers features in the order in which they appear")
  func firstAppearance() throws {
    let (train, _) = try generate(
      "ratings --rows 500 --users 50 --items 60 --test-fraction 0 --ids first-appearance")
    var next = 0
    for id in train.flatMap({ $0.entries.map(\.id) }) {
      #expect(id <= next)
      if id == next { next += 1 }
    }
    #expect(next > 90)
  }

  @Test(
    "adds columns, sets and dense columns",
    arguments: [
      ("ratings --columns 8", 8...8), ("sets", 12...52), ("dense --columns 5", 7...7),
    ])
  func shapes(options: String, widths: ClosedRange<Int>) throws {
    let (train, _) = try generate("\(options) --rows 300 --users 100 --items 300")
    #expect(train.allSatisfy { widths.contains($0.entries.count) })
    for row in train where options == "sets" {
      let sum = row.entries.dropFirst(2).reduce(0) { $0 + $1.value }
      #expect((0.999...1.001).contains(sum))
      #expect(Set(row.entries.map(\.id)).count == row.entries.count)
    }
  }

  @Test("gives both classes")
  func classification() throws {
    let (train, _) = try generate("ratings --classification --rows 500 --users 50 --items 60")
    #expect(Set(train.map(\.target)) == [-1, 1])
  }

  @Test(
    "says what does not fit and leaves nothing",
    arguments: [
      ("films --rows 10 --users 5 --items 5", "unknown shape 'films'"),
      ("ratings --users 5 --items 5", "--rows is missing"),
      ("ratings --rows 0 --users 5 --items 5", "--rows: 0 is out of range"),
      ("ratings --rows 10 --users 5 --items 5", "a quarter of all pairs"),
      ("ratings --rows 10 --users 50 --items 50 --test-fraction 1", "--test-fraction"),
      ("ratings --rows 10 --users 50 --items 50 --ids sorted", "--ids"),
      ("sets --rows 10 --users 50 --items 50", "--items"),
    ])
  func mistakes(options: String, message: String) throws {
    let tool = try BuiltTool("fm-benchmark")
    let run = try tool.run(words("generate \(options) --out x"))
    run.expectFailure(64, saying: "fm-benchmark generate: ", message)
    #expect(try tool.files().isEmpty)
  }

  private func generate(_ options: String) throws -> (train: [Row], test: [Row]) {
    let tool = try BuiltTool("fm-benchmark")
    try tool.run(words("generate \(options) --out x")).expectSuccess()
    return (try rows(tool.read("x.train.libfm")), try rows(tool.read("x.test.libfm")))
  }

  private func rows(_ text: String) throws -> [Row] {
    try text.split(separator: "\n").map { line in
      let cells = line.split(separator: " ")
      return Row(
        target: try #require(Double(cells[0])),
        entries: try cells.dropFirst().map { cell in
          let parts = cell.split(separator: ":")
          return (try #require(Int(parts[0])), try #require(Double(parts[1])))
        })
    }
  }
}
