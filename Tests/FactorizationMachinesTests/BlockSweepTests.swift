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
  }

  private struct Setup {
    var shape = (bias: true, weights: true, factorCount: 3)
    var samples = true
    var task = LearningTask.regression
    var isGrouped = false
    var deviation = 0.3
    var iterations = 4
  }

  private func outcome(
    _ problem: RandomProblem, _ setup: Setup, workers: Int, tuning: SweepTuning?
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
      options: options, random: random, pool: WorkerPool(workerCount: workers), tuning: tuning)
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

  private func expectEqualOutcomes(_ problem: RandomProblem, _ setup: Setup) throws {
    let expected = try outcome(problem, setup, workers: 1, tuning: nil)
    for tuning in Self.tunings {
      for workers in [1, 2, 3, 7] {
        let actual = try outcome(problem, setup, workers: workers, tuning: tuning)
        #expect(actual == expected, "\(setup), \(workers) workers, \(tuning)")
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
    arguments: [0, 1, 2, 3, 8, 9])
  func shapes(factorCount: Int) throws {
    for kind in [ProblemKind.pair, .mixed, .sets] {
      for (bias, weights) in [(true, true), (false, true), (true, false), (false, false)] {
        try expectEqualOutcomes(
          RandomProblem(kind, rowCount: 30),
          Setup(shape: (bias, weights, factorCount), isGrouped: true, iterations: 2))
      }
    }
  }

  @Test(
    "refuses the same values when they are not finite", arguments: ProblemKind.allCases,
    [1e160, 1e80, 1e154])
  func guards(kind: ProblemKind, deviation: Double) throws {
    let problem = try RandomProblem(kind)
    for samples in [true, false] {
      try expectEqualOutcomes(problem, Setup(samples: samples, deviation: deviation))
    }
  }

  @Test("goes back to blocks after a draw was skipped")
  func skippedDraws() throws {
    // Without a deviation the factors stay at 0 and their first prior precision is large, but finite.
    try expectEqualOutcomes(RandomProblem(.pair), Setup(deviation: 0))
  }
}

extension Double {
  /// The bits, all NaN being one: their signs and payloads are not part of a result.
  fileprivate var comparableBits: UInt64 { isNaN ? Double.nan.bitPattern : bitPattern }
}
