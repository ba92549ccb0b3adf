// SPDX-License-Identifier: Apache-2.0

/// The part of a sweep by blocks that updates the features of relations.
///
/// A relation is updated as a block of the main table is: a pass over the cases adds up for each of its
/// rows, its features are updated on these sums, and what that changed is brought to the cases by the pass
/// for the next relation. From the weights on the errors are in ``JoinedCases``; where the cases have
/// features of their own they return to the cases' order for those, factor by factor.
final class RelationSweep {
  private let relations: [RelationState]
  private let cases: JoinedCases
  private let pool: WorkerPool

  /// What the last relation changed and the cases have not got yet.
  private var last = LastBlockRowUpdate.none

  init(
    _ relations: [RelationState], caseCount: Int, caseWeights: AlignedBuffer<Double>?,
    pool: WorkerPool
  ) throws(OutOfMemoryError) {
    self.relations = relations
    self.pool = pool
    cases = try JoinedCases(
      caseCount: caseCount, caseWeights: caseWeights, relations: relations, pool: pool)
  }

  /// Takes the errors over when there are no weights to update.
  func enterErrors(_ context: SweepContext) {
    context.forRows { range in
      FactorizationMachines.enterErrors(
        range, cases: cases.caseOfPlace, errors: context.errors, stride: context.errorStride,
        cells: cases.cells.base)
    }
    last = .none
  }

  /// Updates the weights of all relations once those of the main table are updated; takes the errors over
  /// with the update that waits for them.
  func updateWeights(
    _ context: SweepContext, _ draws: ConditionalDraws, _ pending: inout ErrorUpdate?
  ) -> Bool {
    let cells = cases.cells.base
    var isSound = true
    var update: BlockRowWeightUpdate?
    for (index, relation) in relations.enumerated() {
      let target = target(index)
      addUp(for: index) { list in
        if let update {
          streamBlockRows(list, cells: cells, update: update, target: target)
        } else {
          enterWeights(
            list, cases: cases.caseOfPlace, errors: context.errors, stride: context.errorStride,
            update: pending, table: draws.table, cells: cells, target: target)
        }
      }
      let features = RelationFeatureSweep(context, draws, .weights, relation)
      if !features.run() { isSound = false }
      let done = BlockRowWeightUpdate(
        mapping: target.mapping, changes: relation.changes.base)
      update = done
      last = .weights(done)
    }
    pending = nil
    return isSound
  }

  /// Updates one factor of all features, those of the main table by `main`.
  func updateFactor(_ factor: Int, _ main: FactorSweep) -> Bool {
    let context = main.context
    context.loadTable(of: main.draws)
    for relation in relations { relation.loadSums(factor: factor) }
    let sums = relations.enumerated().map { index, relation in
      BlockRowSums(
        mapping: cases.rows(ofRelation: index), sums: UnsafePointer(relation.sums.base))
    }
    return sums.withUnsafeBufferPointer { sums in
      if !context.plan.steps.isEmpty { leave(sums, main) }
      var features: PendingFactor?
      var isSound = main.updateFeatures(&features)
      var update: BlockRowFactorUpdate?
      for (index, relation) in relations.enumerated() {
        addTerms(to: index, after: update, main, features, sums)
        let sweep = RelationFeatureSweep(context, main.draws, .factor, relation)
        if !sweep.run() { isSound = false }
        let done = BlockRowFactorUpdate(
          mapping: cases.rows(ofRelation: index), changes: relation.changes.base)
        update = done
        last = .factor(done)
      }
      return isSound
    }
  }

  private func leave(_ sums: UnsafeBufferPointer<BlockRowSums>, _ main: FactorSweep) {
    let rows = SparseRows(main.context.plan.rows)
    main.context.forRows { range in
      leaveToStartFactor(
        range, of: rows, places: cases.placeOfCase, cells: cases.cells.base, last: last,
        table: main.draws.table, relations: sums, to: main.context.cells)
    }
  }

  private func addTerms(
    to index: Int, after update: BlockRowFactorUpdate?, _ main: FactorSweep,
    _ features: PendingFactor?, _ sums: UnsafeBufferPointer<BlockRowSums>
  ) {
    let cells = cases.cells.base
    let target = target(index)
    addUp(for: index) { list in
      if let update {
        streamBlockRows(list, cells: cells, update: update, target: target)
      } else if main.context.plan.steps.isEmpty {
        startBlockRows(list, cells: cells, last: last, relations: sums, target: target)
      } else {
        enterFactor(
          list, cases: cases.caseOfPlace, from: main.context.cells, update: features,
          cells: cells, target: target)
      }
    }
  }

  /// Where passes over the cases add up for a relation.
  private func target(_ index: Int) -> BlockRowTarget {
    BlockRowTarget(
      mapping: cases.rows(ofRelation: index), blockRows: relations[index].blockRows.base,
      caseWeights: cases.weightOfPlace)
  }

  /// Adds up for the rows of a relation: calls `pass` for each worker with the cases of its rows.
  ///
  /// What cases read of changes in the meantime is of another relation or of their own worker's rows, so
  /// that each worker can prepare its rows for the update at once.
  private func addUp(for index: Int, _ pass: (PlaceList) -> Void) {
    let relation = relations[index]
    pool.run { worker in
      let rows = cases.share(ofRelation: index, worker: worker)
      relation.clearCaseSums(of: rows)
      pass(cases.list(ofRelation: index, worker: worker))
      relation.beginChanges(of: rows)
    }
  }
}
