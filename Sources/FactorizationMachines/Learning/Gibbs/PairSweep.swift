// SPDX-License-Identifier: Apache-2.0

/// The part of a sweep that updates one factor when every row has one entry of value 1 in each of two
/// blocks.
struct PairSweep {
  let context: SweepContext
  let draws: ConditionalDraws

  /// Updates one factor of all features; `pending` is the right block's update for the factor before, and
  /// afterwards for this one.
  func run(_ pending: inout PendingFactor?) -> Bool {
    _ = context.forFeatures(0..<context.featureCount) {
      loadTable(draws.table, of: $0, values: draws.values, stride: draws.stride)
      return true
    }
    let (left, right) = (context.plan.streams[0], context.plan.streams[1])
    let updateTable = pending?.table
    pending = PendingFactor(slots: right.slots.pointers, table: draws.table)
    var isSound =
      context.pool.workerCount == 1
      ? updateInPasses(left, right, updateTable) : updateInShares(left, right, updateTable)
    if !context.forFeatures(context.unseenFeatures, draw) { isSound = false }
    return isSound
  }

  private func updateInPasses(
    _ left: StreamBlock, _ right: StreamBlock, _ updateTable: FactorTable?
  ) -> Bool {
    let (errors, ids, sums) = (context.errors, left.slots.idPairs, context.sums)
    let rows = 0..<context.rowCount
    if let updateTable {
      streamRightToLeft(
        rows, errors: errors, ids: ids, updateTable: updateTable, table: draws.table, to: sums)
    } else {
      addLeftTerms(
        nil, count: rows.count, errors: errors, ids: ids, table: draws.table, to: sums)
    }
    let isSound = draw(left.features)
    streamLeftToRight(rows, errors: errors, ids: ids, table: draws.table, to: sums)
    return draw(right.features) && isSound
  }

  private func updateInShares(
    _ left: StreamBlock, _ right: StreamBlock, _ updateTable: FactorTable?
  ) -> Bool {
    let (errors, ids, sums) = (context.errors, left.slots.idPairs, context.sums)
    if let updateTable {
      context.forRows { streamRight($0, errors: errors, ids: ids, table: updateTable) }
    }
    let isSound = context.forShares(of: left) { share in
      addLeftTerms(
        share.rows.map { UnsafePointer($0.base) }, count: share.rowCount, errors: errors,
        ids: share.slots.idPairs, table: draws.table, to: sums)
      return draw(share.features)
    }
    context.forRows { streamLeft($0, errors: errors, ids: ids, table: draws.table) }
    return context.forShares(of: right) { share in
      addRightTerms(
        share.rows.map { UnsafePointer($0.base) }, count: share.rowCount, errors: errors,
        ids: share.slots.idPairs, table: draws.table, to: sums)
      return draw(share.features)
    } && isSound
  }

  private func draw(_ features: Range<Int>) -> Bool {
    drawFactors(of: features, draws, sums: context.sums)
  }
}
