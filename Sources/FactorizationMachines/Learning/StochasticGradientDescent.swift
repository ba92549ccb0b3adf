// SPDX-License-Identifier: Apache-2.0

/// Learns a factorization machine by stochastic gradient descent, one case after the other in the order
/// of the data (Rendle 2012, "Factorization Machines with libFM", algorithm 1).
///
/// The order is part of the result: shuffle cases beforehand when they are sorted. Learning itself is one
/// chain of steps on one thread; with more workers the evaluation of each iteration reads a copy of the
/// parameters while the next iteration already learns. Results do not depend on the number of workers.
///
/// With ``Dataset/caseWeights`` each step goes down the gradient of c · loss + penalty: a case of weight 0
/// still takes its part in the penalty.
///
///     var solver = StochasticGradientDescent(
///       machine: machine, train: train, test: test, options: options, pool: WorkerPool())
///     try solver.run { report in
///       print(report.iteration, report.train.figure)
///       return .proceed
///     }
///     let machine = solver.machine
public struct StochasticGradientDescent: ResumableSolver {
  /// What to learn and how.
  public struct Options: Sendable {
    /// Regression with half the squared error, or classification with the logistic loss.
    public var task: LearningTask

    /// The number of passes over the training data.
    public var iterations: Int

    /// The learning rates, η.
    public var learningRates: PerTerm<Double>

    /// The factors of the L2 penalty, λ.
    public var regularization: PerTerm<Double>

    /// The metrics to report for validation and test data beside the usual figures.
    public var metrics: [Metric]

    /// Sets the options.
    public init(
      task: LearningTask, iterations: Int, learningRates: PerTerm<Double>,
      regularization: PerTerm<Double> = PerTerm(all: 0), metrics: [Metric] = []
    ) {
      self.task = task
      self.iterations = iterations
      self.learningRates = learningRates
      self.regularization = regularization
      self.metrics = metrics
    }
  }

  /// What must be known to go on after an iteration.
  public struct Snapshot: SolverSnapshot {
    /// The iterations done and the machines.
    public var progress: SolverProgress

    /// Makes a snapshot.
    public init(progress: SolverProgress) {
      self.progress = progress
    }
  }

  /// The machine as learned so far.
  public var machine: FactorizationMachine { progress.machine }

  /// The machine of the last iteration for which ``LearningDecision/keep`` was answered.
  public var keptMachine: FactorizationMachine? { progress.keptMachine }

  private var progress: SolverProgress
  private let train: Dataset
  private let validation: Dataset?
  private let test: Dataset?
  private let options: Options
  private let pool: WorkerPool

  /// Prepares learning from a machine that has its initial parameters.
  ///
  /// - Parameters:
  ///   - machine: the initial parameters.
  ///   - train: the cases to learn from; targets −1 and +1 in classification. The range of their targets
  ///     before that mapping bounds predictions in regression.
  ///   - validation: cases to evaluate on after each iteration, to choose the best of them.
  ///   - test: cases to evaluate on after each iteration.
  ///   - options: what to learn and how.
  ///   - pool: the workers.
  /// - Precondition: all ids are below the machine's number of features.
  public init(
    machine: FactorizationMachine, train: Dataset, validation: Dataset? = nil,
    test: Dataset? = nil, options: Options, pool: WorkerPool
  ) {
    precondition(train.featureCount <= machine.shape.featureCount)
    precondition(validation?.featureCount ?? 0 <= machine.shape.featureCount)
    precondition(test?.featureCount ?? 0 <= machine.shape.featureCount)
    progress = SolverProgress(machine: machine)
    self.train = train
    self.validation = validation
    self.test = test
    self.options = options
    self.pool = pool
  }

  /// Continues after the iteration of a snapshot; see ``ResumableSolver``.
  public mutating func restore(_ snapshot: Snapshot) throws(SnapshotMismatchError) {
    try SnapshotMismatchError.check(snapshot.progress, shape: machine.shape)
    progress = snapshot.progress
  }

  /// Keeps the present machine, as after ``LearningDecision/keep``.
  public mutating func keep() throws(OutOfMemoryError) {
    try progress.keep(progress.machine)
  }

  /// Runs all iterations that are not done yet.
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
    _ report: (IterationReport) throws -> LearningDecision,
    checkpoint: (Snapshot) throws -> Void = { _ in }
  ) throws {
    let loop = EpochLoop(
      evaluator: try EpochEvaluator(
        task: options.task, train: train, validation: validation, test: test,
        metrics: options.metrics),
      iterations: options.iterations, pool: pool)
    let (train, options) = (train, options)
    try loop.run(&progress) { machine, _ in
      Self.learnEpoch(&machine, train: train, options: options)
    } report: { evaluation, iteration, learningTime in
      try report(evaluation.report(of: iteration, learningTime: learningTime))
    } checkpoint: {
      try checkpoint(Snapshot(progress: $0))
    }
  }

  private static func learnEpoch(
    _ machine: inout FactorizationMachine, train: Dataset, options: Options
  ) -> ElapsedTime {
    let start = ElapsedTime.nowOnThisThread()
    let rows = SparseRows(train.matrix)
    let steps = GradientSteps(
      rates: options.learningRates, regularization: options.regularization,
      clip: TargetClip(train.targetRange))
    let (shape, bias) = (machine.shape, machine.bias)
    machine.bias = machine.withMutableParameters { weights, factors in
      descendRows(
        rows, targets: train.targets.base,
        weights: train.caseWeights.map { UnsafePointer($0.base) }, bias: bias, task: options.task,
        parameters: ParameterPointers(shape: shape, weights: weights, factors: factors),
        steps: steps)
    }
    return ElapsedTime.nowOnThisThread() - start
  }
}
