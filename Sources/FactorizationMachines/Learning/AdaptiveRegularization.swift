// SPDX-License-Identifier: Apache-2.0

/// Learns a factorization machine by stochastic gradient descent and its L2 penalties on the way, from
/// validation cases (Rendle 2012, "Learning recommender systems with adaptive regularization").
///
/// Every step on a training case is followed by a step of the penalties on the next validation case, so
/// that the parameters one step ahead fit it better. There is a penalty for the linear weights of each
/// group of features and one for each of its factors; all start at 0 and first change in the second
/// iteration. The bias has none. As in ``StochasticGradientDescent`` the order of the cases is part of
/// the result and the number of workers is not.
///
/// ``Dataset/caseWeights`` of the training cases multiply their losses, and so the gradients from which the
/// parameters one step ahead follow; all validation cases count the same.
public struct AdaptiveRegularization: ResumableSolver {
  /// What to learn and how.
  public struct Options: Sendable {
    /// Regression with the squared error (not halved: steps are twice those of
    /// ``StochasticGradientDescent``), or classification with the logistic loss.
    public var task: LearningTask

    /// The number of passes over the training data.
    public var iterations: Int

    /// The learning rates, η: of each term, and of that term's penalties.
    public var learningRates: PerTerm<Double>

    /// Whether learning starts from the machine's linear weights; libFM starts from 0.
    public var keepsWeights: Bool

    /// The metrics to report for validation and test data beside the usual figures.
    public var metrics: [Metric]

    /// Sets the options.
    public init(
      task: LearningTask, iterations: Int, learningRates: PerTerm<Double>,
      keepsWeights: Bool = true, metrics: [Metric] = []
    ) {
      self.task = task
      self.iterations = iterations
      self.learningRates = learningRates
      self.keepsWeights = keepsWeights
      self.metrics = metrics
    }
  }

  /// What is told after each iteration.
  public struct Report: Sendable, Hashable {
    /// The figures on training, validation and test data.
    public var progress: IterationReport

    /// The penalties after the iteration.
    public var penalties: GroupPenalties

    /// The variances of the parameters where the iteration last began with the first validation case.
    ///
    /// That is before the end of the iteration. libFM logs these, beside means that are always 0.
    public var variances: ParameterVariances
  }

  /// What must be known to go on after an iteration.
  public struct Snapshot: SolverSnapshot {
    /// The iterations done and the machines.
    public var progress: SolverProgress

    /// The penalties of each group: λ.
    public var penalties: ParameterArrays

    /// For each feature the gradients of the last training case that had it.
    public var gradients: ParameterArrays

    /// Makes a snapshot.
    public init(
      progress: SolverProgress, penalties: ParameterArrays, gradients: ParameterArrays
    ) {
      self.progress = progress
      self.penalties = penalties
      self.gradients = gradients
    }
  }

  /// The machine as learned so far.
  public var machine: FactorizationMachine { progress.machine }

  /// The machine of the last iteration for which ``LearningDecision/keep`` was answered.
  public var keptMachine: FactorizationMachine? { progress.keptMachine }

  private var progress: SolverProgress

  /// The penalties and gradients to go on with, never changed here; nil as long as all are 0.
  private var adaptation: AdaptiveState.Arrays?

  private let train: Dataset
  private let validation: Dataset
  private let test: Dataset?
  private let groups: FeatureGroups
  private let options: Options
  private let pool: WorkerPool

  /// Prepares learning from a machine that has its initial parameters.
  ///
  /// - Parameters:
  ///   - machine: the initial parameters.
  ///   - train: the cases to learn parameters from; targets −1 and +1 in classification. The range of
  ///     their targets before that mapping bounds predictions in regression.
  ///   - validation: the cases to learn penalties from, at least one.
  ///   - test: cases to evaluate on after each iteration.
  ///   - groups: the group of each of the machine's features.
  ///   - options: what to learn and how.
  ///   - pool: the workers.
  /// - Precondition: all ids are below the machine's number of features.
  public init(
    machine: FactorizationMachine, train: Dataset, validation: Dataset, test: Dataset? = nil,
    groups: FeatureGroups, options: Options, pool: WorkerPool
  ) {
    precondition(train.featureCount <= machine.shape.featureCount)
    precondition(validation.featureCount <= machine.shape.featureCount)
    precondition(test?.featureCount ?? 0 <= machine.shape.featureCount)
    precondition(groups.featureCount == machine.shape.featureCount)
    precondition(validation.caseCount > 0, "penalties are learned from validation cases")
    progress = SolverProgress(machine: machine)
    self.train = train
    self.validation = validation
    self.test = test
    self.groups = groups
    self.options = options
    self.pool = pool
    if !options.keepsWeights {
      progress.machine.withMutableParameters { weights, _ in
        weights.update(repeating: 0, count: machine.shape.featureCount)
      }
    }
  }

  /// Continues after the iteration of a snapshot; see ``ResumableSolver``.
  public mutating func restore(_ snapshot: Snapshot) throws(SnapshotMismatchError) {
    let shape = machine.shape
    try SnapshotMismatchError.check(snapshot.progress, shape: shape)
    for (name, arrays, count) in [
      ("penalties", snapshot.penalties, groups.groupCount),
      ("gradients", snapshot.gradients, shape.featureCount),
    ] {
      try SnapshotMismatchError.check(name, arrays.weights.count, expected: count)
      try SnapshotMismatchError.check(
        name, arrays.factors.count, expected: count * shape.factorStride)
    }
    progress = snapshot.progress
    adaptation = AdaptiveState.Arrays(
      penalties: snapshot.penalties, gradients: snapshot.gradients)
  }

  /// Keeps the present machine, as after ``LearningDecision/keep``.
  public mutating func keep() throws(OutOfMemoryError) {
    try progress.keep(progress.machine)
  }

  /// Runs all iterations that are not done yet, with penalties that start at 0.
  ///
  /// With several workers the report of an iteration comes when the next one has been learned too. When
  /// `report` answers ``LearningDecision/stop`` or throws, that next iteration is dropped: the machine is
  /// the one of the iteration reported last.
  ///
  /// - Parameters:
  ///   - report: called once for each iteration, in order.
  ///   - checkpoint: called after each report with all that is needed to go on from there, valid until it
  ///     returns; see ``SolverSnapshot``.
  /// - Throws: what the closures throw, and ``OutOfMemoryError``.
  public mutating func run(
    _ report: (Report) throws -> LearningDecision,
    checkpoint: (Snapshot) throws -> Void = { _ in }
  ) throws {
    let state = try AdaptiveState(shape: machine.shape, groups: groups, copying: adaptation)
    adaptation = nil
    defer { adaptation = state.arrays }
    let loop = EpochLoop(
      evaluator: try EpochEvaluator(
        task: options.task, train: train, validation: validation, test: test,
        metrics: options.metrics),
      iterations: options.iterations, pool: pool, companion: state)
    let epoch = AdaptiveEpoch(
      train: train, validation: validation, task: options.task, rates: options.learningRates,
      state: state)
    try loop.run(&progress, learn: epoch.learn) {
      try report(
        Report(
          progress: $0.report(of: $1, learningTime: $2.learningTime),
          penalties: $2.penalties, variances: $2.variances))
    } checkpoint: {
      try checkpoint(
        Snapshot(
          progress: $0, penalties: state.arrays.penalties, gradients: state.arrays.gradients))
    }
  }
}
