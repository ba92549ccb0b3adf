// SPDX-License-Identifier: Apache-2.0

/// Learns a factorization machine by gradient descent in batches of cases, on all workers.
///
/// Each batch moves the parameters once, against the gradient *g* of
///
///     1/B Σᵢ cᵢ ℓ(ŷᵢ, yᵢ) + λ₀/2 w₀² + 1/B Σᵢ Σ_{j: xᵢⱼ ≠ 0} (λ_w/2 wⱼ² + λ_v/2 ‖vⱼ‖²)
///
/// over its *B* cases, with the loss ℓ of ``StochasticGradientDescent`` (half the squared error, or
/// the logistic loss; ∂ℓ/∂ŷ of the former is the error of the score cut to the range of the targets)
/// and the weights *c* of ``Dataset/caseWeights``. That is the mean of what
/// ``StochasticGradientDescent`` descends case by case, so penalties mean the same there and here,
/// whatever the size of a batch; and a feature that no case of a batch has, has a gradient of exactly
/// 0 in it. ``Optimizer`` tells how parameters move.
///
/// A batch's gradient is one sum for each feature in the order of the rows, so results do not depend
/// on the number of workers. Beside the data and the machine memory holds one or two numbers a
/// parameter for the optimizer, the gradient (``FactorizationMachine/Shape/factorStride`` and 2 to 6
/// numbers a feature) and buffers of fixed size, but nothing for each case.
///
///     var solver = MiniBatchDescent(
///       machine: machine, train: train, test: test,
///       options: .init(task: .regression, optimizer: .adam, iterations: 20),
///       random: GlibcRandom(seed: 1), pool: WorkerPool())
///     try solver.run { report in
///       print(report.iteration, report.train.figure)
///       return .proceed
///     }
///     let machine = solver.machine
public struct MiniBatchDescent {
  /// The machine as learned so far.
  public var machine: FactorizationMachine { progress.machine }

  /// The machine of the last iteration for which ``LearningDecision/keep`` was answered.
  public var keptMachine: FactorizationMachine? { progress.keptMachine }

  private var progress: SolverProgress

  private let train: Dataset
  private let validation: Dataset?
  private let test: Dataset?
  private let options: Options
  private let random: GlibcRandom
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
  ///   - random: the generator of the order of the cases.
  ///   - pool: the workers.
  /// - Precondition: all ids are below the machine's number of features; the numbers in `options` are
  ///   within their ranges.
  public init(
    machine: FactorizationMachine, train: Dataset, validation: Dataset? = nil,
    test: Dataset? = nil, options: Options, random: GlibcRandom, pool: WorkerPool
  ) {
    precondition(train.featureCount <= machine.shape.featureCount)
    precondition(validation?.featureCount ?? 0 <= machine.shape.featureCount)
    precondition(test?.featureCount ?? 0 <= machine.shape.featureCount)
    precondition(options.areInRange, "an option is out of its range")
    progress = SolverProgress(machine: machine)
    self.train = train
    self.validation = validation
    self.test = test
    self.options = options
    self.random = random
    self.pool = pool
  }

  /// The size of a batch for a number of cases: 2¹⁷, but at most a hundredth of them, and at least 1.
  public static func defaultBatchSize(caseCount: Int) -> Int {
    max(1, min(1 << 17, caseCount / 100))
  }

  /// Runs all iterations, with an optimizer that has seen nothing yet.
  ///
  /// When `report` answers ``LearningDecision/stop`` or throws, the machine is the one of the iteration
  /// reported last.
  ///
  /// - Parameter report: called once for each iteration, in order.
  /// - Throws: what `report` throws, and ``OutOfMemoryError``.
  public mutating func run(_ report: (IterationReport) throws -> LearningDecision) throws {
    let loop = EpochLoop(
      evaluator: try EpochEvaluator(
        task: options.task, train: train, validation: validation, test: test,
        metrics: options.metrics),
      iterations: options.iterations, pool: pool, learnsInParallel: true)
    let epoch = try MiniBatchEpoch(
      machine, train: train, options: options, random: random, pool: pool)
    try loop.run(&progress) { machine, _ in
      epoch.learn(&machine)
    } report: { evaluation, iteration, learningTime in
      try report(evaluation.report(of: iteration, learningTime: learningTime))
    } checkpoint: { _ in
    }
  }
}
