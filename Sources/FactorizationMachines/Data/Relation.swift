// SPDX-License-Identifier: Apache-2.0

/// A table joined to the cases: every case refers to one of its rows (Rendle 2013, "Scaling
/// Factorization Machines to Relational Data", block structures).
///
/// What a row holds counts as if it stood in each case that refers to it. The features have ids of
/// their own from 0; in the machine they follow those of the main table and of earlier relations.
public struct Relation: Sendable {
  /// The table: a row for each block row, a column for each feature of the relation.
  public var matrix: SparseMatrix

  /// The groups of the table's features, numbered from 0.
  public var groups: FeatureGroups

  /// The block row of each training case.
  public var trainMapping: AlignedBuffer<UInt32>

  /// The block row of each test case; empty without test cases.
  public var testMapping: AlignedBuffer<UInt32>

  /// Joins a table and the mappings of the cases to its rows.
  ///
  /// - Precondition: there is a group for every column of `matrix`, and every element of the mappings is
  ///   below its number of rows.
  public init(
    matrix: SparseMatrix, groups: FeatureGroups, trainMapping: AlignedBuffer<UInt32>,
    testMapping: AlignedBuffer<UInt32>
  ) {
    precondition(groups.featureCount == matrix.columnCount)
    precondition(
      trainMapping.elements.allSatisfy { Int($0) < matrix.rowCount }
        && testMapping.elements.allSatisfy { Int($0) < matrix.rowCount },
      "a case refers to a row that is not there")
    self.matrix = matrix
    self.groups = groups
    self.trainMapping = trainMapping
    self.testMapping = testMapping
  }

  /// The number of rows of the table.
  public var blockRowCount: Int { matrix.rowCount }

  /// The number of features that the table adds.
  public var featureCount: Int { matrix.columnCount }
}
