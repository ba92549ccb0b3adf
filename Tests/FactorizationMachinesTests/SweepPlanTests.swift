// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import FactorizationMachines

@Suite("Training data prepared for sweeps")
struct SweepPlanTests {
  private typealias Row = [(id: UInt32, value: Float)]

  private func matrix(_ kind: ProblemKind, rowCount: Int = 50) throws -> SparseMatrix {
    var random = SplitMix64(seed: 3)
    return try SparseMatrix(rows: kind.rows(rowCount, using: &random))
  }

  @Test("have the entries of each column in row order", arguments: ProblemKind.allCases)
  func columns(kind: ProblemKind) throws {
    let matrix = try matrix(kind)
    var expected = Array(repeating: [[Float]](), count: matrix.columnCount)
    for row in 0..<matrix.rowCount {
      for (id, value) in matrix[row] { expected[Int(id)].append([Float(row), value]) }
    }
    for workers in [1, 2, 3, 7] {
      let view = try ColumnView(matrix, pool: WorkerPool(workerCount: workers))
      let columns = (0..<view.columnCount).map { column in
        (view.offsets.base[column]..<view.offsets.base[column + 1]).map {
          [Float(view.rows.base[$0]), view.values?.base[$0] ?? 1]
        }
      }
      #expect(columns == expected)
    }
  }

  @Test("have ascending ids in each row, repeated ones in their order")
  func ascendingRows() throws {
    let wide: Row = (0..<40).map { (UInt32(($0 * 7) % 20), Float($0)) }
    let rows: [Row] = [[(5, 1), (2, 2), (5, 3), (0, 4)], [], [(1, 1), (1, 2)], wide]
    let sorted = try SparseMatrix(rows: rows).withAscendingRows(
      pool: WorkerPool(workerCount: 2))
    for (row, entries) in rows.enumerated() {
      let expected = entries.enumerated()
        .sorted { ($0.element.id, $0.offset) < ($1.element.id, $1.offset) }
        .map { [Float($0.element.id), $0.element.value] }
      #expect(sorted[row].map { [Float($0.id), $0.value] } == expected)
    }
    #expect(try sorted.withAscendingRows(pool: WorkerPool(workerCount: 1)).ids === sorted.ids)
  }

  @Test(
    "are cut into the longest blocks without two features in a row", arguments: ProblemKind.allCases
  )
  func blocks(kind: ProblemKind) throws {
    let matrix = try matrix(kind).withAscendingRows(pool: WorkerPool(workerCount: 1))
    var expected: [FeatureBlock] = []
    var start = 0
    func block(_ features: Range<Int>) -> FeatureBlock {
      let counts = (0..<matrix.rowCount).map { row in
        matrix[row].count { features.contains(Int($0.id)) }
      }
      return FeatureBlock(
        features: features, entryCount: counts.reduce(0, +), hasRepeats: counts.contains { $0 > 1 })
    }
    for end in 1...matrix.columnCount {
      let longer = start..<end + 1
      if end == matrix.columnCount || (block(longer).hasRepeats) {
        expected.append(block(start..<end))
        start = end
      }
    }
    for workers in [1, 2, 3, 7] {
      #expect(try matrix.conflictFreeBlocks(pool: WorkerPool(workerCount: workers)) == expected)
    }
  }

  @Test("have levels that respect the order of features in a row", arguments: ProblemKind.allCases)
  func levels(kind: ProblemKind) throws {
    let matrix = try matrix(kind).withAscendingRows(pool: WorkerPool(workerCount: 1))
    let view = try ColumnView(matrix, pool: WorkerPool(workerCount: 1))
    for (workers, grain) in [(1, 1), (2, 1), (3, 4), (7, 1_000)] {
      let levels = try FeatureLevels(
        of: 0..<matrix.columnCount, in: view, rowCount: matrix.rowCount, workerCount: workers,
        grain: grain)
      var levelOfFeature: [UInt32: Int] = [:]
      for level in 0..<levels.count {
        let shares = (0..<workers).flatMap { Array(levels.share(of: level, worker: $0)) }
        #expect(shares == Array(levels.range(of: level)))
        for position in shares { levelOfFeature[levels.features.base[position]] = level }
      }
      #expect(levelOfFeature.count == matrix.columnCount)
      for row in 0..<matrix.rowCount {
        let ids = matrix[row].map(\.id)
        for (id, next) in zip(ids, ids.dropFirst()) where id != next {
          #expect(levelOfFeature[id, default: .max] < levelOfFeature[next, default: .min])
        }
      }
    }
  }

  @Test("count the members of groups")
  func groups() throws {
    let groups = try FeatureGroups([2, 0, 2] as [UInt32])
    #expect(groups.groupCount == 3)
    #expect(groups.memberCounts == [1, 0, 2])
    #expect((0..<3).map { groups[$0] } == [2, 0, 2])
    let single = FeatureGroups(singleGroupOf: 4)
    #expect(single.memberCounts == [4])
    #expect(single[3] == 0)
  }

  @Test(
    "are scored as by going through the columns", arguments: ProblemKind.allCases, [0, 1, 3, 8, 11])
  func scores(kind: ProblemKind, factorCount: Int) throws {
    let matrix = try matrix(kind).withAscendingRows(pool: WorkerPool(workerCount: 1))
    var random = GlibcRandom(seed: 5)
    let shape = FactorizationMachine.Shape(
      factorCount: factorCount, featureCount: matrix.columnCount)
    var machine = try FactorizationMachine(shape: shape, initialDeviation: 1, using: &random)
    machine.drawWeights(deviation: 1, using: &random)
    machine.bias = 0.1
    let scores = try AlignedBuffer<Double>(count: 2 * matrix.rowCount)
    machine.withParameterPointers { parameters in
      writeAscendingScores(
        of: 0..<matrix.rowCount, in: SparseRows(matrix), bias: machine.bias,
        parameters: parameters, to: CaseErrors(base: scores.base, stride: 2, positions: nil))
    }
    let expected = naiveScores(of: matrix, by: machine)
    #expect((0..<matrix.rowCount).map { scores.base[2 * $0] } == expected)
  }

  /// Scores feature by feature down the columns, as the definition has it.
  private func naiveScores(of matrix: SparseMatrix, by machine: FactorizationMachine) -> [Double] {
    var e = Array(repeating: 0.0, count: matrix.rowCount)
    var q = e
    func forColumns(_ body: (_ feature: Int, _ row: Int, _ x: Double) -> Void) {
      for feature in 0..<matrix.columnCount {
        for row in 0..<matrix.rowCount {
          for (id, value) in matrix[row] where id == feature { body(feature, row, Double(value)) }
        }
      }
    }
    for f in 0..<machine.shape.factorCount {
      forColumns { q[$1] += machine[factor: f, ofFeature: $0] * $2 }
      for row in e.indices {
        e[row] += (0.5 * q[row]) * q[row]
        q[row] = 0
      }
    }
    for f in 0..<machine.shape.factorCount {
      forColumns {
        let v = machine[factor: f, ofFeature: $0]
        q[$1] -= (((0.5 * v) * v) * $2) * $2
      }
    }
    forColumns { q[$1] += machine[weight: $0] * $2 }
    for row in e.indices { e[row] = (e[row] + q[row]) + machine.bias }
    return e
  }
}
