// SPDX-License-Identifier: Apache-2.0

/// The part of a sweep that updates the weights or one factor when every row has one entry of value 1 in
/// each of two blocks.
struct PairSweep {
  let context: SweepContext
  let pair: BlockPair
  let draws: ConditionalDraws

  /// Updates the weights of all features; what the errors still lack before and after is `pending`.
  func updateWeights(_ pending: inout PairUpdate?) -> Bool {
    context.loadTable(of: draws)
    let (errors, table) = (context.errors, draws.table)
    let caseWeights = context.caseWeights
    var isSound = context.forShares(pair.left, sums: context.sums) { [pending] share, sums in
      streamLeftWeights(
        share.rows, errors: errors, update: pending, caseWeights: caseWeights, table: table,
        to: sums)
      return drawWeights(share.features, sums)
    }
    isSound =
      context.forShares(pair.right, sums: context.sums) { share, sums in
        streamRightWeights(
          share.rows, errors: errors, caseWeights: caseWeights, table: table, to: sums)
        return drawWeights(share.features, sums)
      } && isSound
    pending = .weights(table)
    return context.forFeatures(context.unseenFeatures) { drawWeights($0, context.sums) } && isSound
  }

  /// Updates one factor of all features; what the errors still lack before and after is `pending`.
  func updateFactor(_ pending: inout PairUpdate?) -> Bool {
    context.loadTable(of: draws)
    let (errors, table) = (context.errors, draws.table)
    let caseWeights = context.caseWeights
    var isSound = context.forShares(pair.left, sums: context.sums) { [pending] share, sums in
      streamLeftFactor(
        share.rows, errors: errors, update: pending, caseWeights: caseWeights, table: table,
        to: sums)
      return drawFactors(share.features, sums)
    }
    isSound =
      context.forShares(pair.right, sums: context.sums) { share, sums in
        streamRightFactor(
          share.rows, errors: errors, caseWeights: caseWeights, table: table, to: sums)
        return drawFactors(share.features, sums)
      } && isSound
    pending = .factor(table)
    return context.forFeatures(context.unseenFeatures) { drawFactors($0, context.sums) } && isSound
  }

  private func drawWeights(_ features: Range<Int>, _ sums: FeatureSums) -> Bool {
    FactorizationMachines.drawWeights(
      of: features, draws, sums: sums, squares: context.plan.squares.base)
  }

  private func drawFactors(_ features: Range<Int>, _ sums: FeatureSums) -> Bool {
    FactorizationMachines.drawFactors(of: features, draws, sums: sums)
  }
}
