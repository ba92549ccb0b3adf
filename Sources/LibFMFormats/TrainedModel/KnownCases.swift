// SPDX-License-Identifier: Apache-2.0

public import FactorizationMachines

/// Cases without what a model does not know.
public struct KnownCases: Sendable {
  /// The cases, with features of the main table only that the model knows.
  public let matrix: SparseMatrix

  /// The relations, each with as many features as the model has for it.
  public let relations: [Relation]

  /// The number of entries that were left out, in the cases and in the tables.
  public let droppedCount: Int

  /// Leaves out the entries of all features that a model does not know.
  ///
  /// - Parameters:
  ///   - matrix: the cases, one a row.
  ///   - relations: the relations that the model was learned with, in the same order, with a row for each
  ///     case in `testMapping`.
  ///   - blockFeatureCounts: the number of features of the model for the main table, then for each
  ///     relation.
  /// - Throws: ``RelationMismatch`` when the relations are not those of the model; `OutOfMemoryError`.
  public init(
    _ matrix: SparseMatrix, relations: [Relation] = [], blockFeatureCounts: [Int]
  ) throws {
    guard relations.count == blockFeatureCounts.count - 1 else {
      throw RelationMismatch(learnedWith: blockFeatureCounts.count - 1, found: relations.count)
    }
    let (known, leftOut) = try matrix.droppingColumns(from: blockFeatureCounts[0])
    var droppedCount = leftOut
    var knownRelations: [Relation] = []
    for (index, relation) in relations.enumerated() {
      guard relation.testMapping.count == matrix.rowCount else {
        throw RelationMismatch(
          relation: index, rowCount: relation.testMapping.count, caseCount: matrix.rowCount)
      }
      let featureCount = blockFeatureCounts[index + 1]
      let (table, count) = try relation.matrix.droppingColumns(from: featureCount)
      droppedCount += count
      knownRelations.append(
        Relation(
          matrix: table.withColumnCount(featureCount),
          groups: FeatureGroups(singleGroupOf: featureCount), trainMapping: relation.trainMapping,
          testMapping: relation.testMapping))
    }
    self.matrix = known
    self.relations = knownRelations
    self.droppedCount = droppedCount
  }
}

/// Relations that are not those a model was learned with.
public struct RelationMismatch: Error, Sendable, Hashable, CustomStringConvertible {
  /// What is wrong and what to do.
  public let description: String

  /// Another number of relations.
  public init(learnedWith count: Int, found: Int) {
    description =
      "the model was learned with \(count) relation\(count == 1 ? "" : "s"), \(found) "
      + (found == 1 ? "is" : "are") + " given; "
      + (count == 0
        ? "leave them out" : "give those of the training in the same order")
  }

  /// A mapping for another number of cases.
  init(relation index: Int, rowCount: Int, caseCount: Int) {
    description =
      "the mapping of relation \(index) has \(rowCount) test cases; expected \(caseCount)"
  }
}

extension SparseMatrix {
  /// The matrix with another number of columns, at least as many as its entries need.
  fileprivate func withColumnCount(_ columnCount: Int) -> SparseMatrix {
    SparseMatrix(
      rowCount: rowCount, columnCount: columnCount, rowWidth: rowWidth, offsets: offsets, ids: ids,
      values: values)
  }
}
