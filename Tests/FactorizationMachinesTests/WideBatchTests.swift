// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import FactorizationMachines

@Suite("Kernels of batches with wide vectors")
struct WideBatchTests {
  /// The widths of this processor beyond the baseline.
  private static let widths = [4, 8].filter { $0 <= WideVectors.width }

  /// What one batch leaves behind, bit by bit.
  private struct Outcome: Equatable {
    var multipliers: [UInt64] = []
    var sums: [UInt64] = []
    var moments: [UInt64] = []
    var parameters: [UInt64] = []
  }

  private static func bits(_ buffer: AlignedBuffer<Double>) -> [UInt64] {
    buffer.elements.map(\.bitPattern)
  }

  /// Learns from the rows of `train` as two batches.
  private static func learn(
    _ train: Dataset, _ task: LearningTask, factors: Int, _ optimizer: MiniBatchDescent.Optimizer,
    width: Int, isListed: Bool
  ) throws -> Outcome {
    var random = GlibcRandom(seed: 3)
    var machine = try FactorizationMachine(
      shape: .init(factorCount: factors, featureCount: train.featureCount), initialDeviation: 0.4,
      using: &random)
    machine.drawWeights(deviation: 0.3, using: &random)
    let (shape, pool) = (machine.shape, WorkerPool(workerCount: 1))
    let gradient = try BatchGradient(
      shape: shape, hasValues: train.matrix.values != nil, normLimit: nil)
    let tile = try BatchTile(
      train, order: nil, factorStride: shape.factorStride, capacity: train.caseCount)
    let shares = try EntryShares(
      train.matrix, featureCount: shape.featureCount, entryCapacity: train.matrix.entryCount,
      batchEntries: train.matrix.entryCount, workerCount: 3)
    let numbers = optimizer == .adaGrad ? 1 : 2
    let weightState = try AlignedBuffer<Double>(count: shape.featureCount * numbers)
    let factorState = try AlignedBuffer<Double>(
      count: shape.featureCount * numbers * shape.factorStride)
    let state = OptimizerPointers(
      weights: weightState.base, weightStride: numbers, secondWeight: numbers - 1,
      factors: factorState.base, factorStride: numbers * shape.factorStride,
      secondFactor: (numbers - 1) * shape.factorStride)
    var outcome = Outcome()
    for batch in 1...2 {
      machine.withMutableParameters { weights, factors in
        let parameters = ParameterPointers(shape: shape, weights: weights, factors: factors)
        let rows = tile.take(0..<train.caseCount, pool: pool).pointers
        scoreTile(
          rows, rows: 0..<train.caseCount, task: task, clip: TargetClip(train.targetRange),
          bias: 0.5, parameters: parameters, vectorWidth: width)
        if isListed {
          shares.sort(0..<train.caseCount, of: rows.rows, as: 0)
          // Only the first worker has scored rows.
          for owner in 0..<3 {
            shares.forEachList(ownedBy: owner) {
              accumulateEntries(
                $0, of: rows, into: gradient.pointers, shape: shape, vectorWidth: width)
            }
          }
        } else {
          accumulateRows(of: rows, into: gradient.pointers, shape: shape, vectorWidth: width)
        }
        outcome.multipliers += (0..<train.caseCount).map { rows.multipliers[$0].bitPattern }
        outcome.sums += (0..<train.caseCount * shape.factorStride).map { rows.sums[$0].bitPattern }
        outcome.moments += (0..<shape.featureCount * gradient.pointers.momentStride).map {
          gradient.pointers.moments[$0].bitPattern
        }
        let scale = BatchScale(perRow: 1 / Double(train.caseCount), clipping: 0.75)
        func step<Rule: OptimizerRule>(_ rule: Rule) {
          stepFeatures(
            gradient.features, gradient.pointers, parameters, state, scale: scale,
            rules: TermRules(bias: rule, weights: rule, factors: rule), vectorWidth: width)
        }
        switch optimizer {
        case .adam: step(AdamRule(rate: 0.1, penalty: 0.2, batch: batch))
        case .adaGrad: step(AdaGradRule(rate: 0.1, gradientPenalty: 0.2))
        case .ftrl(let lasso): step(FTRLRule(rate: 0.1, lasso: lasso, ridge: 0.2))
        }
      }
    }
    outcome.parameters = NaiveMiniBatch.parameters(of: machine).map(\.bitPattern)
    outcome.parameters += bits(weightState) + bits(factorState)
    return outcome
  }

  @Test(
    "have the bits of the baseline", arguments: ProblemKind.allCases,
    [LearningTask.regression, .classification])
  func agreement(kind: ProblemKind, task: LearningTask) throws {
    let problem = try RandomProblem(kind, task: task, rowCount: 61)
    var weighted = problem.train
    weighted.caseWeights = try AlignedBuffer(
      (0..<weighted.caseCount).map { Double($0 % 5) / 2 })
    let optimizers: [MiniBatchDescent.Optimizer] = [.adam, .adaGrad, .ftrl(l1: 0), .ftrl(l1: 0.1)]
    for (train, isListed) in [(problem.train, false), (problem.train, true), (weighted, true)] {
      let choices =
        Array(zip(optimizers, [8, 3, 19, 13])) + Array(zip(optimizers, [2, 1, 1, 2]))
      for (optimizer, factors) in choices {
        func learn(_ width: Int) throws -> Outcome {
          try Self.learn(
            train, task, factors: factors, optimizer, width: width, isListed: isListed)
        }
        let expected = try learn(0)
        #expect(Set(expected.parameters).count > 20)
        for width in Self.widths {
          #expect(try learn(width) == expected, "\(optimizer), \(factors) factors, width \(width)")
        }
      }
    }
  }
}
