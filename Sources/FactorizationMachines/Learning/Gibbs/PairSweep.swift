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
    let (errors, table, sums) = (context.errors, draws.table, context.sums)
    let caseWeights = context.caseWeights
    var isSound = context.forPairShares(pair.left) { [pending] share in
      streamLeftWeights(
        share.rows, errors: errors, update: pending, caseWeights: caseWeights, table: table,
        to: sums)
      return drawWeights(share.features)
    }
    isSound =
      context.forPairShares(pair.right) { share in
        streamRightWeights(
          share.rows, errors: errors, caseWeights: caseWeights, table: table, to: sums)
        return drawWeights(share.features)
      } && isSound
    pending = .weights(table)
    return context.forFeatures(context.unseenFeatures, drawWeights) && isSound
  }

  /// Updates one factor of all features; what the errors still lack before and after is `pending`.
  func updateFactor(_ pending: inout PairUpdate?) -> Bool {
    context.loadTable(of: draws)
    let (errors, table, sums) = (context.errors, draws.table, context.sums)
    let caseWeights = context.caseWeights
    var isSound = context.forPairShares(pair.left) { [pending] share in
      streamLeftFactor(
        share.rows, errors: errors, update: pending, caseWeights: caseWeights, table: table,
        to: sums)
      return drawFactors(share.features)
    }
    isSound =
      context.forPairShares(pair.right) { share in
        streamRightFactor(
          share.rows, errors: errors, caseWeights: caseWeights, table: table, to: sums)
        return drawFactors(share.features)
      } && isSound
    pending = .factor(table)
    return context.forFeatures(context.unseenFeatures, drawFactors) && isSound
  }

  private func drawWeights(_ features: Range<Int>) -> Bool {
    FactorizationMachines.drawWeights(
      of: features, draws, sums: context.sums, squares: context.plan.squares.base)
  }

  private func drawFactors(_ features: Range<Int>) -> Bool {
    FactorizationMachines.drawFactors(of: features, draws, sums: context.sums)
  }
}
