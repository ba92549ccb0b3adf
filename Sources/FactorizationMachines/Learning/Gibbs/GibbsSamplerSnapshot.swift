// SPDX-License-Identifier: Apache-2.0

extension GibbsSampler {
  /// What must be known to go on after an iteration.
  ///
  /// The errors of the training cases are not part of it: they follow from the other parts.
  public struct Snapshot: SolverSnapshot {
    /// The iterations done and the machines.
    public var progress: SolverProgress

    /// The generator after the last draw of the iteration.
    public var random: GlibcRandom

    /// The noise precision and the priors.
    public var hyperparameters: Hyperparameters

    /// The targets that stand behind the classes, one a training case; classification only.
    public var latentTargets: AlignedBuffer<Double>?

    /// The predictions for the test cases; nil when there are none.
    public var test: PredictionSums?

    /// The predictions for the validation cases; nil when there are none.
    public var validation: PredictionSums?

    /// The predictions that belong to the kept machine.
    public var keptPredictions: AlignedBuffer<Double>?

    /// Makes a snapshot.
    public init(
      progress: SolverProgress, random: GlibcRandom, hyperparameters: Hyperparameters,
      latentTargets: AlignedBuffer<Double>?, test: PredictionSums?, validation: PredictionSums?,
      keptPredictions: AlignedBuffer<Double>?
    ) {
      self.progress = progress
      self.random = random
      self.hyperparameters = hyperparameters
      self.latentTargets = latentTargets
      self.test = test
      self.validation = validation
      self.keptPredictions = keptPredictions
    }
  }

  /// The predictions for cases so far; each buffer has a number for each case.
  public struct PredictionSums: Sendable {
    /// The scores of the last draw, in classification its probabilities.
    public var last: AlignedBuffer<Double>

    /// The sums of the predictions of all draws.
    public var allDraws: AlignedBuffer<Double>

    /// The sums of the predictions of all draws after the first five.
    public var laterDraws: AlignedBuffer<Double>

    /// Joins the predictions.
    public init(
      last: AlignedBuffer<Double>, allDraws: AlignedBuffer<Double>,
      laterDraws: AlignedBuffer<Double>
    ) {
      self.last = last
      self.allDraws = allDraws
      self.laterDraws = laterDraws
    }
  }
}

extension GibbsSampler {
  /// Where the sampler stands, in its own memory.
  var snapshot: Snapshot {
    Snapshot(
      progress: SolverProgress(
        iterationCount: iterationCount, machine: state.machine, keptMachine: keptMachine),
      random: state.draws.random, hyperparameters: state.hyperparameters,
      latentTargets: cases.latentTargets, test: cases.averages?.predictionSums,
      validation: cases.validation?.predictionSums, keptPredictions: keptPredictions)
  }

  /// Continues after the iteration of a snapshot; see ``ResumableSolver``.
  public mutating func restore(_ snapshot: Snapshot) throws(SnapshotMismatchError) {
    try check(snapshot)
    iterationCount = snapshot.progress.iterationCount
    keptMachine = snapshot.progress.keptMachine
    keptPredictions = snapshot.keptPredictions
    state.machine = snapshot.progress.machine
    state.hyperparameters = snapshot.hyperparameters
    state.draws.use(snapshot.random)
    sweepDraws?.discard()
    cases.restore(snapshot, iterationCount: iterationCount)
    cases.restoreErrors(of: state, pool: pool)
  }

  private func check(_ snapshot: Snapshot) throws(SnapshotMismatchError) {
    let shape = state.machine.shape
    let priors = snapshot.hyperparameters
    try SnapshotMismatchError.check(snapshot.progress, shape: shape)
    try SnapshotMismatchError.check(
      "groups", priors.weights.count, expected: state.groups.groupCount)
    try SnapshotMismatchError.check(
      "priors of factors", priors.factors.count,
      expected: state.groups.groupCount * shape.factorCount)
    try SnapshotMismatchError.check(
      "latent targets", snapshot.latentTargets?.count, expected: cases.latentTargets?.count)
    for (name, sums, averages) in [
      ("test cases", snapshot.test, cases.averages),
      ("validation cases", snapshot.validation, cases.validation),
    ] {
      let expected = averages?.dataset.caseCount
      for buffer in [sums?.last, sums?.allDraws, sums?.laterDraws] {
        try SnapshotMismatchError.check(name, buffer?.count, expected: expected)
      }
    }
    if let kept = snapshot.keptPredictions {
      try SnapshotMismatchError.check(
        "kept predictions", kept.count, expected: cases.averages?.dataset.caseCount)
    }
  }
}
