// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// The training and test cases of a Gibbs sampler: their scores, errors and latent targets.
final class GibbsCases {
  /// The features of the training cases, ids ascending within a case.
  let rows: SparseMatrix

  /// The predictions for the test cases, if there are any.
  let averages: TestAverages?

  /// The sums over the training errors as of the last update.
  private(set) var sums = ErrorSums()

  private let train: Dataset
  private let testRows: SparseMatrix?
  private let task: LearningTask
  private let clip: TargetClip
  private let halfSquares: AlignedBuffer<Double>

  /// The targets that stand behind the classes, one a case; classification only.
  private let latentTargets: AlignedBuffer<Double>?
  private var hasLatentTargets = false

  init(
    train: Dataset, test: Dataset?, shape: FactorizationMachine.Shape, task: LearningTask,
    pool: WorkerPool
  ) throws(OutOfMemoryError) {
    self.train = train
    self.task = task
    clip = TargetClip(train.targetRange)
    rows = try train.matrix.withAscendingRows(pool: pool)
    testRows = try test?.matrix.withAscendingRows(pool: pool)
    averages = try test.map { [clip] test throws(OutOfMemoryError) in
      try TestAverages(test, task: task, clip: clip)
    }
    halfSquares = try AlignedBuffer(count: shape.featureCount * shape.factorStride)
    latentTargets =
      task == .classification ? try AlignedBuffer(count: train.caseCount) : nil
  }

  /// Sets the errors of the training cases from the parameters and the targets in force.
  func restoreErrors(of state: GibbsState, pool: WorkerPool) {
    score(state, iteration: nil, pool)
    if let latentTargets, hasLatentTargets {
      sums = subtract(latentTargets.base, state, clip: nil)
    } else {
      sums = subtract(train.targets.base, state, clip: nil)
    }
  }

  /// Scores all cases with new parameters, evaluates, and sets the errors of the training cases; in
  /// classification from new latent targets.
  ///
  /// `whileWaiting` runs beside the chains over the training cases; it must not touch the state.
  func update(
    _ state: GibbsState, iteration: Int, pool: WorkerPool, whileWaiting: () -> Void = {}
  ) throws(UnreachableTarget) -> (train: Evaluation, test: GibbsSampler.TestEvaluations?) {
    let rightCount = score(state, iteration: iteration, pool)
    var test: GibbsSampler.TestEvaluations?
    var unreachable: UnreachableTarget?
    pool.runTasks(3) { task in
      switch task {
      case 0: unreachable = setErrors(state)
      case 1: test = averages?.evaluate(iteration: iteration)
      default: whileWaiting()
      }
    }
    if let unreachable { throw unreachable }
    let count = train.caseCount
    let figure =
      switch task {
      case .regression: average(sums.predictionSquares, over: count).squareRoot()
      case .classification: average(Double(rightCount), over: count)
      }
    return (Evaluation(figure: figure), test)
  }

  /// Whether a score of the last update was NaN.
  var hasNaNScores: Bool { sums.squares.isNaN || averages?.sawNaN ?? false }

  /// Writes the scores of all cases; with an iteration also counts the right classes among the training
  /// cases and adds to the averages of the test cases.
  @discardableResult
  private func score(_ state: GibbsState, iteration: Int?, _ pool: WorkerPool) -> Int {
    let rightCount = Atomic<Int>(0)
    let machine = state.machine
    let (scores, errorStride) = (state.errors.base, state.errorStride)
    machine.withParameterPointers { parameters in
      pool.forEachRange(of: machine.shape.featureCount, grain: 4_096) { range in
        writeHalfSquares(of: range, parameters: parameters, to: halfSquares.base)
      }
      let parameters = AscendingScoreParameters(
        parameters: parameters, bias: machine.bias, halfSquares: halfSquares.base)
      let rows = SparseRows(rows)
      pool.forEachRange(of: rows.rowCount, grain: 256) { range in
        writeAscendingScores(
          of: range, in: rows, parameters: parameters, to: scores, stride: errorStride)
        if iteration != nil, task == .classification {
          rightCount.add(
            countRightClasses(
              of: range, scores: scores, stride: errorStride, targets: train.targets.base),
            ordering: .relaxed)
        }
      }
      guard let iteration, let averages, let testRows else { return }
      let testPointers = SparseRows(testRows)
      pool.forEachRange(of: testRows.rowCount, grain: 256) { range in
        writeAscendingScores(
          of: range, in: testPointers, parameters: parameters, to: averages.last.base, stride: 1)
        averages.add(range, iteration: iteration)
      }
    }
    return rightCount.load(ordering: .relaxed)
  }

  private func setErrors(_ state: GibbsState) -> UnreachableTarget? {
    guard let latentTargets else {
      sums = subtract(train.targets.base, state, clip: clip)
      return nil
    }
    if let unreachable = drawLatentTargets(state, to: latentTargets.base) { return unreachable }
    hasLatentTargets = true
    sums = subtract(latentTargets.base, state, clip: nil)
    return nil
  }

  private func drawLatentTargets(
    _ state: GibbsState, to latent: UnsafeMutablePointer<Double>
  ) -> UnreachableTarget? {
    let (scores, errorStride, targets) = (state.errors.base, state.errorStride, train.targets.base)
    guard state.options.samples else {
      for row in 0..<train.caseCount {
        latent[row] = latentTargetMean(
          score: scores[row &* errorStride], isPositive: targets[row] >= 0)
      }
      return nil
    }
    var random = state.draws.random
    defer { state.draws.use(random) }
    for row in 0..<train.caseCount {
      let score = scores[row &* errorStride]
      let isPositive = targets[row] >= 0
      guard canDrawLatentTarget(score: score, isPositive: isPositive) else {
        return UnreachableTarget(score: score, row: row)
      }
      latent[row] =
        isPositive
        ? random.nonNegativeNormal(mean: score) : random.nonPositiveNormal(mean: score)
    }
    return nil
  }

  private func subtract<Target: BinaryFloatingPoint>(
    _ targets: UnsafePointer<Target>, _ state: GibbsState, clip: TargetClip?
  ) -> ErrorSums {
    subtractTargets(
      targets, from: state.errors.base, stride: state.errorStride, count: train.caseCount,
      bias: state.machine.bias, clip: clip)
  }
}

/// A class whose latent target cannot be drawn, because the score of its case forbids it.
struct UnreachableTarget: Error {
  let score: Double
  let row: Int
}
