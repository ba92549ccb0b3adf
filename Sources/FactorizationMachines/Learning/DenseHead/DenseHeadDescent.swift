// SPDX-License-Identifier: Apache-2.0

/// Learns a factorization machine under a dense head by gradient descent in batches of cases, on all
/// workers.
///
/// Each batch moves all parameters once, against the gradient of
///
///     1/B Σᵢ cᵢ ℓ(ŷᵢ, yᵢ) + λ₀ β₀² + λ_k ‖kernel‖² + λ_w ‖w‖² + λ_v ‖v‖²
///
/// over its *B* cases, with the bias β₀ and the kernel of the unit, the squared error of what the unit's
/// activation makes of its sum, or the logistic loss of the sum, and the weights *c* of
/// ``Dataset/caseWeights``. Inputs are normalized by the batch's own means and (biased) variances; the
/// gradient goes through these. Unlike with ``MiniBatchDescent`` penalties are on all features in every
/// batch, so all parameters move in every batch.
///
/// All sums over cases are in fixed blocks or in the order of the cases, so results do not depend on the
/// number of workers. Beside the data and the machine memory holds three numbers a parameter, the inputs
/// of the cases of a batch, and buffers of fixed size.
public struct DenseHeadDescent {
  /// The machine as learned so far.
  public private(set) var model: DenseHeadMachine

  /// The machine of the last iteration for which ``LearningDecision/keep`` was answered.
  public private(set) var keptModel: DenseHeadMachine?

  private let train: Dataset
  private let validation: Dataset?
  private let test: Dataset?
  private let options: Options
  private let random: GlibcRandom
  private let pool: WorkerPool

  /// What is told after each iteration.
  public struct Report: Sendable, Hashable {
    /// The figures of predictions.
    public var progress: IterationReport

    /// The mean over the training cases of what the batches descended, penalties included, each before
    /// its step.
    public var loss: Double

    /// The mean loss of the validation cases after the iteration, and the penalties; nil without any.
    public var validationLoss: Double?
  }

  /// Prepares learning from a machine that has its initial parameters.
  ///
  /// - Parameters:
  ///   - model: the initial parameters.
  ///   - train: the cases to learn from; targets −1 and +1 in classification. The range of their targets
  ///     before that mapping bounds predictions in regression, but not what is descended.
  ///   - validation: cases to evaluate on after each iteration, to choose the best of them.
  ///   - test: cases to evaluate on after each iteration.
  ///   - options: what to learn and how.
  ///   - random: the generator of the order of the cases.
  ///   - pool: the workers.
  /// - Precondition: all ids are below the machine's number of features; the numbers in `options` are
  ///   within their ranges.
  public init(
    model: DenseHeadMachine, train: Dataset, validation: Dataset? = nil, test: Dataset? = nil,
    options: Options, random: GlibcRandom, pool: WorkerPool
  ) {
    let featureCount = model.machine.shape.featureCount
    precondition(
      [train, validation, test].allSatisfy { $0?.featureCount ?? 0 <= featureCount })
    precondition(options.areInRange, "an option is out of its range")
    self.model = model
    self.train = train
    self.validation = validation
    self.test = test
    self.options = options
    self.random = random
    self.pool = pool
  }

  /// The size of a batch for a number of cases: that of ``MiniBatchDescent``, but at least 256, as the
  /// statistics of a few cases normalize badly.
  public static func defaultBatchSize(caseCount: Int) -> Int {
    max(256, MiniBatchDescent.defaultBatchSize(caseCount: caseCount))
  }

  /// Runs all iterations, with an optimizer that has seen nothing yet.
  ///
  /// When `report` answers ``LearningDecision/stop`` or throws, the machine is the one of the iteration
  /// reported last.
  ///
  /// - Parameter report: called once for each iteration, in order.
  /// - Throws: what `report` throws, and ``OutOfMemoryError``.
  public mutating func run(_ report: (Report) throws -> LearningDecision) throws {
    let evaluator = try EpochEvaluator(
      task: options.task, train: train, validation: validation, test: test,
      metrics: options.metrics)
    let epoch = try DenseHeadEpoch(
      model, train: train, options: options, random: random, pool: pool)
    let lossMeasurement = try validation.map { validation throws(OutOfMemoryError) in
      try LossMeasurement(validation, options: options, pool: pool)
    }
    for iteration in 0..<max(0, options.iterations) {
      let (loss, learningTime) = epoch.learn(&model)
      let evaluation = evaluator.evaluation(by: model.rowScores(for: options.task))
      pool.run { _ in evaluation.work() }
      let decision = try report(
        Report(
          progress: evaluation.report(of: iteration, learningTime: learningTime), loss: loss,
          validationLoss: lossMeasurement?.loss(of: model)))
      if decision == .keep { try keep() }
      if decision == .stop { return }
    }
  }

  private mutating func keep() throws(OutOfMemoryError) {
    if keptModel == nil {
      keptModel = DenseHeadMachine(
        machine: try FactorizationMachine(shape: model.machine.shape), columns: model.columns,
        head: model.head)
    }
    keptModel?.assign(from: model)
  }
}
