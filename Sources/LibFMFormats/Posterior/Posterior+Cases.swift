// SPDX-License-Identifier: Apache-2.0

public import FactorizationMachines

extension Posterior {
  /// Cases as the draws can take them.
  public struct KnownCases: Sendable {
    /// The cases, with features of the main table only that the draws know.
    public var matrix: SparseMatrix

    /// The relations, each with as many features as the draws have for it.
    public var relations: [Relation]

    /// The number of entries that were left out, in the cases and in the tables.
    public var droppedCount: Int
  }

  /// Leaves out the features that the draws do not know.
  ///
  /// - Throws: ``FormatError`` when there is another number of relations than in the training, or one of
  ///   them is mapped to another number of cases; `OutOfMemoryError`.
  public func knownCases(
    _ matrix: SparseMatrix, relations: [Relation] = []
  ) throws -> KnownCases {
    let featureCounts = training.blockFeatureCounts
    try checkRelations(count: relations.count)
    let (known, droppedCount) = try matrix.droppingColumns(from: featureCounts[0])
    var cases = KnownCases(matrix: known, relations: [], droppedCount: droppedCount)
    for (relation, featureCount) in zip(relations, featureCounts.dropFirst()) {
      guard relation.testMapping.count == matrix.rowCount else {
        throw FormatError(
          path: reader.path,
          found: "a relation is mapped to \(relation.testMapping.count) cases to predict",
          expected: "\(matrix.rowCount)")
      }
      let (table, droppedCount) = try relation.matrix.droppingColumns(from: featureCount)
      cases.droppedCount += droppedCount
      cases.relations.append(
        Relation(
          matrix: SparseMatrix(
            rowCount: table.rowCount, columnCount: featureCount, rowWidth: table.rowWidth,
            offsets: table.offsets, ids: table.ids, values: table.values),
          groups: FeatureGroups(singleGroupOf: featureCount), trainMapping: relation.trainMapping,
          testMapping: relation.testMapping))
    }
    return cases
  }

  /// Checks the number of relations that cases to predict are joined to.
  ///
  /// - Throws: ``FormatError`` when it is not that of the training.
  public func checkRelations(count: Int) throws(FormatError) {
    let expected = training.blockFeatureCounts.count - 1
    guard count == expected else {
      throw FormatError(
        path: reader.path,
        found: "the draws were learned with \(expected) relation\(expected == 1 ? "" : "s"), "
          + "\(count) \(count == 1 ? "is" : "are") given",
        advice: expected == 0
          ? "predict without relations" : "give the same tables, in the order of the training")
    }
  }
}
