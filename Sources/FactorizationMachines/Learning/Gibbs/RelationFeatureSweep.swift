// SPDX-License-Identifier: Apache-2.0

/// Updates the weights or one factor of a relation's features on what its rows sum up, block after block as
/// in the main table.
struct RelationFeatureSweep {
  private let context: SweepContext
  private let parameter: FeatureParameter
  private let relation: RelationState

  /// The draws for the features of the relation, counted from 0 as all that follows.
  private let draws: ConditionalDraws
  private let sums: UnsafeMutablePointer<SIMD2<Double>>

  /// Prepares an update; `draws` are those for all features of the machine.
  init(
    _ context: SweepContext, _ draws: ConditionalDraws, _ parameter: FeatureParameter,
    _ relation: RelationState
  ) {
    self.context = context
    self.parameter = parameter
    self.relation = relation
    self.draws = draws.advanced(by: relation.featureOffset)
    sums = context.sums + relation.featureOffset
  }

  private var blockRows: UnsafeMutablePointer<BlockRow> { relation.blockRows.base }

  /// Updates all features, and the rows with them.
  func run() -> Bool {
    var isSound = true
    var pending: AnyBlockSlots?
    for step in relation.plan.steps {
      switch step {
      case .stream(let index):
        if !update(relation.plan.streams[index], &pending) { isSound = false }
      case .levels(let levels):
        bring(&pending)
        if !context.forLevels(levels, update) { isSound = false }
      }
    }
    bring(&pending)
    relation.endChanges()
    return isSound
  }

  private func update(_ block: StreamBlock, _ pending: inout AnyBlockSlots?) -> Bool {
    let slots = block.slots.pointers
    defer { pending = slots }
    if context.pool.workerCount == 1 {
      streamFeatures(
        0..<relation.blockRows.count, of: blockRows, parameter, update: pending, terms: slots,
        table: draws.table, to: sums)
      return draw(block.features, sums)
    }
    bring(&pending)
    return context.forShares(block.shares, sums: sums) { share, sums in
      addFeatureTerms(
        share.rows.map { UnsafePointer($0.base) }, count: share.rowCount, of: blockRows,
        parameter, slots: share.slots.pointers, table: draws.table, to: sums)
      return draw(share.features, sums)
    }
  }

  private func update(_ features: UnsafeBufferPointer<UInt32>) -> Bool {
    let columns = SparseColumns(relation.columns)
    return switch parameter {
    case .weights:
      updateWeights(
        of: features, in: columns, draws, squares: relation.squares.base, blockRows: blockRows)
    case .factor: updateFactors(of: features, in: columns, draws, blockRows: blockRows)
    }
  }

  private func bring(_ pending: inout AnyBlockSlots?) {
    guard let update = pending else { return }
    context.pool.forEachRange(of: relation.blockRows.count, grain: 2_048) { range in
      streamFeatures(
        range, of: blockRows, parameter, update: update, terms: nil, table: draws.table, to: sums)
    }
    pending = nil
  }

  private func draw(_ features: Range<Int>, _ sums: FeatureSums) -> Bool {
    switch parameter {
    case .weights:
      drawFeatureWeights(of: features, draws, sums: sums, squares: relation.squares.base)
    case .factor: drawFactors(of: features, draws, sums: sums)
    }
  }
}
