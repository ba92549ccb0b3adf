// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines

/// The small data sets for which the reference's results are known to 17 digits.
enum ConformanceData {
  typealias Row = [(id: UInt32, value: Float)]

  static let trainRows: [Row] = [
    [(0, 1.5), (2, 0.3)],
    [(1, 1), (3, -2.1)],
    [(0, 1), (1, 2), (4, 0.7)],
    [(4, 1)],
    [(2, 1)],
  ]

  static let testRows: [Row] = [
    [(0, 1), (1, 1)],
    [(2, 0.5), (5, 1)],
    [(4, 1)],
  ]

  static func train(_ task: LearningTask) throws -> Dataset {
    switch task {
    case .regression: try Dataset(rows: trainRows, targets: [4, 2, 5, 1, 3])
    case .classification:
      try Dataset(rows: trainRows, targets: [1, -1, 1, 0, 1]).withBinaryTargets()
    }
  }

  static func test(_ task: LearningTask) throws -> Dataset {
    switch task {
    case .regression: try Dataset(rows: testRows, targets: [3, 4, 2.5])
    case .classification: try Dataset(rows: testRows, targets: [1, -1, 1]).withBinaryTargets()
    }
  }

  static func validation(_ task: LearningTask) throws -> Dataset {
    switch task {
    case .regression: try Dataset(rows: [[(1, 1)], [(0, 0.25), (3, 1)]], targets: [3.5, 2])
    case .classification:
      try Dataset(rows: [[(0, 1)], [(3, 0.5), (2, 1)]], targets: [1, -1]).withBinaryTargets()
    }
  }

  /// Two features a group.
  static var groups: FeatureGroups {
    get throws { try FeatureGroups([0, 0, 1, 1, 2, 2]) }
  }

  /// The number of features of both files together.
  static let featureCount = 6

  /// A table of three rows and three features, two groups, with the rows that the cases refer to.
  static var relation: Relation {
    get throws {
      try Relation(
        matrix: SparseMatrix(
          rows: [[(0, 1), (1, 0.5)], [(1, 1.25)], [(2, 2), (0, -0.5)]], columnCount: 3),
        groups: FeatureGroups([0, 1, 1]), trainMapping: AlignedBuffer([0, 2, 1, 2, 0]),
        testMapping: AlignedBuffer([1, 0, 2]))
    }
  }
}
