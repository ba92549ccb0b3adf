// SPDX-License-Identifier: Apache-2.0

/// The part of a sweep that updates one factor.
struct FactorSweep {
  let context: SweepContext
  let draws: ConditionalDraws

  /// Updates factor number `factor` of all features; what is still to be brought to the rows before and
  /// after is `pending`.
  func run(
    _ factor: Int, of shape: FactorizationMachine.Shape, _ pending: inout PendingFactor?
  )
    -> Bool
  {
    context.loadTable(of: draws)
    let group = context.plan.gatheredFactorCount
    if factor % group > 0, let laterSums = context.laterSums {
      let sums = laterSums + (factor % group - 1) * context.rowCount
      pending = PendingFactor(
        slots: pending?.slots, table: pending?.table ?? draws.table, sums: sums)
    } else {
      let gathering = FactorGathering(
        rows: SparseRows(context.plan.rows), cells: context.cells, values: draws.values,
        stride: draws.stride, laterSums: context.laterSums,
        factorCount: min(group, shape.factorCount - factor))
      context.forRows { [pending] range in
        gatherFactors(range, gathering, pending: pending, table: draws.table)
      }
      pending = nil
    }
    return updateFeatures(&pending)
  }

  /// Updates the factor of the main table's features once it has begun.
  func updateFeatures(_ pending: inout PendingFactor?) -> Bool {
    var isSound = true
    for step in context.plan.steps {
      switch step {
      case .stream(let index):
        if !update(context.plan.streams[index], &pending) { isSound = false }
      case .levels(let levels):
        bring(&pending)
        if !update(levels) { isSound = false }
      }
    }
    return context.forFeatures(context.unseenFeatures) { draw($0, context.sums) } && isSound
  }

  private func update(_ block: StreamBlock, _ pending: inout PendingFactor?) -> Bool {
    let slots = block.slots.pointers
    defer { pending = PendingFactor(slots: slots, table: draws.table) }
    if context.pool.workerCount == 1 {
      streamFactor(
        0..<context.rowCount, cells: context.cells, pending: pending, terms: slots,
        caseWeights: context.caseWeights, table: draws.table, to: context.sums)
      return draw(block.features, context.sums)
    }
    bring(&pending)
    return context.forShares(block.shares, sums: context.sums) { share, sums in
      addFactorTerms(
        share.rows.map { UnsafePointer($0.base) }, count: share.rowCount, cells: context.cells,
        slots: share.slots.pointers, caseWeights: context.caseWeights, table: draws.table,
        to: sums)
      return draw(share.features, sums)
    }
  }

  private func bring(_ pending: inout PendingFactor?) {
    guard let waiting = pending else { return }
    context.forRows { range in
      streamFactor(
        range, cells: context.cells, pending: waiting, terms: nil, caseWeights: nil,
        table: draws.table, to: context.sums)
    }
    pending = nil
  }

  private func draw(_ features: Range<Int>, _ sums: FeatureSums) -> Bool {
    drawFactors(of: features, draws, sums: sums)
  }

  private func update(_ levels: FeatureLevels) -> Bool {
    guard let columns = context.plan.columns else { return true }
    return context.forLevels(levels) { features in
      updateFactors(
        of: features, in: SparseColumns(columns), draws, cells: context.cells,
        caseWeights: context.caseWeights)
    }
  }
}
