// SPDX-License-Identifier: Apache-2.0

/// The part of a sweep that updates the weights of a relation's features.
struct RelationWeightSweep {
  let context: SweepContext

  /// The draws for all features of the machine.
  let draws: ConditionalDraws
  let relation: RelationState

  /// Updates all weights of the relation; what is still to be brought to the errors before and after is
  /// `pending`.
  func run(_ pending: inout ErrorUpdate?) -> Bool {
    let blockRows = relation.blockRows.base
    let mapping = relation.caseBlockRows.mapping
    relation.forRows { clearCaseSums(of: $0, in: blockRows) }
    if context.pool.workerCount == 1 {
      streamBlockRowWeights(
        0..<context.rowCount, errors: context.errors, stride: context.errorStride,
        update: pending, table: draws.table,
        sums: BlockRowWeightSums(mapping: mapping, blockRows: blockRows))
    } else {
      context.bring(&pending, table: draws.table)
      context.forCases(of: relation) { cases, count, mapping in
        addBlockRowErrors(
          cases, count: count, errors: context.errors, stride: context.errorStride,
          sums: BlockRowWeightSums(mapping: mapping, blockRows: blockRows))
      }
    }
    let isSound = updateFeatures()
    pending = .blockRows(
      BlockRowWeightUpdate(mapping: mapping, changes: relation.changes.base))
    return isSound
  }

  private func updateFeatures() -> Bool {
    let (blockRows, changes) = (relation.blockRows.base, relation.changes.base)
    let columns = SparseColumns(relation.columns)
    let draws = draws.advanced(by: relation.featureOffset)
    relation.forRows { beginChanges(of: $0, in: blockRows, to: changes) }
    let isSound = context.forLevels(relation.levels) { features in
      updateWeights(
        of: features, in: columns, draws, squares: relation.squares.base, blockRows: blockRows)
    }
    relation.forRows { endChanges(of: $0, in: blockRows, to: changes) }
    return isSound
  }
}

extension SweepContext {
  /// Gives each worker the training cases of its share of a relation's rows: the cases in ascending order,
  /// how many they are, and the row of each.
  func forCases(
    of relation: RelationState,
    _ body: (UnsafePointer<UInt32>, Int, UnsafePointer<UInt32>) -> Void
  ) {
    _ = forShares(of: relation.cases) { share in
      guard let cases = share.rows, let mapping = share.slots.ids else { return false }
      body(UnsafePointer(cases.base), share.rowCount, UnsafePointer(mapping.base))
      return true
    }
  }
}
