// SPDX-License-Identifier: Apache-2.0

/// Learns a factorization machine by Gibbs sampling or by alternating least squares.
///
/// Both go through the parameters one after the other, set each to a draw from its distribution given all
/// others or to that distribution's mean, and keep the errors of all training cases up to date (Rendle
/// 2012, "Factorization Machines with libFM", algorithms 2 and 3). Gibbs sampling predicts by averaging
/// over the draws. Parameters that share no training case are updated in parallel; results do not depend
/// on the number of workers.
///
///     var random = GlibcRandom(seed: 42)
///     var machine = try FactorizationMachine(shape: shape, initialDeviation: 0.1, using: &random)
///     machine.drawWeights(deviation: 0.1, using: &random)
///     var sampler = try GibbsSampler(
///       machine: machine, train: train, test: test, options: options, random: random,
///       pool: WorkerPool())
///     try sampler.run { report in
///       print(report.iteration, report.train.figure)
///       return .proceed
///     }
///     let predictions = try sampler.predictions()
///
/// With ``Dataset/caseWeights`` a target is y ~ N(score, 1 / (α c)): every sum over the cases is weighted.
/// Only regression knows weights: the latent targets of classification have the variance 1, and with
/// weights there is no exact draw.
public struct GibbsSampler: ~Copyable, ResumableSolver {
  /// The number of iterations done so far.
  public internal(set) var iterationCount = 0

  private let train: Dataset
  private let relationStates: [RelationState]
  private let options: Options
  let pool: WorkerPool
  let state: GibbsState
  let cases: GibbsCases
  private let blockSweep: BlockSweep
  let sweepDraws: SweepDraws?

  /// The sweep for iterations that the block sweep cannot do; made when first needed.
  private var sequentialSweep: SequentialSweep?

  /// The machine of the last iteration for which ``LearningDecision/keep`` was answered.
  public internal(set) var keptMachine: FactorizationMachine?

  /// The predictions for the test cases as of the last iteration for which ``LearningDecision/keep`` was
  /// answered.
  public internal(set) var keptPredictions: AlignedBuffer<Double>?

  /// The parameters before the sweep.
  private var saved: FactorizationMachine

  /// How many sweeps had to be made sequentially.
  private(set) var sequentialSweepCount = 0

  /// Whether the next sweep shall not even be tried by blocks.
  private var prefersSequentialSweep: Bool
  private let isAlwaysSequential: Bool

  /// Prepares learning from a machine that has its initial parameters, the weights included.
  ///
  /// - Parameters:
  ///   - machine: the initial parameters.
  ///   - train: the cases to learn from; targets −1 and +1 in classification. The range of their targets
  ///     before that mapping bounds predictions in regression.
  ///   - validation: cases to evaluate on after each iteration, to choose the best of them. Not together
  ///     with relations, which say nothing about these cases.
  ///   - test: cases to predict and to evaluate on after each iteration.
  ///   - relations: tables joined to the cases. Their features are the last ones of the machine, in
  ///     the order of the relations.
  ///   - groups: the groups of all features of the machine, those of relations included (see
  ///     ``FeatureGroups/appending(_:)``); by default one group for the features of the cases
  ///     themselves, followed by the groups of each relation.
  ///   - options: what to learn and how; one regularization for each group.
  ///   - random: the generator, in the state that drawing the initial parameters left it in.
  ///   - pool: the workers.
  /// - Precondition: all ids are below the machine's number of features less those of the relations;
  ///   every relation has a mapping for each case; there are case weights in regression only.
  /// - Throws: ``OutOfMemoryError``.
  public init(
    machine: FactorizationMachine, train: Dataset, validation: Dataset? = nil,
    test: Dataset? = nil, relations: [Relation] = [], groups: FeatureGroups? = nil,
    options: Options,
    random: GlibcRandom, pool: WorkerPool
  ) throws(OutOfMemoryError) {
    try self.init(
      machine: machine, train: train, validation: validation, test: test, relations: relations,
      groups: groups,
      options: options, random: random, pool: pool, tuning: SweepTuning())
  }

  /// As the public initializer; without `tuning` all sweeps are sequential.
  init(
    machine: FactorizationMachine, train: Dataset, validation: Dataset? = nil, test: Dataset?,
    relations: [Relation] = [],
    groups: FeatureGroups?, options: Options, random: GlibcRandom, pool: WorkerPool,
    tuning: SweepTuning?
  ) throws(OutOfMemoryError) {
    let featureCount = machine.shape.featureCount
    let mainFeatureCount = featureCount - relations.featureCount
    precondition(max(train.featureCount, test?.featureCount ?? 0) <= mainFeatureCount)
    precondition(validation?.featureCount ?? 0 <= mainFeatureCount)
    precondition(validation == nil || relations.isEmpty)
    precondition(relations.allSatisfy { $0.trainMapping.count == train.caseCount })
    precondition(relations.allSatisfy { $0.testMapping.count == test?.caseCount ?? 0 })
    precondition(
      train.caseWeights == nil || options.task == .regression,
      "there is no Gibbs step for weighted classes")
    let groups =
      if let groups { groups } else {
        try relations.joinedGroups(mainFeatureCount: mainFeatureCount)
      }
    precondition(groups.featureCount == featureCount)
    precondition(options.weightRegularization.count == groups.groupCount)
    precondition(options.factorRegularization.count == groups.groupCount)
    let relationStates = try relations.states(
      shape: machine.shape, caseWeights: train.caseWeights, tuning: tuning ?? SweepTuning(),
      pool: pool)
    let cases = try GibbsCases(
      train: train, validation: validation, test: test, relations: relationStates,
      options: options, pool: pool)
    let blockSweep = try BlockSweep(
      cases.rows, caseWeights: train.caseWeights, relations: relationStates, shape: machine.shape,
      tuning: tuning ?? SweepTuning(), pool: pool)
    let state = try GibbsState(
      options: options, groups: groups, train: train, plan: blockSweep.plan, machine: machine,
      random: random)
    // With the classes' latent targets drawn in between, or with nobody to draw while others work, there
    // is nothing to gain.
    let drawsAhead = options.task == .regression && pool.workerCount > 1 && tuning != nil
    let sweepDraws = drawsAhead ? try SweepDraws(state: state) : nil
    let saved = try FactorizationMachine(shape: machine.shape)
    cases.restoreErrors(of: state, pool: pool)
    self.train = train
    self.relationStates = relationStates
    self.options = options
    self.pool = pool
    self.cases = cases
    self.state = state
    self.blockSweep = blockSweep
    self.sweepDraws = sweepDraws
    self.saved = saved
    isAlwaysSequential = tuning == nil
    prefersSequentialSweep = isAlwaysSequential
  }

  /// The machine as of the last iteration.
  public var machine: FactorizationMachine { state.machine }

  /// Runs all iterations that are not done yet.
  ///
  /// - Parameters:
  ///   - report: called once for each iteration, in order.
  ///   - checkpoint: called after each report with all that is needed to go on from there, valid until it
  ///     returns; see ``SolverSnapshot``.
  /// - Throws: what the closures throw, ``DivergenceError`` and ``OutOfMemoryError``.
  public mutating func run(
    _ report: (Report) throws -> LearningDecision,
    checkpoint: (Snapshot) throws -> Void = { _ in }
  ) throws {
    while iterationCount < options.iterations {
      let start = ElapsedTime.now()
      let iteration = iterationCount
      let evaluations: CaseEvaluations
      do {
        state.guards = GuardCounts()
        try sweep()
        evaluations = try cases.update(state, iteration: iteration, pool: pool) {
          [sweepDraws, state] in sweepDraws?.make(from: state.draws.random)
        }
      } catch let error as UnusableParameter {
        throw divergence(.parameter(error.name))
      } catch let error as UnreachableTarget {
        throw divergence(.score(error.score, row: error.row))
      }
      iterationCount += 1
      let decision = try report(
        Report(
          iteration: iteration, train: evaluations.train, validation: evaluations.validation,
          test: evaluations.test,
          hyperparameters: state.hyperparameters, guards: state.guards,
          hasNaNScores: cases.hasNaNScores, machine: state.machine,
          learningTime: ElapsedTime.now() - start))
      if decision == .keep { try keep() }
      try checkpoint(snapshot)
      if decision == .stop { return }
    }
  }

  /// The predictions for the test cases.
  ///
  /// In sampling these are averages over the iterations done (of predictions cut to the range of the
  /// training targets, or of probabilities), otherwise those of the last iteration; the result is cut to
  /// the range, or to 0...1, again. Without any iteration the greatest training target, or 1, in sampling,
  /// and otherwise the prediction of a score of 0, or 0.
  ///
  /// - Returns: one prediction a test case; none without test data.
  /// - Throws: ``OutOfMemoryError``.
  public func predictions() throws(OutOfMemoryError) -> AlignedBuffer<Double> {
    guard let averages = cases.averages else { return try AlignedBuffer(count: 0) }
    return try averages.predictions(averagedOver: options.samples ? iterationCount : nil)
  }

  /// Keeps the present machine and predictions, as after ``LearningDecision/keep``.
  public mutating func keep() throws(OutOfMemoryError) {
    if keptMachine == nil { keptMachine = try FactorizationMachine(shape: state.machine.shape) }
    keptMachine?.assign(from: state.machine)
    if cases.averages != nil { keptPredictions = try predictions() }
  }

  /// Sweeps by blocks; where that meets values that are not finite, starts over sequentially.
  private mutating func sweep() throws {
    let random = state.draws.random
    if !prefersSequentialSweep {
      saved.assign(from: state.machine)
      let hyperparameters = state.hyperparameters
      sweepDraws?.supply(&state.draws)
      if blockSweep.run(on: state, errorSums: cases.sums) {
        state.draws.use(state.draws.random)
        return
      }
      state.machine.assign(from: saved)
      state.hyperparameters = hyperparameters
      state.draws.use(random)
      cases.restoreErrors(of: state, pool: pool)
    }
    state.guards = GuardCounts()
    let sweep =
      try sequentialSweep
      ?? SequentialSweep(
        ColumnView(train.matrix, pool: pool), relations: relationStates,
        caseCount: train.caseCount)
    sequentialSweep = sweep
    sequentialSweepCount += 1
    try sweep.run(on: state)
    if !isAlwaysSequential { prefersSequentialSweep = state.guards != GuardCounts() }
  }

  private func divergence(_ reason: DivergenceError.Reason) -> DivergenceError {
    let largestValues = [train.matrix.largestValue] + relationStates.map(\.largestValue)
    return DivergenceError(
      reason: reason, iteration: iterationCount,
      largestValue: largestValues.compactMap(\.self).max { $0.magnitude < $1.magnitude })
  }
}
