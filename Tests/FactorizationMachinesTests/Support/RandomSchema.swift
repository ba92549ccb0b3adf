// SPDX-License-Identifier: Apache-2.0

@testable import FactorizationMachines

/// Which tables a random schema joins.
struct SchemaKind: Sendable, CustomStringConvertible {
  /// The main table; nil for one without features.
  var main: ProblemKind?
  var relations: [ProblemKind]

  var description: String {
    ([main?.rawValue ?? "empty"] + relations.map(\.rawValue)).joined(separator: "+")
  }
}

/// Small cases joined to relations, with targets made by chance.
struct RandomSchema {
  var train: Dataset
  let test: Dataset
  let relations: [Relation]

  /// Two groups of the main table and then those of the relations.
  let groups: FeatureGroups

  /// The number of features of the main table, some of which no case has.
  let mainFeatureCount: Int

  /// The number of features of all tables.
  var featureCount: Int { groups.featureCount }

  /// Makes cases; with `exactSquares` the squares of all values need no rounding in single precision.
  init(
    _ kind: SchemaKind, task: LearningTask = .regression, caseCount: Int = 50, seed: UInt64 = 1,
    exactSquares: Bool = false
  ) throws {
    var random = SplitMix64(seed: seed)
    func rounded(_ rows: [ProblemKind.Row]) -> [ProblemKind.Row] {
      guard exactSquares else { return rows }
      return rows.map { $0.map { ($0.id, ($0.value * 64).rounded() / 64) } }
    }
    let rows =
      kind.main.map { rounded($0.rows(caseCount + 10, using: &random)) }
      ?? Array(repeating: [], count: caseCount + 10)
    let targets = rows.map { _ in Float.random(in: 1...5, using: &random) }
    func dataset(_ range: Range<Int>) throws -> Dataset {
      let shifted = targets[range].map { task == .regression ? $0 : $0 - 3 }
      let dataset = try Dataset(rows: Array(rows[range]), targets: shifted)
      return task == .regression ? dataset : try dataset.withBinaryTargets()
    }
    train = try dataset(0..<caseCount)
    test = try dataset(caseCount..<caseCount + 10)
    mainFeatureCount =
      kind.main == nil ? 0 : max(train.featureCount, test.featureCount) + 2
    var groups = try FeatureGroups(
      (0..<mainFeatureCount).map { UInt32($0 * $0 % 2) }, groupCount: 2)
    relations = try kind.relations.map { kind throws in
      let table = rounded(kind.rows(.random(in: 3...9, using: &random), using: &random))
      // Two features more than the table has entries of.
      let matrix = try SparseMatrix(
        rows: table, columnCount: SparseMatrix(rows: table).columnCount + 2)
      func mapping(_ count: Int) throws -> AlignedBuffer<UInt32> {
        // The last row belongs to no case.
        try AlignedBuffer(
          (0..<count).map { _ in .random(in: 0..<UInt32(table.count - 1), using: &random) })
      }
      let relation = Relation(
        matrix: matrix,
        groups: try FeatureGroups((0..<matrix.columnCount).map { UInt32($0 % 3) }),
        trainMapping: try mapping(caseCount), testMapping: try mapping(10))
      groups = try groups.appending(relation.groups)
      return relation
    }
    self.groups = groups
  }

  /// The same cases with the entries of the relations' rows in each of them.
  func joined() throws -> (train: Dataset, test: Dataset) {
    func join(
      _ dataset: Dataset, _ mapping: KeyPath<Relation, AlignedBuffer<UInt32>>
    ) throws -> Dataset {
      let rows = (0..<dataset.caseCount).map { number in
        var row = dataset.matrix[number]
        var offset = UInt32(mainFeatureCount)
        for relation in relations {
          let entries = relation.matrix[Int(relation[keyPath: mapping][number])]
          row += entries.map { ($0.id + offset, $0.value) }
          offset += UInt32(relation.featureCount)
        }
        return row
      }
      return Dataset(
        matrix: try SparseMatrix(rows: rows, columnCount: featureCount),
        targets: dataset.targets, targetRange: dataset.targetRange,
        caseWeights: dataset.caseWeights)
    }
    return (try join(train, \.trainMapping), try join(test, \.testMapping))
  }
}
