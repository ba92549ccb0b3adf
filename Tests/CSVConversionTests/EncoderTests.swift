// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines
import LibFMFormats
import Testing

@testable import CSVConversion

private func options(_ change: (inout EncoderOptions) -> Void) -> EncoderOptions {
  var options = EncoderOptions()
  options.allowsMissingTarget = true
  change(&options)
  return options
}

/// The rows that a table becomes.
private func text(
  _ encoder: Encoder, _ table: CSVTable, in folder: ScratchFolder, workerCount: Int = 1
) throws -> [String] {
  let file = try WholeFile(folder.path + "/rows.libfm")
  try encoder.encode(table, to: file, pool: WorkerPool(workerCount: workerCount))
  try file.commit()
  return try folder.read("rows.libfm").split(separator: "\n").map(String.init)
}

private let pool = WorkerPool(workerCount: 1)

@Suite("An encoder")
struct EncoderTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var train: String
    var test = ""
    var change: @Sendable (inout EncoderOptions) -> Void
    var rows: [String]
    var testDescription: String { name }
  }

  static let cases: [Case] = [
    Case(
      name: "numbers categories by first appearance", train: "y,id\n1,b\n2,a\n3,b\n",
      change: { $0.roles = [.init("y", .target)] }, rows: ["1 0:1", "2 1:1", "3 0:1"]),
    Case(
      name: "takes 196.0 for 196 among whole numbers", train: "id\n196.0\n7\n",
      test: "id\n196\n7.0\n8\n", change: { $0.roles = [.init("id", .category)] },
      rows: ["0 0:1", "0 1:1", "0"]),
    Case(
      name: "keeps 196.0 apart from 196 among texts", train: "id\n196.0\n196\nx\n",
      change: { $0.roles = [.init("id", .category)] }, rows: ["0 0:1", "0 1:1", "0 2:1"]),
    Case(
      name: "sends unknown values to the bucket", train: "c\na\nb\n", test: "c\nz\nb\ny\n",
      change: { $0.unknown = .bucket }, rows: ["0 2:1", "0 1:1", "0 2:1"]),
    Case(
      name: "sends rare values to the bucket and ignores unknown ones", train: "c\na\nb\na\n",
      test: "c\nz\nb\na\n", change: { $0.minimumCount = 2 }, rows: ["0", "0 1:1", "0 0:1"]),
    Case(
      name: "gives missing categories a feature", train: "c,d\na,\n,x\n",
      change: { $0.missingAsCategory = true }, rows: ["0 0:1 3:1", "0 1:1 2:1"]),
    Case(
      name: "gives missing numbers a feature", train: "n\n5\n\n",
      change: {
        $0.roles = [.init("n", .number(.raw))]
        $0.missingIndicator = true
      },
      rows: ["0 0:5"]),
    Case(
      name: "scales by least and greatest", train: "n\n2\n4\n3\n", test: "n\n2\n4\n6\n",
      change: { $0.roles = [.init("n", .number(.minmax))] }, rows: ["0", "0 0:1", "0 0:2"]),
    Case(
      name: "standardizes by the population", train: "n\n1\n3\n",
      change: { $0.roles = [.init("n", .number(.standardize))] }, rows: ["0 0:-1", "0 0:1"]),
    Case(
      name: "puts numbers into bins, missing ones into their own",
      train: "n,k\n1,a\n2,a\n3,a\n4,a\n",
      test: "n,k\n0,a\n2.5,a\n,a\n9,a\n",
      change: { $0.roles = [.init("n", .number(.bins(2))), .init("k", .ignored)] },
      rows: ["0 0:1", "0 0:1", "0 2:1", "0 1:1"]),
    Case(
      name: "weighs sets by their known distinct items", train: "g\na|b|a\nc\n",
      test: "g\nb|z|a\n\n|c|\n",
      change: { $0.roles = [.init("g", .set(separator: "|", weight: .mean))] },
      rows: ["0 0:0.5 1:0.5", "0 2:1"]),
    Case(
      name: "takes booleans for numbers where they are named so", train: "b\nTrue\nFalse\n",
      change: { $0.roles = [.init("b", .number(.raw))] }, rows: ["0 0:1", "0"]),
    Case(
      name: "maps two values to 1 and -1", train: "y,c\nno,a\nyes,a\n",
      change: {
        $0.roles = [.init("y", .target)]
        $0.positive = "yes"
      }, rows: ["-1 0:1", "1 0:1"]),
    Case(
      name: "begins with feature 1 if told", train: "c\na\nb\n",
      change: { $0.firstFeature = 1 }, rows: ["0 1:1", "0 2:1"]),
    Case(
      name: "adds the set of the key in the fitting rows", train: "u,i\n1,a\n1,b\n2,b\n",
      test: "u,i\n2,a\n3,b\n1,c\n",
      change: {
        $0.roles = [.init("u", .category), .init("i", .category)]
        $0.implicitPairs = [.init(key: "u", items: "i")]
      },
      rows: ["0 1:1 2:1 5:1", "0 3:1", "0 0:1 4:0.70710677 5:0.70710677"]),
    Case(
      name: "drops the index and what has no values", train: ",a,b\n0,x,\n1,y,\n",
      change: { _ in }, rows: ["0 0:1", "0 1:1"]),
    Case(
      name: "uses only named columns if told", train: "a,b\nx,y\n",
      change: {
        $0.ignoresUnnamed = true
        $0.roles = [.init("b", .category)]
      }, rows: ["0 0:1"]),
  ]

  @Test("encodes rows", arguments: cases)
  func encodes(_ test: Case) throws {
    let folder = try ScratchFolder()
    let train = try folder.table(test.train)
    let encoder = try Encoder.fit(train, options: options(test.change), pool: pool)
    let table = test.test.isEmpty ? train : try folder.table(test.test, name: "test.csv")
    #expect(try text(encoder, table, in: folder) == test.rows)
  }

  @Test("saved and loaded encodes the same", arguments: cases)
  func roundTrips(_ test: Case) throws {
    let folder = try ScratchFolder()
    let train = try folder.table(test.train)
    try Encoder.fit(train, options: options(test.change), pool: pool)
      .save(to: folder.path + "/encoder")
    let encoder = try Encoder(loadingFrom: folder.path + "/encoder")
    let table = test.test.isEmpty ? train : try folder.table(test.test, name: "test.csv")
    #expect(try text(encoder, table, in: folder) == test.rows)
    try encoder.save(to: folder.path + "/again")
    for name in ["schema.json", "features.tsv"] {
      #expect(try folder.read("encoder/" + name) == folder.read("again/" + name))
    }
  }

  @Test("does not depend on the number of workers, also when the content of a column surprises")
  func isIndependentOfWorkers() throws {
    let folder = try ScratchFolder()
    var random = SeededRandom(seed: 4)
    var lines = ["user_id,word,x,late,rating"]
    for row in 0..<30_000 {
      let late = row == 29_999 ? "text" : "\(random.index(below: 9))"
      lines.append(
        "\(random.index(below: 4_000)),w\(random.index(below: 700)) and more,"
          + "\(Double(random.index(below: 10_000)) / 64),\(late),\(random.index(below: 5))")
    }
    let table = try folder.table(lines.joined(separator: "\n"))
    let settings = options { $0.roles = [.init("rating", .target)] }
    var results: [[String]] = []
    var features: [String] = []
    for workerCount in [1, 2, 3, 7] {
      let pool = WorkerPool(workerCount: workerCount)
      let encoder = try Encoder.fit(table, options: settings, pool: pool)
      #expect(encoder.schema.columns[3].role == .category)
      try encoder.save(to: folder.path + "/encoder")
      features.append(try folder.read("encoder/features.tsv") + folder.read("encoder/schema.json"))
      results.append(try text(encoder, table, in: folder, workerCount: workerCount))
    }
    #expect(results.allSatisfy { $0 == results[0] } && results[0].count == 30_000)
    #expect(features.allSatisfy { $0 == features[0] })
  }

  @Test("yields the data set that reading its text yields")
  func makesDatasets() throws {
    let folder = try ScratchFolder()
    let table = try folder.table("y,c,g,n\n1,a,p|q,0.5\n2,b,q,\n3,a,,2\n")
    let encoder = try Encoder.fit(
      table,
      options: options {
        $0.roles = [
          .init("y", .target), .init("g", .set(separator: "|", weight: .sum)),
          .init("n", .number(.raw)),
        ]
      }, pool: pool)
    let dataset = try encoder.dataset(from: table, pool: pool)
    let rows = try text(encoder, table, in: folder)
    for row in 0..<3 {
      let entries = dataset.matrix[row].map { "\($0.id):\(FloatTextForTest.text($0.value))" }
      let line = ([FloatTextForTest.text(dataset.targets.base[row])] + entries)
      #expect(line.joined(separator: " ") == rows[row])
    }
    #expect(dataset.featureCount == 5)
    #expect(dataset.targetRange == TargetRange(lower: 1, upper: 3))
  }

  @Test("extended by new values keeps the ids of the old ones")
  func extends() throws {
    let folder = try ScratchFolder()
    let train = try folder.table("c,d\na,x\nb,x\n")
    let test = try folder.table("c,d\nq,x\na,z\np,z\n", name: "test.csv")
    let encoder = try Encoder.fit(train, options: options { $0.unknown = .new }, pool: pool)
      .extended(by: test, pool: pool)
    #expect(try text(encoder, test, in: folder) == ["0 3:1 2:1", "0 0:1 5:1", "0 4:1 5:1"])
    #expect(encoder.groups() == [0, 0, 1, 0, 0, 1])
    try encoder.save(to: folder.path + "/encoder")
    let loaded = try Encoder(loadingFrom: folder.path + "/encoder")
    #expect(try text(loaded, test, in: folder) == ["0 3:1 2:1", "0 0:1 5:1", "0 4:1 5:1"])
  }

  @Test(
    "says what it cannot use",
    arguments: [
      ("y,n\n1,2\n1,x\n", 3, 3, "'x' in column 'n' is not a number"),
      ("y,n\n1,2\nz,2\n", 3, 1, "'z' in the target column 'y' is not a finite number"),
      ("y,n\n1,2\n,2\n", 3, 1, "the target 'y' is missing"),
      ("y,n\n1,inf\n", 2, 3, "'inf' in column 'n' is not finite"),
      ("y,n\nno,1\nyes,1\n", 2, 1, "text with the values 'no', 'yes'"),
    ])
  func saysWhatIsWrong(text: String, line: Int, column: Int, message: String) throws {
    let folder = try ScratchFolder()
    let extra = text.hasPrefix("y,n\n1,2\nz") ? "zz,2\nzzz,2\n" : ""
    expectFormatError(line: line, column: column, saying: [message]) {
      var options = EncoderOptions()
      options.roles = [.init("y", .target), .init("n", .number(.raw))]
      _ = try Encoder.fit(try folder.table(text + extra), options: options, pool: pool)
    }
  }

  @Test("refuses contradicting roles and targets")
  func refusesContradictions() throws {
    let folder = try ScratchFolder()
    let table = try folder.table("a,b\n1,2\n")
    let contradictions: [([EncoderOptions.NamedRole], String)] = [
      ([.init("a", .target), .init("b", .target)], "two targets: 'a' and 'b'"),
      ([.init("a", .target), .init("a", .category)], "given two roles"),
      ([.init("x", .category)], "no column 'x'"),
      ([.init("a", .category)], "no column is named as the target"),
    ]
    for (roles, message) in contradictions {
      expectFormatError(saying: [message]) {
        var options = EncoderOptions()
        options.roles = roles
        _ = try Encoder.fit(table, options: options, pool: pool)
      }
    }
  }

  @Test("refuses a target without the positive value or with a third one")
  func refusesOtherTargets() throws {
    let folder = try ScratchFolder()
    let settings = options {
      $0.roles = [.init("y", .target)]
      $0.positive = "yes"
    }
    expectFormatError(saying: ["never is 'yes'", "'no', 'nay'"]) {
      _ = try Encoder.fit(try folder.table("y,c\nno,a\nnay,a\n"), options: settings, pool: pool)
    }
    expectFormatError(saying: ["more than two values: 'yes', 'no', 'maybe'"]) {
      _ = try Encoder.fit(
        try folder.table("y,c\nyes,a\nno,a\nmaybe,a\n"), options: settings, pool: pool)
    }
    let encoder = try Encoder.fit(
      try folder.table("y,c\nyes,a\nno,a\n"), options: settings, pool: pool)
    expectFormatError(line: 2, column: 1, saying: ["'what' is neither"]) {
      _ = try text(encoder, try folder.table("y,c\nwhat,a\n", name: "test.csv"), in: folder)
    }
  }

  @Test(
    "of another version or damaged is refused",
    arguments: [
      ("\"version\" : 1", "\"version\" : 2", "version 2; expected version 1"),
      ("{", "[", "no saved encoder"),
      ("\"unknown\" : \"ignore\"", "\"unknown\" : \"x\"", "damaged"),
      ("\"featureCount\" : 2", "\"featureCount\" : -2", "damaged"),
    ])
  func refusesDamage(found: String, replacement: String, message: String) throws {
    let folder = try ScratchFolder()
    let table = try folder.table("c\na\nb\n")
    try Encoder.fit(table, options: options { _ in }, pool: pool).save(to: folder.path + "/e")
    let schema = try folder.read("e/schema.json")
    try folder.write("e/schema.json", schema.replacing(found, with: replacement))
    expectFormatError(saying: [message]) { _ = try Encoder(loadingFrom: folder.path + "/e") }
  }
}

private enum FloatTextForTest {
  static func text(_ value: Float) -> String {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 32) { buffer in
      guard let base = buffer.baseAddress else { return "" }
      let count = FloatText.write(value, to: base)
      return String(decoding: buffer[..<count], as: UTF8.self)
    }
  }
}
