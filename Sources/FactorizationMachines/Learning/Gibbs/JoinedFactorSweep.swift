// SPDX-License-Identifier: Apache-2.0

/// The part of a sweep that updates one factor of all features when there are relations.
struct JoinedFactorSweep {
  /// The sweep over the features of the main table.
  let main: FactorSweep
  let relations: [RelationState]
  let factor: Int

  private var context: SweepContext { main.context }
  private var draws: ConditionalDraws { main.draws }

  /// Updates the factor; `pending` is the update of the factor before and afterwards of this one that the
  /// cases have not got yet.
  func run(_ pending: inout BlockRowFactorUpdate?) -> Bool {
    context.loadTable(of: draws)
    for relation in relations { relation.loadSums(factor: factor) }
    let joined = relations.map(\.caseBlockRows)
    return joined.withUnsafeBufferPointer { joined in
      var update = JoinedFactorUpdate.start(
        JoinedFactorStart(
          last: pending, rows: SparseRows(context.plan.rows), table: draws.table,
          relations: joined))
      var isSound = true
      if context.mainFeatureCount > 0 {
        bring(&update)
        var features: PendingFactor?
        isSound = main.updateFeatures(&features)
        if let features { update = .features(features.slots, features.table) }
      }
      for relation in relations {
        if !self.update(relation, &update) { isSound = false }
      }
      if case .blockRows(let last) = update { pending = last }
      return isSound
    }
  }

  private func update(_ relation: RelationState, _ update: inout JoinedFactorUpdate) -> Bool {
    let (blockRows, changes) = (relation.blockRows.base, relation.changes.base)
    let mapping = relation.caseBlockRows.mapping
    relation.forRows { clearCaseSums(of: $0, in: blockRows) }
    if context.pool.workerCount == 1 {
      streamBlockRows(
        0..<context.rowCount, cells: context.cells, update: update,
        sums: BlockRowFactorSums(mapping: mapping, blockRows: blockRows))
    } else {
      bring(&update)
      context.forCases(of: relation) { cases, count, mapping in
        addBlockRowTerms(
          cases, count: count, cells: context.cells,
          sums: BlockRowFactorSums(mapping: mapping, blockRows: blockRows))
      }
    }
    let isSound = updateFeatures(of: relation)
    update = .blockRows(BlockRowFactorUpdate(mapping: mapping, changes: changes))
    return isSound
  }

  private func updateFeatures(of relation: RelationState) -> Bool {
    let (blockRows, changes) = (relation.blockRows.base, relation.changes.base)
    let columns = SparseColumns(relation.columns)
    let draws = draws.advanced(by: relation.featureOffset)
    relation.forRows { beginChanges(of: $0, in: blockRows, to: changes) }
    let isSound = context.forLevels(relation.levels) { features in
      updateFactors(of: features, in: columns, draws, blockRows: blockRows)
    }
    relation.forRows { endChanges(of: $0, in: blockRows, to: changes) }
    return isSound
  }

  private func bring(_ update: inout JoinedFactorUpdate) {
    if case .none = update { return }
    context.forRows { [update] range in
      streamBlockRows(range, cells: context.cells, update: update, sums: nil)
    }
    update = .none
  }
}
