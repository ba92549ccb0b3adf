// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines
import Testing

@testable import LibFMFormats

@Suite("The checksum of what was read")
struct ContentChecksumTests {
  private typealias Row = [(id: UInt32, value: Float)]

  private func checksum(
    _ rows: [Row], _ targets: [Float] = [1, 2], featureCount: Int? = nil
  ) throws -> UInt64 {
    Checksum(of: try Dataset(rows: rows, targets: targets, featureCount: featureCount)).value
  }

  @Test("is that of equal data, and of no others")
  func datasets() throws {
    let rows: [Row] = [[(0, 1), (2, 0.5)], [(1, 1)]]
    #expect(try checksum(rows) == checksum(rows))
    let all = try [
      checksum(rows), checksum(rows, [1, 3]), checksum(rows, [2, 1]),
      checksum(rows, featureCount: 4), checksum([[(0, 1), (2, 0.25)], [(1, 1)]]),
      checksum([[(0, 1), (2, 1)], [(1, 1)]]), checksum([[(2, 0.5), (0, 1)], [(1, 1)]]),
      checksum([[(0, 1)], [(2, 0.5), (1, 1)]]), checksum([[(0, 1), (2, 0.5)], [(2, 1)]]),
      checksum(rows + [[]], [1, 2, 2]),
    ]
    #expect(Set(all).count == all.count)
    var shifted = try Dataset(rows: rows, targets: [1, 2])
    shifted.targetRange = TargetRange(lower: 1, upper: 3)
    #expect(Checksum(of: shifted).value != all[0])
  }

  @Test("has no part in what cases count, which has its own")
  func caseWeights() throws {
    let all = try [nil, [1, 1], [1, 2], [2, 1]].map {
      try Dataset(rows: [[(0, 1)], [(1, 1)]], targets: [1, 2], caseWeights: $0)
    }
    #expect(Set(all.map { Checksum(of: $0).value }).count == 1)
    #expect(Set(all.map { Checksum(ofCaseWeightsIn: $0).value }).count == all.count)
  }

  @Test("tells groups and relations apart")
  func groupsAndRelations() throws {
    let groups = try [[0, 0, 1], [0, 1, 1], [0, 0, 1, 1]].map { try FeatureGroups($0) }
    #expect(
      Set(groups.map { Checksum(of: $0).value }).count == groups.count)
    func relation(_ groups: FeatureGroups, train: [UInt32], test: [UInt32]) throws -> UInt64 {
      let matrix = try SparseMatrix(rows: [[(0, 1)], [(2, 1)]], columnCount: 3)
      return Checksum(
        of: Relation(
          matrix: matrix, groups: groups, trainMapping: try AlignedBuffer(train),
          testMapping: try AlignedBuffer(test))
      ).value
    }
    let all = try [
      relation(groups[0], train: [0, 1], test: [1]), relation(groups[1], train: [0, 1], test: [1]),
      relation(groups[0], train: [1, 1], test: [1]), relation(groups[0], train: [0, 1], test: [0]),
      relation(groups[0], train: [0], test: [1, 1]),
    ]
    #expect(Set(all).count == all.count)
    #expect(try all[0] == relation(groups[0], train: [0, 1], test: [1]))
  }
}
