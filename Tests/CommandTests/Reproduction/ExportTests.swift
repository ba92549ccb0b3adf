// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines
import Foundation
import LibFMFormats
import Testing

@testable import fm_reproduce

@Suite("fm-reproduce export")
struct ExportTests {
  @Test(
    "writes what libFM learns the same from, bit for bit",
    arguments: [
      "ml-100k-u3-ids", "ml-100k-u3-grouped", "ml-100k-u3-side", "ml-100k-u1-flipped",
      "ml-100k-random-k0", "ml-1m-sgd", "ml-1m-als", "ml-1m-flipped", "ml-10m-svd++",
      "ml-10m-timesvd++",
    ])
  func sameAsRun(name: String) throws {
    let tool = try ReproductionTests.tool()
    let options = words("\(name) --data mini --small --iterations 3 --seed 5")
    let run = try tool.run(["run"] + options + ["--rlog-dir", "."])
    run.expectSuccess()
    try tool.run(["export"] + options + ["--out", "out"]).expectSuccess()
    let libFM = try BuiltTool("libFM").executable.path
    let script = try BuiltTool(tool.url("out/run.sh").path, sharingFolderOf: tool)
    let learned = try script.run([libFM, "-threads", "1"])
    #expect(learned.status == 0, "\(learned)")
    #expect(
      try maskingTimes(tool.bytes("out/run.rlog")) == maskingTimes(tool.bytes("\(name).seed5.rlog"))
    )
    let experiment = try #require(Catalog.experiments.first { $0.name == name })
    let test = try #require(learned.lines.last { $0.contains("Test=") }?.split(separator: "=").last)
    let figure = experiment.published.metric.value(
      ofRootMeanSquaredError: try #require(Double(test)))
    let shown = try #require(run.outputText.firstMatch(of: /seed 5     \w+ ([0-9.]+),/)?.1)
    #expect((figure - (try #require(Double(shown)))).magnitude < 1e-4)
  }

  @Test("makes a relation's row of a user, the user's items and what is told of the user")
  func relation() throws {
    let tool = try ReproductionTests.tool()
    try tool.run(words("export ml-100k-u1-flipped --data mini --out out")).expectSuccess()
    let raw = try ["base", "test"].map { try ratings(tool, "mini/ml-100k/u1.\($0)") }
    for (column, key) in [(0, "user"), (1, "item")] {
      let content = try RelationReader(pool: WorkerPool(workerCount: 1)).read(
        prefix: tool.url("out/\(key)").path, trainCount: raw[0].count, testCount: raw[1].count)
      let relation = content.relation
      let parts = zip([relation.trainMapping, relation.testMapping], raw)
      var rowOfKey: [String: UInt32] = [:]
      for (mapping, ratings) in parts {
        for (row, rating) in zip(mapping, ratings) {
          #expect(rowOfKey[rating[column], default: row] == row)
          rowOfKey[rating[column]] = row
        }
      }
      #expect(Set(rowOfKey.values).count == rowOfKey.count)
      for (value, row) in rowOfKey {
        let members = Set(raw[0].filter { $0[column] == value }.map { $0[1 - column] })
        let weights = relation.matrix[Int(row)].map(\.value)
        let weight = Float(1 / Double(members.count).squareRoot())
        // The column itself and what is told of it weigh 1, the set 1/√n each.
        let ones = try ownFeatureCount(tool, key, value, isKnown: !members.isEmpty)
        #expect(weights.count == members.count + ones, "\(key) \(value)")
        if members.count > 1 { #expect(weights.count { $0 == weight } == members.count) }
      }
    }
    let train = try tool.read("out/train.libfm").split(separator: "\n").map(String.init)
    #expect(train == raw[0].map { $0[2] })
  }

  @Test("shuffles the training cases for gradient descent, and only these")
  func order() throws {
    let tool = try ReproductionTests.tool()
    let targets = try ["ml-1m-sgd", "ml-1m-als"].map { name in
      try tool.run(words("export \(name) --data mini --out \(name)")).expectSuccess()
      return try ["train", "test"].map { part in
        try tool.read("\(name)/\(part).libfm").split(separator: "\n")
      }
    }
    #expect(targets[0][0].count == 1_125 && targets[0][1].count == 375)
    #expect(targets[0][0].map(\.first) != targets[1][0].map(\.first))
    #expect(targets[0][0].map(\.first).sorted() == targets[1][0].map(\.first).sorted())
    #expect(targets[0][1].map(\.first) == targets[1][1].map(\.first))
  }

  /// The fields of the ratings of a file.
  private func ratings(_ tool: BuiltTool, _ path: String) throws -> [[String]] {
    try tool.read(path).split(separator: "\n").map { $0.split(separator: "\t").map(String.init) }
  }

  /// How many features a user or an item has beside its set: itself if training data have it, then age,
  /// occupation and region, or genres and year, all of which the small data have in the training part.
  private func ownFeatureCount(
    _ tool: BuiltTool, _ key: String, _ value: String, isKnown: Bool
  ) throws -> Int {
    if key == "user" { return 3 + (isKnown ? 1 : 0) }
    let item = try tool.read("mini/ml-100k/u.item").split(separator: "\n")
      .map { $0.split(separator: "|", omittingEmptySubsequences: false) }
      .first { $0[0] == value[...] }
    return try #require(item).dropFirst(5).count { $0 == "1" } + 1 + (isKnown ? 1 : 0)
  }
}

extension [Character?] {
  fileprivate func sorted() -> [Character] { compactMap(\.self).sorted() }
}
