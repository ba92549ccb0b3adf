// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// The training, validation and test cases of a Gibbs sampler: their scores, errors and latent targets.
final class GibbsCases {
  /// The features of the training cases, ids ascending within a case.
  let rows: SparseMatrix

  /// The predictions for the test cases, if there are any.
  let averages: TestAverages?

  /// The predictions for the validation cases, if there are any.
  let validation: TestAverages?

  /// The sums over the training errors as of the last update.
  private(set) var sums = ErrorSums()

  /// The relations, scored with the cases.
  private let relations: [RelationState]

  private let train: Dataset
  private let testRows: SparseMatrix?
  private let validationRows: SparseMatrix?
  private let metrics: [Metric]
  private let averagesDraws: Bool
  private let task: LearningTask
  private let clip: TargetClip

  /// The targets that stand behind the classes, one a case; classification only.
  let latentTargets: AlignedBuffer<Double>?
  private var hasLatentTargets = false

  init(
    train: Dataset, validation: Dataset?, test: Dataset?, relations: [RelationState],
    options: GibbsSampler.Options, pool: WorkerPool
  ) throws(OutOfMemoryError) {
    let task = options.task
    metrics = options.metrics
    averagesDraws = options.samples
    self.train = train
    self.relations = relations
    self.task = task
    clip = TargetClip(train.targetRange)
    rows = try train.matrix.withAscendingRows(pool: pool)
    testRows = try test?.matrix.withAscendingRows(pool: pool)
    validationRows = try validation?.matrix.withAscendingRows(pool: pool)
    func averages(_ dataset: Dataset?) throws(OutOfMemoryError) -> TestAverages? {
      guard let dataset else { return nil }
      return try TestAverages(dataset, task: task, clip: TargetClip(train.targetRange))
    }
    self.averages = try averages(test)
    self.validation = try averages(validation)
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

  /// Takes over latent targets and predictions; the errors are to be restored after that.
  func restore(_ snapshot: GibbsSampler.Snapshot, iterationCount: Int) {
    self.iterationCount = iterationCount
    hasLatentTargets = latentTargets != nil && iterationCount > 0
    if let latentTargets, let source = snapshot.latentTargets {
      latentTargets.base.update(from: source.base, count: source.count)
    }
    if let test = snapshot.test { averages?.restore(test) }
    if let validation = snapshot.validation { self.validation?.restore(validation) }
  }

  /// Scores all cases with new parameters, evaluates, and sets the errors of the training cases; in
  /// classification from new latent targets.
  ///
  /// `whileWaiting` runs beside the chains over the training cases; it must not touch the state.
  func update(
    _ state: GibbsState, iteration: Int, pool: WorkerPool, whileWaiting: () -> Void = {}
  ) throws -> CaseEvaluations {
    let (rightCount, greatestScore) = score(state, iteration: iteration, pool)
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
    var train = Evaluation(figure: figure)
    train.greatestScore = greatestScore
    if !metrics.isEmpty { test?.allDraws.metrics = try averages.map(measure) ?? [:] }
    return CaseEvaluations(
      train: train, validation: try validation.map(validationEvaluation), test: test)
  }

  /// How many draws the predictions in force average over; nil for those of the last draw alone.
  var averagedDrawCount: Int? { averagesDraws ? iterationCount : nil }

  private func validationEvaluation(_ averages: TestAverages) throws -> Evaluation {
    let metric: Metric = task == .regression ? .rootMeanSquaredError : .accuracy
    let predictions = try averages.predictions(averagedOver: averagedDrawCount)
    var evaluation = Evaluation(
      figure: metric.value(of: predictions, targets: averages.dataset.targets))
    evaluation.metrics = try measure(averages)
    return evaluation
  }

  private func measure(_ averages: TestAverages) throws -> [Metric: Double] {
    let predictions = try averages.predictions(averagedOver: averagedDrawCount)
    return Dictionary(
      uniqueKeysWithValues: metrics.map {
        ($0, $0.value(of: predictions, targets: averages.dataset.targets))
      })
  }

  /// The number of updates so far.
  private var iterationCount = 0

  /// Whether a score of the last update was NaN.
  var hasNaNScores: Bool { sums.squares.isNaN || averages?.sawNaN ?? false }

  /// Writes the scores of all cases; with an iteration also counts the right classes and finds the greatest
  /// score among the training cases, and adds to the averages of the other cases.
  @discardableResult
  private func score(
    _ state: GibbsState, iteration: Int?, _ pool: WorkerPool
  ) -> (rightCount: Int, greatestScore: Double) {
    let rightCount = Atomic<Int>(0)
    let greatestScore = Atomic<UInt64>(0)
    if let iteration { iterationCount = iteration + 1 }
    let machine = state.machine
    let scores = state.errors
    machine.withParameterPointers { parameters in
      for relation in relations { relation.score(parameters) }
      let rows = SparseRows(rows)
      pool.forEachRange(of: rows.rowCount, grain: 256) { range in
        // Blocks whose scores are still in the first-level cache when they are looked at again.
        for start in stride(from: range.lowerBound, to: range.upperBound, by: 1_024) {
          let block = start..<min(start + 1_024, range.upperBound)
          writeScores(
            of: block, in: rows, .train, bias: machine.bias, parameters: parameters, to: scores)
          guard iteration != nil else { continue }
          greatestScore.max(ScoreMagnitude(of: block, scores: scores).bits, ordering: .relaxed)
          if task == .classification {
            rightCount.add(
              countRightClasses(of: block, scores: scores, targets: train.targets.base),
              ordering: .relaxed)
          }
        }
      }
      guard let iteration else { return }
      for (averages, matrix) in [(averages, testRows), (validation, validationRows)] {
        guard let averages, let matrix else { continue }
        let rows = SparseRows(matrix)
        pool.forEachRange(of: rows.rowCount, grain: 256) { range in
          writeScores(
            of: range, in: rows, .test, bias: machine.bias, parameters: parameters,
            to: CaseErrors(base: averages.last.base, stride: 1, positions: nil))
          averages.add(range, iteration: iteration)
        }
      }
    }
    return (
      rightCount.load(ordering: .relaxed),
      Double(bitPattern: greatestScore.load(ordering: .relaxed))
    )
  }

  private func writeScores(
    of cases: Range<Int>, in rows: SparseRows, _ role: RelationState.Role, bias: Double,
    parameters: ParameterPointers, to scores: CaseErrors
  ) {
    writeSamplerScores(
      of: cases, in: rows, bias: bias, parameters: parameters,
      relations: relations.map { $0.caseScores(role) }, to: scores)
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
    let (scores, targets) = (state.errors, train.targets.base)
    guard state.options.samples else {
      for row in 0..<train.caseCount {
        latent[row] = latentTargetMean(
          score: scores[row], isPositive: targets[row] >= 0)
      }
      return nil
    }
    var random = state.draws.random
    defer { state.draws.use(random) }
    for row in 0..<train.caseCount {
      let score = scores[row]
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
      targets, weights: train.caseWeights.map { UnsafePointer($0.base) }, from: state.errors,
      count: train.caseCount, bias: state.machine.bias, clip: clip)
  }
}

/// The evaluations after an iteration.
struct CaseEvaluations {
  let train: Evaluation
  let validation: Evaluation?
  let test: GibbsSampler.TestEvaluations?
}

/// A class whose latent target cannot be drawn, because the score of its case forbids it.
struct UnreachableTarget: Error {
  let score: Double
  let row: Int
}
