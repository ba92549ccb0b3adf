// SPDX-License-Identifier: Apache-2.0

/// Learns a factorization machine by stochastic gradient descent, one case after the other in the order
/// of the data (Rendle 2012, "Factorization Machines with libFM", algorithm 1).
///
/// The order is part of the result: shuffle cases beforehand when they are sorted. Learning itself is one
/// chain of steps on one thread; with more workers the evaluation of each iteration reads a copy of the
/// parameters while the next iteration already learns. Results do not depend on the number of workers.
///
///     var solver = StochasticGradientDescent(
///       machine: machine, train: train, test: test, options: options, pool: WorkerPool())
///     try solver.run { report in
///       print(report.iteration, report.train.figure)
///       return .proceed
///     }
///     let machine = solver.machine
public struct StochasticGradientDescent {
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

    /// Sets the options.
    public init(
      task: LearningTask, iterations: Int, learningRates: PerTerm<Double>,
      regularization: PerTerm<Double> = PerTerm(all: 0)
    ) {
      self.task = task
      self.iterations = iterations
      self.learningRates = learningRates
      self.regularization = regularization
    }
  }

  /// The machine as learned so far.
  public private(set) var machine: FactorizationMachine

  private let train: Dataset
  private let test: Dataset?
  private let options: Options
  private let pool: WorkerPool

  /// Prepares learning from a machine that has its initial parameters.
  ///
  /// - Parameters:
  ///   - machine: the initial parameters.
  ///   - train: the cases to learn from; targets −1 and +1 in classification. The range of their targets
  ///     before that mapping bounds predictions in regression.
  ///   - test: cases to evaluate on after each iteration.
  ///   - options: what to learn and how.
  ///   - pool: the workers.
  /// - Precondition: all ids are below the machine's number of features.
  public init(
    machine: FactorizationMachine, train: Dataset, test: Dataset? = nil, options: Options,
    pool: WorkerPool
  ) {
    precondition(train.featureCount <= machine.shape.featureCount)
    precondition(test?.featureCount ?? 0 <= machine.shape.featureCount)
    self.machine = machine
    self.train = train
    self.test = test
    self.options = options
    self.pool = pool
  }

  /// Runs all iterations.
  ///
  /// With several workers the report of an iteration comes when the next one has been learned too. When
  /// `report` answers ``LearningDecision/stop`` or throws, that next iteration is dropped: the machine is
  /// the one of the iteration reported last.
  ///
  /// - Parameter report: called once for each iteration, in order.
  /// - Throws: what `report` throws, and ``OutOfMemoryError``.
  public mutating func run(_ report: (IterationReport) throws -> LearningDecision) throws {
    if affordsSnapshot {
      try runOverlapped(report)
    } else {
      for iteration in 0..<max(0, options.iterations) {
        let learningTime = learnEpoch()
        let evaluation = evaluation(of: machine, workerCount: pool.workerCount)
        pool.run(evaluation.work)
        let decision = try report(evaluation.report(of: iteration, learningTime: learningTime))
        if decision == .stop { return }
      }
    }
  }

  /// Learns each epoch while the one before is evaluated on a copy of the parameters.
  private mutating func runOverlapped(
    _ report: (IterationReport) throws -> LearningDecision
  ) throws {
    var snapshot = try FactorizationMachine(shape: machine.shape)
    var learningTime = ElapsedTime.zero
    for iteration in 0..<max(0, options.iterations) {
      let behind = iteration - 1
      if behind < 0 {
        learningTime = learnEpoch()
      } else {
        let evaluation = evaluation(of: snapshot, workerCount: pool.workerCount - 1)
        var nextLearningTime = ElapsedTime.zero
        pool.run { worker in
          if worker == 0 {
            nextLearningTime = learnEpoch()
          } else {
            evaluation.work(as: worker - 1)
          }
        }
        var decision = LearningDecision.stop
        defer {
          if decision == .stop { machine.assign(from: snapshot) }
        }
        decision = try report(evaluation.report(of: behind, learningTime: learningTime))
        if decision == .stop { return }
        learningTime = nextLearningTime
      }
      snapshot.assign(from: machine)
    }
    guard options.iterations > 0 else { return }
    let evaluation = evaluation(of: machine, workerCount: pool.workerCount)
    pool.run(evaluation.work)
    _ = try report(
      evaluation.report(of: options.iterations - 1, learningTime: learningTime))
  }

  /// Whether there is a second worker to evaluate a copy of the parameters, and the copy is small beside
  /// what is held anyway.
  private var affordsSnapshot: Bool {
    guard pool.workerCount > 1 else { return false }
    let machineBytes = machine.shape.byteCount
    let heldBytes = machineBytes + train.matrix.byteCount + (test?.matrix.byteCount ?? 0)
    return machineBytes <= heldBytes / 8 + 32 << 20
  }

  private mutating func learnEpoch() -> ElapsedTime {
    let start = ElapsedTime.nowOnThisThread()
    let rows = SparseRows(train.matrix)
    let steps = GradientSteps(
      rates: options.learningRates, regularization: options.regularization,
      clip: TargetClip(train.targetRange))
    let (shape, bias) = (machine.shape, machine.bias)
    machine.bias = machine.withMutableParameters { weights, factors in
      descendRows(
        rows, targets: train.targets.base, bias: bias, task: options.task,
        parameters: ParameterPointers(shape: shape, weights: weights, factors: factors),
        steps: steps)
    }
    return ElapsedTime.nowOnThisThread() - start
  }

  private func evaluation(of machine: FactorizationMachine, workerCount: Int) -> EpochEvaluation {
    let clip = TargetClip(train.targetRange)
    func evaluation(on dataset: Dataset) -> ParallelEvaluation {
      ParallelEvaluation(
        of: machine, on: dataset, task: options.task, clip: clip, workerCount: workerCount)
    }
    return EpochEvaluation(train: evaluation(on: train), test: test.map(evaluation))
  }
}

/// The evaluations that follow an epoch.
private struct EpochEvaluation {
  let train: ParallelEvaluation
  let test: ParallelEvaluation?

  func work(as worker: Int) {
    train.work(as: worker)
    test?.work(as: worker)
  }

  func report(of iteration: Int, learningTime: ElapsedTime) -> IterationReport {
    IterationReport(
      iteration: iteration, train: train.evaluation, test: test?.evaluation,
      learningTime: learningTime)
  }
}
