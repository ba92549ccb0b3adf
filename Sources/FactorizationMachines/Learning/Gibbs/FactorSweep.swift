// SPDX-License-Identifier: Apache-2.0

/// The update of a block that is still to be brought to the rows: its slots and the factor's table.
struct PendingFactor {
  let slots: AnyBlockSlots
  let table: FactorTable
}

/// The part of a sweep that updates one factor.
struct FactorSweep {
  let context: SweepContext
  let draws: ConditionalDraws

  /// Updates one factor of all features; what is still to be brought to the errors before and after is
  /// `pending`.
  func run(_ pending: inout PendingFactor?) -> Bool {
    context.loadTable(of: draws)
    let rows = SparseRows(context.plan.rows)
    context.forRows { [pending] range in
      beginFactor(
        range, of: rows, cells: context.cells, update: pending?.slots,
        updateTable: pending?.table ?? draws.table, table: draws.table)
    }
    pending = nil
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
    return context.forFeatures(context.unseenFeatures, draw) && isSound
  }

  private func update(_ block: StreamBlock, _ pending: inout PendingFactor?) -> Bool {
    let slots = block.slots.pointers
    defer { pending = PendingFactor(slots: slots, table: draws.table) }
    if context.pool.workerCount == 1 {
      streamFactor(
        0..<context.rowCount, cells: context.cells, update: pending?.slots, sums: slots,
        caseWeights: context.caseWeights, table: draws.table, to: context.sums)
      return draw(block.features)
    }
    bring(&pending)
    return context.forShares(of: block) { share in
      addFactorTerms(
        share.rows.map { UnsafePointer($0.base) }, count: share.rowCount, cells: context.cells,
        slots: share.slots.pointers, caseWeights: context.caseWeights, table: draws.table,
        to: context.sums)
      return draw(share.features)
    }
  }

  private func bring(_ pending: inout PendingFactor?) {
    guard let update = pending else { return }
    context.forRows { range in
      streamFactor(
        range, cells: context.cells, update: update.slots, sums: nil, caseWeights: nil,
        table: update.table, to: context.sums)
    }
    pending = nil
  }

  private func draw(_ features: Range<Int>) -> Bool {
    drawFactors(of: features, draws, sums: context.sums)
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
