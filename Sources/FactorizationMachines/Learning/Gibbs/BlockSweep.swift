// SPDX-License-Identifier: Apache-2.0

/// One Gibbs or ALS sweep over conflict-free blocks of features, on all workers.
///
/// For each block three steps: the terms of its features are added up (rows ascending in every sum), its
/// parameters are drawn, and their changes brought to the rows. The last step waits until a pass over the
/// rows for the next block can take it along; the last change of a sweep is never brought to the rows,
/// since scores are computed anew. Every operation and every sum is that of ``SequentialSweep``.
final class BlockSweep {
  let plan: SweepPlan
  private let relationSweep: RelationSweep?
  private let mainFeatureCount: Int
  private let pool: WorkerPool
  private let tuning: SweepTuning

  /// The tables of even and odd factors, the weights being odd, so that the last update of one can meet
  /// the first sums of the next.
  private let tables: [AlignedBuffer<SIMD2<Double>>]
  private let sums: AlignedBuffer<SIMD2<Double>>
  private let normals: AlignedBuffer<Double>

  /// q of each row for the factors that begin together with one before them.
  private let laterSums: AlignedBuffer<Double>?

  init(
    _ rows: SparseMatrix, caseWeights: AlignedBuffer<Double>?, relations: [RelationState],
    shape: FactorizationMachine.Shape, tuning: SweepTuning, pool: WorkerPool
  ) throws(OutOfMemoryError) {
    plan = try SweepPlan(
      rows, caseWeights: caseWeights, shape: shape, isJoined: !relations.isEmpty, tuning: tuning,
      pool: pool)
    relationSweep =
      relations.isEmpty
      ? nil
      : try RelationSweep(
        relations, caseCount: rows.rowCount, caseWeights: caseWeights, pool: pool)
    mainFeatureCount = relations.first?.featureOffset ?? shape.featureCount
    self.pool = pool
    self.tuning = tuning
    tables = [
      try AlignedBuffer(count: shape.featureCount), try AlignedBuffer(count: shape.featureCount),
    ]
    sums = try AlignedBuffer(
      count: SweepContext.sumCount(of: shape.featureCount, workerCount: pool.workerCount))
    normals = try AlignedBuffer(count: shape.featureCount)
    laterSums =
      plan.gatheredFactorCount > 1
      ? try AlignedBuffer(count: (plan.gatheredFactorCount - 1) * rows.rowCount) : nil
  }

  /// Updates all parameters and hyperparameters once, given the sums over the errors of `state`.
  ///
  /// Gives false, and leaves the state in disorder, when a value is not finite or a draw would be
  /// skipped: then the sweep must be made sequentially.
  func run(on state: GibbsState, errorSums: ErrorSums) -> Bool {
    do {
      let shape = state.machine.shape
      var pending = PendingUpdates()
      try state.drawNoisePrecision(squares: errorSums.squares)
      if shape.usesBias, let shift = try state.drawBias(errorSum: errorSums.beyondBias) {
        pending = PendingUpdates(errors: .shift(shift), pair: .shift(shift))
      }
      if shape.usesWeights {
        try state.drawWeightPriors()
        guard state.isSound, updateWeights(state, &pending) else { return false }
      }
      if shape.factorCount > 0 {
        try state.drawFactorPriors()
        guard state.isSound, updateFactors(state, &pending) else { return false }
      }
      return state.isSound
    } catch {
      return false
    }
  }

  private func updateWeights(_ state: GibbsState, _ pending: inout PendingUpdates) -> Bool {
    let normals = standardNormals(state)
    let priors = state.hyperparameters.weights
    let context = context(state)
    return state.machine.withMutableParameters { weights, _ in
      priors.withUnsafeBufferPointer { priors in
        guard let priors = priors.baseAddress else { return true }
        let draws = ConditionalDraws(
          values: weights, stride: 1, table: tables[1].base,
          noisePrecision: state.hyperparameters.noisePrecision, priors: priors, priorStride: 1,
          groups: state.groups, normals: normals)
        if let pair = plan.pair {
          return PairSweep(context: context, pair: pair, draws: draws)
            .updateWeights(&pending.pair)
        }
        let isSound = WeightSweep(context: context, draws: draws).run(&pending.errors)
        guard let relationSweep else { return isSound }
        return relationSweep.updateWeights(context, draws, &pending.errors) && isSound
      }
    }
  }

  private func updateFactors(_ state: GibbsState, _ pending: inout PendingUpdates) -> Bool {
    let shape = state.machine.shape
    let (factorCount, stride) = (shape.factorCount, shape.factorStride)
    let context = context(state)
    if plan.pair == nil { context.bring(&pending.errors, table: tables[1].base) }
    if !shape.usesWeights { relationSweep?.enterErrors(context) }
    for factor in 0..<factorCount {
      let normals = standardNormals(state)
      let priors = state.hyperparameters.factors
      let isSound = state.machine.withMutableParameters { _, factors in
        priors.withUnsafeBufferPointer { priors in
          guard let priors = priors.baseAddress else { return true }
          let draws = ConditionalDraws(
            values: factors + factor, stride: stride, table: tables[factor % 2].base,
            noisePrecision: state.hyperparameters.noisePrecision, priors: priors + factor,
            priorStride: factorCount, groups: state.groups, normals: normals)
          if let pair = plan.pair {
            return PairSweep(context: context, pair: pair, draws: draws)
              .updateFactor(&pending.pair)
          }
          let sweep = FactorSweep(context: context, draws: draws)
          return relationSweep?.updateFactor(factor, sweep)
            ?? sweep.run(factor, of: shape, &pending.factor)
        }
      }
      if !isSound { return false }
    }
    return true
  }

  private func standardNormals(_ state: GibbsState) -> UnsafePointer<Double>? {
    guard state.options.samples else { return nil }
    return state.draws.standardNormals(state.machine.shape.featureCount, buffer: normals.base)
  }

  private func context(_ state: GibbsState) -> SweepContext {
    SweepContext(
      plan: plan, pool: pool, tuning: tuning, rowCount: state.caseCount,
      featureCount: state.machine.shape.featureCount, mainFeatureCount: mainFeatureCount,
      errors: state.errors.base, errorStride: state.errors.stride, sums: sums.base,
      laterSums: laterSums?.base)
  }
}

/// What the errors still lack, by the kind of sweep that will bring it to them.
private struct PendingUpdates {
  var errors: ErrorUpdate?
  var factor: PendingFactor?
  var pair: PairUpdate?
}

extension GibbsState {
  /// Whether nothing has been refused and no draw skipped in this iteration.
  fileprivate var isSound: Bool { guards == GuardCounts() && !draws.skippedDraw }
}
