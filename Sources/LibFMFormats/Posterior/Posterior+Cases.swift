// SPDX-License-Identifier: Apache-2.0

public import FactorizationMachines

extension Posterior {
  /// Leaves out the features that the draws do not know.
  ///
  /// - Throws: ``FormatError`` when there is another number of relations than in the training, or one of
  ///   them is mapped to another number of cases; `OutOfMemoryError`.
  public func knownCases(
    _ matrix: SparseMatrix, relations: [Relation] = []
  ) throws -> KnownCases {
    do {
      return try KnownCases(
        matrix, relations: relations, blockFeatureCounts: training.blockFeatureCounts)
    } catch let mismatch as RelationMismatch {
      throw FormatError(path: reader.path, found: mismatch.description)
    }
  }

  /// Checks the number of relations that cases to predict are joined to.
  ///
  /// - Throws: ``FormatError`` when it is not that of the training.
  public func checkRelations(count: Int) throws(FormatError) {
    let expected = training.blockFeatureCounts.count - 1
    guard count == expected else {
      let mismatch = RelationMismatch(learnedWith: expected, found: count)
      throw FormatError(path: reader.path, found: mismatch.description)
    }
  }
}
