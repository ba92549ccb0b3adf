// SPDX-License-Identifier: Apache-2.0

/// The part of a sweep that updates the linear weights.
struct WeightSweep {
  let context: SweepContext
  let draws: ConditionalDraws

  /// Updates the weights of the main table's features; what is still to be brought to the errors before and after is `pending`.
  func run(_ pending: inout ErrorUpdate?) -> Bool {
    context.loadTable(of: draws)
    var isSound = true
    for step in context.plan.steps {
      switch step {
      case .stream(let index):
        if !update(context.plan.streams[index], &pending) { isSound = false }
      case .levels(let levels):
        context.bring(&pending, table: draws.table)
        if !update(levels) { isSound = false }
      }
    }
    return context.forFeatures(context.unseenFeatures) { draw($0, context.sums) } && isSound
  }

  private func update(_ block: StreamBlock, _ pending: inout ErrorUpdate?) -> Bool {
    let slots = block.slots.pointers
    defer { pending = .weights(slots) }
    if context.pool.workerCount == 1 {
      streamWeights(
        0..<context.rowCount, errors: context.errors, stride: context.errorStride,
        update: pending, sums: slots, caseWeights: context.caseWeights, table: draws.table,
        to: context.sums)
      return draw(block.features, context.sums)
    }
    context.bring(&pending, table: draws.table)
    return context.forShares(block.shares, sums: context.sums) { share, sums in
      addWeightTerms(
        share.rows.map { UnsafePointer($0.base) }, count: share.rowCount, errors: context.errors,
        stride: context.errorStride, slots: share.slots.pointers,
        caseWeights: context.caseWeights, table: draws.table, to: sums)
      return draw(share.features, sums)
    }
  }

  private func draw(_ features: Range<Int>, _ sums: FeatureSums) -> Bool {
    drawWeights(
      of: features, draws, sums: sums, squares: context.plan.squares.base)
  }

  private func update(_ levels: FeatureLevels) -> Bool {
    guard let columns = context.plan.columns else { return true }
    return context.forLevels(levels) { features in
      updateWeights(
        of: features, in: SparseColumns(columns), draws, squares: context.plan.squares.base,
        errors: context.errors, stride: context.errorStride, caseWeights: context.caseWeights)
    }
  }
}
