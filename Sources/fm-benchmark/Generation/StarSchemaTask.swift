// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport
import FactorizationMachines
import LibFMFormats

/// Writes ratings whose users and items are described by tables of their own, twice: as relations, and
/// joined to one flat table.
///
/// The relations are `PREFIX.user` and `PREFIX.item` for cases without features of their own,
/// `PREFIX.train.libfm`; the joined cases are `PREFIX.flat.train.libfm`. Both describe the same features
/// in the same order, so a machine learned from either is the same up to rounding.
struct StarSchemaTask {
  private let options: CaseGenerator.Options
  private let testRowCount: Int
  private let splitSeed: UInt64
  private let prefix: String
  private var tables: [DimensionTable]

  /// The relations, and how many features their rows have by default.
  static let standardTables = [(name: "user", width: 20), (name: "item", width: 30)]

  /// - Throws: a `CommandError` when the options do not fit together.
  init(
    _ flags: ParsedFlags, _ options: CaseGenerator.Options, testRowCount: Int, prefix: String
  )
    throws(CommandError)
  {
    self.options = options
    self.testRowCount = testRowCount
    self.prefix = prefix
    var random = SplitMix64(seed: options.seed &+ 1)
    splitSeed = random.next()
    tables = []
    for (standard, rowCount) in zip(Self.standardTables, [options.userCount, options.itemCount]) {
      let width = try flags.integer(
        "\(standard.name)-features", in: 1...1_000, default: standard.width)
      tables.append(
        DimensionTable(name: standard.name, rowCount: rowCount, width: width, using: &random))
    }
  }

  /// Writes all files; the cases appear when they are complete.
  func run() throws {
    var generator = CaseGenerator(options)
    var split = TestSplit(rowCount: options.rowCount, testRowCount: testRowCount, seed: splitSeed)
    let parts = try ["train", "test"].map { try StarSchemaPart(prefix, $0, tables) }
    var drawn = GeneratedCase()
    for _ in 0..<options.rowCount {
      generator.next(into: &drawn)
      let rows = [drawn.entries[0].level, drawn.entries[1].level]
      try parts[split.next() ? 1 : 0].append(target: drawn.target, rows: rows)
    }
    for part in parts { try part.commit() }
    let pool = WorkerPool(workerCount: 1)
    for table in tables {
      try BinaryMatrixWriter.write(
        try table.transposed(), to: "\(prefix)\(table.name).xt", pool: pool)
    }
  }
}

/// The table of one dimension: each row has its own feature and some attributes of few levels.
struct DimensionTable {
  let name: String
  let featureCount: Int

  /// The features of each row, ascending.
  let rows: [[Int]]

  /// The levels of each attribute.
  private static let levelCount = 20

  init(name: String, rowCount: Int, width: Int, using random: inout SplitMix64) {
    self.name = name
    featureCount = rowCount + (width - 1) * Self.levelCount
    rows = (0..<rowCount).map { row in
      [row]
        + (0..<width - 1).map { attribute in
          rowCount + attribute * Self.levelCount + random.index(below: Self.levelCount)
        }
    }
  }

  /// The table by features, as relations are stored.
  func transposed() throws -> SparseMatrix {
    var columns = Array(repeating: [(id: UInt32, value: Float)](), count: featureCount)
    for (row, features) in rows.enumerated() {
      for feature in features { columns[feature].append((UInt32(row), 1)) }
    }
    return try SparseMatrix(rows: columns, columnCount: rows.count)
  }
}

/// The training or test cases in both forms.
private final class StarSchemaPart {
  private let files: [WholeFile]
  private let joinedRows: [[String]]

  init(_ prefix: String, _ part: String, _ tables: [DimensionTable]) throws {
    let names =
      ["\(part).libfm", "flat.\(part).libfm"] + tables.map { "\($0.name).\(part)" }
    files = try names.map { try WholeFile(prefix + $0) }
    var offset = 0
    joinedRows = tables.map { table in
      defer { offset += table.featureCount }
      return table.rows.map { row in row.map { " \($0 + offset):1" }.joined() }
    }
  }

  func append(target: Double, rows: [Int]) throws {
    try files[0].write(target)
    try files[0].write("\n")
    try files[1].write(target)
    for (table, row) in rows.enumerated() {
      try files[1].write(joinedRows[table][row])
      try files[2 + table].write("\(row)\n")
    }
    try files[1].write("\n")
  }

  func commit() throws {
    for file in files { try file.commit() }
  }
}
