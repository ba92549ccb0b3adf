// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines
import LibFMFormats
import Testing

@testable import CSVConversion

@Suite("Weights of rows")
struct RowWeightingTests {
  private func table(_ folder: ScratchFolder) throws -> CSVTable {
    let rows = (0..<500).map { "c\($0 % 9),\(Double($0) / 8),\($0 % 3 - 1)\n" }.joined()
    return try folder.table("c,w,y\n" + rows)
  }

  private func encoder(_ table: CSVTable) throws -> Encoder {
    var options = EncoderOptions()
    options.roles = [.init("y", .target), .init("w", .ignored)]
    return try Encoder.fit(table, options: options, pool: WorkerPool(workerCount: 2))
  }

  private static let weightings: [(RowWeighting, @Sendable (Int) -> Double)] = [
    (.column("w"), { Double($0) / 8 }), (.positiveTargets(2.5), { $0 % 3 == 2 ? 2.5 : 1 }),
  ]

  @Test("are part of a data set, and lines of a file", arguments: [1, 2, 3])
  func inOrder(workers: Int) throws {
    let folder = try ScratchFolder()
    let table = try table(folder)
    let encoder = try encoder(table)
    let pool = WorkerPool(workerCount: workers)
    for (weighting, weight) in Self.weightings {
      let expected = (0..<500).map(weight)
      let dataset = try encoder.dataset(from: table, weighting: weighting, pool: pool)
      #expect(dataset.caseWeights.map(Array.init) == expected)
      #expect(dataset.featureCount == 9)
      let (file, weights) = (
        try WholeFile(folder.path + "/rows"), try WholeFile(folder.path + "/weights")
      )
      try encoder.encode(table, to: file, weights: (weighting, weights), pool: pool)
      try file.commit()
      try weights.commit()
      #expect(try folder.read("weights").split(separator: "\n").map { Double($0) } == expected)
    }
    #expect(try encoder.dataset(from: table, pool: pool).caseWeights == nil)
  }

  @Test("are written in the fewest digits that bring them back")
  func texts() throws {
    let folder = try ScratchFolder()
    let table = try folder.table("y,w\n1,3.0\n1,0.1\n1,-0\n1,1e-7\n1,12345678901\n")
    var options = EncoderOptions()
    options.roles = [.init("y", .target), .init("w", .ignored)]
    let pool = WorkerPool(workerCount: 1)
    let encoder = try Encoder.fit(table, options: options, pool: pool)
    let (file, weights) = (
      try WholeFile(folder.path + "/rows"), try WholeFile(folder.path + "/weights")
    )
    try encoder.encode(table, to: file, weights: (.column("w"), weights), pool: pool)
    try weights.commit()
    #expect(try folder.read("weights") == "3\n0.1\n0\n1e-07\n12345678901.0\n")
  }

  @Test("of positive targets need targets")
  func withoutTarget() throws {
    let folder = try ScratchFolder()
    let encoder = try encoder(try table(folder))
    let other = try folder.table("c\nc1\n", name: "other.csv")
    expectFormatError(saying: ["other.csv", "need a target column", "'y'"]) {
      _ = try encoder.dataset(
        from: other, weighting: .positiveTargets(2), pool: WorkerPool(workerCount: 1))
    }
  }
}
