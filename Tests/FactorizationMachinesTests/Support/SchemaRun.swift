// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import FactorizationMachines

/// Everything that a run of a Gibbs sampler computes, as bits.
struct GibbsOutcome: Equatable {
  var numbers: [UInt64] = []
  var diverged = false

  mutating func add(_ values: [Double]) {
    // All NaNs are one: their signs and payloads are not part of a result.
    numbers += values.map { $0.isNaN ? Double.nan.bitPattern : $0.bitPattern }
  }

  mutating func add(_ figure: Double, _ hyperparameters: Hyperparameters, _ guards: GuardCounts) {
    add([figure, hyperparameters.noisePrecision])
    for prior in hyperparameters.weights + hyperparameters.factors {
      add([prior.mean, prior.precision])
    }
    for (_, count) in guards.named { add([Double(count.nans), Double(count.infinities)]) }
  }
}

/// How to learn from a random schema.
struct SchemaRun: CustomStringConvertible {
  var terms = (bias: true, weights: true)
  var factorCount = 3
  var samples = true
  var task = LearningTask.regression
  var deviation = 0.3
  var iterations = 3

  var description: String {
    "\(task), k \(factorCount), samples \(samples), terms \(terms), deviation \(deviation)"
  }

  func options(_ groups: FeatureGroups) -> GibbsSampler.Options {
    GibbsSampler.Options(
      task: task, iterations: iterations, samples: samples, infersHyperparameters: samples,
      regularization: PerTerm(bias: 0.1, weights: 0.2, factors: 0.3),
      groupCount: groups.groupCount)
  }

  func start(_ schema: RandomSchema) throws -> (FactorizationMachine, GlibcRandom) {
    var random = GlibcRandom(seed: 7)
    let shape = FactorizationMachine.Shape(
      usesBias: terms.bias, usesWeights: terms.weights, factorCount: factorCount,
      featureCount: schema.featureCount)
    var machine = try FactorizationMachine(
      shape: shape, initialDeviation: deviation, using: &random)
    machine.drawWeights(deviation: deviation, using: &random)
    return (machine, random)
  }

  /// What the sampler computes; without `tuning` all its sweeps are sequential.
  func outcome(
    _ schema: RandomSchema, workers: Int, tuning: SweepTuning?
  ) throws -> GibbsOutcome {
    let (machine, random) = try start(schema)
    var sampler = try GibbsSampler(
      machine: machine, train: schema.train, test: schema.test, relations: schema.relations,
      groups: schema.groups, options: options(schema.groups), random: random,
      pool: WorkerPool(workerCount: workers), tuning: tuning)
    var outcome = GibbsOutcome()
    do {
      try sampler.run { report in
        outcome.add(report.train.figure, report.hyperparameters, report.guards)
        return .proceed
      }
    } catch is DivergenceError {
      outcome.diverged = true
      return outcome
    }
    let result = sampler.machine
    outcome.add([result.bias])
    for feature in 0..<schema.featureCount {
      outcome.add([result[weight: feature]])
      outcome.add((0..<factorCount).map { result[factor: $0, ofFeature: feature] })
    }
    let predictions = try sampler.predictions()
    outcome.add(Array(predictions))
    return outcome
  }

  private func naiveOutcome(_ schema: RandomSchema) throws -> GibbsOutcome {
    let (machine, random) = try start(schema)
    var sampler = NaiveSampler(
      machine: machine, schema: schema, groups: schema.groups, options: options(schema.groups),
      random: random)
    var outcome = GibbsOutcome()
    do {
      for _ in 0..<iterations {
        let figure = try sampler.iterate()
        outcome.add(
          figure,
          Hyperparameters(
            noisePrecision: sampler.alpha, weights: sampler.weightPriors,
            factors: sampler.factorPriors),
          sampler.guards)
      }
    } catch is NaiveSampler.Diverged {
      outcome.diverged = true
      return outcome
    }
    outcome.add([sampler.bias])
    for feature in 0..<schema.featureCount {
      outcome.add([sampler.weights[feature]])
      outcome.add(sampler.factors.map { $0[feature] })
    }
    outcome.add(sampler.predictions(iterations))
    return outcome
  }

  /// The ways of working and the numbers of workers; some that the size of the data would not choose here:
  /// all blocks of the tables by passes over their rows, all features by levels, and everything shared
  /// out however small.
  static let ways: [(tuning: SweepTuning?, workers: [Int])] = [
    (nil, [1]), (SweepTuning(), [1, 2]),
    (
      SweepTuning(
        leastStreamedShare: 0, leastStreamedBlockRows: 0, levelGrain: 1, featureGrain: 1),
      [1, 2, 3, 7]
    ), (SweepTuning(leastStreamedShare: 2, levelGrain: 1, featureGrain: 1), [2, 3]),
  ]

  /// Expects the bits of the naive loops, in whichever way the sampler works.
  func expectNaiveOutcome(_ schema: RandomSchema) throws {
    let expected = try naiveOutcome(schema)
    for (tuning, workerCounts) in Self.ways {
      for workers in workerCounts {
        let actual = try outcome(schema, workers: workers, tuning: tuning)
        #expect(actual == expected, "\(self), \(workers) workers, \(String(describing: tuning))")
      }
    }
  }
}
