// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import FactorizationMachines

@Suite("A sweep by blocks")
struct BlockSweepTests {
  /// Everything that a run computes, as bits.
  private struct Outcome: Equatable {
    var parameters: [UInt64] = []
    var predictions: [UInt64] = []
    var reports: [UInt64] = []
    var isFinite = true
  }

  private let pools = [1, 2, 3, 7].map { WorkerPool(workerCount: $0) }

  private struct Setup {
    var shape = (bias: true, weights: true, factorCount: 3)
    var samples = true
    var task = LearningTask.regression
    var isGrouped = false
    var deviation = 0.3
    var iterations = 3
    var skipsDraws = false
  }

  private func outcome(
    _ problem: RandomProblem, _ setup: Setup, pool: WorkerPool, tuning: SweepTuning?
  ) throws -> Outcome {
    var random = GlibcRandom(seed: 7)
    let shape = FactorizationMachine.Shape(
      usesBias: setup.shape.bias, usesWeights: setup.shape.weights,
      factorCount: setup.shape.factorCount, featureCount: problem.featureCount)
    var machine = try FactorizationMachine(
      shape: shape, initialDeviation: setup.deviation, using: &random)
    machine.drawWeights(deviation: setup.deviation, using: &random)
    let groups =
      setup.isGrouped
      ? try FeatureGroups((0..<problem.featureCount).map { UInt32($0 * $0 % 3) }) : nil
    let options = GibbsSampler.Options(
      task: setup.task, iterations: setup.iterations, samples: setup.samples,
      infersHyperparameters: setup.samples,
      regularization: PerTerm(bias: 0.1, weights: 0.2, factors: 0.3),
      groupCount: groups?.groupCount ?? 1)
    var sampler = try GibbsSampler(
      machine: machine, train: problem.train, test: problem.test, groups: groups,
      options: options, random: random, pool: pool, tuning: tuning)
    var outcome = Outcome()
    try sampler.run { report in
      let draws = report.test.map { [$0.lastDraw, $0.allDraws, $0.laterDraws] } ?? []
      let figures: [Double] = ([report.train] + draws).flatMap {
        [$0.figure, $0.meanAbsoluteError ?? 0, $0.logLoss ?? 0]
      }
      let priors = report.hyperparameters.weights + report.hyperparameters.factors
      var numbers = [report.hyperparameters.noisePrecision] + figures
      for prior in priors { numbers += [prior.mean, prior.precision] }
      outcome.reports += numbers.map { $0.comparableBits }
      if report.guards != GuardCounts() || report.hasNaNScores { outcome.isFinite = false }
      outcome.reports += report.guards.named.flatMap {
        [UInt64($0.count.nans), UInt64($0.count.infinities)]
      }
      return .proceed
    }
    let result = sampler.machine
    outcome.parameters = [result.bias.comparableBits]
    for feature in 0..<problem.featureCount {
      outcome.parameters.append(result[weight: feature].comparableBits)
      for factor in 0..<setup.shape.factorCount {
        outcome.parameters.append(result[factor: factor, ofFeature: feature].comparableBits)
      }
    }
    if tuning != nil, outcome.isFinite {
      #expect(sampler.sequentialSweepCount == (setup.skipsDraws ? setup.iterations : 0))
    }
    let predictions = try sampler.predictions()
    outcome.predictions = predictions.elements.map(\.comparableBits)
    return outcome
  }

  /// Ways of working that the size of the data would not choose here: the usual one, all blocks by passes
  /// over the rows, and all features by levels, shared out however small.
  private static let tunings = [
    SweepTuning(), SweepTuning(leastStreamedShare: 0, levelGrain: 1, featureGrain: 1),
    SweepTuning(leastStreamedShare: 2, levelGrain: 1, featureGrain: 1),
  ]

  private func expectEqualOutcomes(
    _ problem: RandomProblem, _ setup: Setup, pools: [WorkerPool]? = nil
  ) throws {
    let pools = pools ?? self.pools
    let expected = try outcome(problem, setup, pool: pools[0], tuning: nil)
    for tuning in Self.tunings {
      for pool in pools {
        let actual = try outcome(problem, setup, pool: pool, tuning: tuning)
        #expect(actual == expected, "\(setup), \(pool.workerCount) workers, \(tuning)")
      }
    }
  }

  @Test("samples the bits of the sequential sweep", arguments: ProblemKind.allCases)
  func sampling(kind: ProblemKind) throws {
    try expectEqualOutcomes(RandomProblem(kind), Setup())
  }

  @Test("minimizes to the bits of the sequential sweep", arguments: ProblemKind.allCases)
  func leastSquares(kind: ProblemKind) throws {
    try expectEqualOutcomes(RandomProblem(kind), Setup(samples: false))
  }

  @Test(
    "classifies to the bits of the sequential sweep",
    arguments: [ProblemKind.pair, .sets, .mixed, .repeats, .interleavedIDs], [true, false])
  func classification(kind: ProblemKind, samples: Bool) throws {
    try expectEqualOutcomes(
      RandomProblem(kind, task: .classification),
      Setup(samples: samples, task: .classification, isGrouped: true))
  }

  @Test(
    "is the same with any number of factors, with and without the other terms",
    arguments: [0, 1, 2, 5, 6, 8, 9])
  func shapes(factorCount: Int) throws {
    for kind in [ProblemKind.pair, .mixed, .sets] {
      for (bias, weights) in [(true, true), (false, true), (true, false), (false, false)] {
        try expectEqualOutcomes(
          RandomProblem(kind, rowCount: 20),
          Setup(shape: (bias, weights, factorCount), isGrouped: true, iterations: 2),
          pools: Array(pools[..<2]))
      }
    }
  }

  @Test("is the same where columns are long", arguments: [ProblemKind.dense, .sets, .ragged])
  func longColumns(kind: ProblemKind) throws {
    try expectEqualOutcomes(
      RandomProblem(kind, rowCount: 700), Setup(iterations: 1), pools: [pools[0], pools[2]])
  }

  @Test(
    "refuses the same values when they are not finite", arguments: ProblemKind.allCases,
    [1e160, 1e80])
  func guards(kind: ProblemKind, deviation: Double) throws {
    let problem = try RandomProblem(kind, rowCount: 20)
    for samples in [true, false] {
      try expectEqualOutcomes(
        problem, Setup(samples: samples, deviation: deviation), pools: [pools[0], pools[2]])
    }
  }

  @Test("starts over where a draw is skipped")
  func skippedDraws() throws {
    // A value whose square is infinite in single precision leaves its weight no variance.
    let rows: [[(id: UInt32, value: Float)]] = [[(0, 1e20), (1, 1)], [(0, 1), (1, 1)], [(1, 2)]]
    let train = try Dataset(rows: rows, targets: [1, 2, 3])
    let problem = RandomProblem(train: train, test: train, featureCount: 3)
    for iterations in [1, 3] {
      try expectEqualOutcomes(
        problem, Setup(deviation: 1e-30, iterations: iterations, skipsDraws: true))
    }
  }
}

extension Double {
  /// The bits, all NaN being one: their signs and payloads are not part of a result.
  fileprivate var comparableBits: UInt64 { isNaN ? Double.nan.bitPattern : bitPattern }
}
