// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import FactorizationMachines

@Suite("Learning from relations")
struct RelationTests {
  /// Everything that a run computes, as bits.
  private struct Outcome: Equatable {
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

  private struct Setup: CustomStringConvertible {
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
  }

  private func outcome(
    _ schema: RandomSchema, _ setup: Setup, workers: Int, tuning: SweepTuning?
  ) throws -> Outcome {
    let (machine, random) = try setup.start(schema)
    var sampler = try GibbsSampler(
      machine: machine, train: schema.train, test: schema.test, relations: schema.relations,
      groups: schema.groups, options: setup.options(schema.groups), random: random,
      pool: WorkerPool(workerCount: workers), tuning: tuning)
    var outcome = Outcome()
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
      outcome.add((0..<setup.factorCount).map { result[factor: $0, ofFeature: feature] })
    }
    let predictions = try sampler.predictions()
    outcome.add(Array(predictions))
    return outcome
  }

  private func naiveOutcome(_ schema: RandomSchema, _ setup: Setup) throws -> Outcome {
    let (machine, random) = try setup.start(schema)
    var sampler = NaiveSampler(
      machine: machine, schema: schema, groups: schema.groups,
      options: setup.options(schema.groups), random: random)
    var outcome = Outcome()
    do {
      for _ in 0..<setup.iterations {
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
    outcome.add(sampler.predictions(setup.iterations))
    return outcome
  }

  /// The ways of working and the numbers of workers; some that the size of the data would not choose here:
  /// all blocks of the main table by passes over the rows, all features by levels, and everything shared
  /// out however small.
  private static let runs: [(tuning: SweepTuning?, workers: [Int])] = [
    (nil, [1]), (SweepTuning(), [1, 2]),
    (SweepTuning(leastStreamedShare: 0, levelGrain: 1, featureGrain: 1), [1, 2, 3, 7]),
    (SweepTuning(leastStreamedShare: 2, levelGrain: 1, featureGrain: 1), [2]),
  ]

  private func expectNaiveOutcome(_ schema: RandomSchema, _ setup: Setup) throws {
    let expected = try naiveOutcome(schema, setup)
    for (tuning, workerCounts) in Self.runs {
      for workers in workerCounts {
        let actual = try outcome(schema, setup, workers: workers, tuning: tuning)
        #expect(actual == expected, "\(setup), \(workers) workers, \(String(describing: tuning))")
      }
    }
  }

  static let schemas = [
    SchemaKind(main: nil, relations: [.pair]),
    SchemaKind(main: nil, relations: [.sets, .values]),
    SchemaKind(main: .pair, relations: [.singleColumn]),
    SchemaKind(main: .singleColumn, relations: [.ragged, .emptyRows]),
    SchemaKind(main: .mixed, relations: [.repeats, .dense, .pair]),
    SchemaKind(main: .values, relations: [.unsortedRows]),
    SchemaKind(main: .repeats, relations: [.mixed, .sets]),
    SchemaKind(main: .dense, relations: [.interleavedIDs]),
  ]

  @Test(
    "samples the bits of the definition", arguments: schemas,
    [LearningTask.regression, .classification])
  func sampling(kind: SchemaKind, task: LearningTask) throws {
    try expectNaiveOutcome(RandomSchema(kind, task: task, caseCount: 30), Setup(task: task))
  }

  @Test(
    "minimizes to the bits of the definition", arguments: schemas,
    [LearningTask.regression, .classification])
  func leastSquares(kind: SchemaKind, task: LearningTask) throws {
    try expectNaiveOutcome(
      RandomSchema(kind, task: task, caseCount: 30), Setup(samples: false, task: task))
  }

  @Test(
    "does so with any number of factors, with and without the other terms",
    arguments: [0, 1, 2, 4, 8, 9])
  func shapes(factorCount: Int) throws {
    for (kind, allTerms) in [
      (Self.schemas[1], [(true, true), (false, false)]),
      (Self.schemas[4], [(false, true), (true, false)]),
    ] {
      let schema = try RandomSchema(kind, caseCount: 25)
      for terms in allTerms {
        try expectNaiveOutcome(
          schema, Setup(terms: terms, factorCount: factorCount, iterations: 2))
      }
    }
  }

  @Test("refuses the values that are not finite", arguments: schemas, [1e160, 1e80])
  func guards(kind: SchemaKind, deviation: Double) throws {
    let schema = try RandomSchema(kind, caseCount: 25)
    for samples in [true, false] {
      let setup = Setup(samples: samples, deviation: deviation, iterations: 2)
      try expectNaiveOutcome(schema, setup)
    }
  }

  // The sums over cases are only grouped in another way, so that a run from the same draws differs by
  // rounding, 10⁻¹⁶ an operation, which some hundreds of updates amplify. Squares of values that single
  // precision has to round would differ by 10⁻⁷: with relations more of them are rounded so.
  @Test(
    "learns what the joined table teaches, up to rounding", arguments: schemas,
    [(samples: false, tolerance: 1e-10), (samples: true, tolerance: 1e-10)])
  func joinedTable(kind: SchemaKind, run: (samples: Bool, tolerance: Double)) throws {
    for seed in 1...3 as ClosedRange<UInt64> {
      let schema = try RandomSchema(kind, caseCount: 80, seed: seed, exactSquares: true)
      let setup = Setup(samples: run.samples, deviation: 0.1, iterations: 5)
      let (machine, random) = try setup.start(schema)
      let joined = try schema.joined()
      let pool = WorkerPool(workerCount: 2)
      let options = setup.options(schema.groups)
      var withRelations = try GibbsSampler(
        machine: machine, train: schema.train, test: schema.test, relations: schema.relations,
        groups: schema.groups, options: options, random: random, pool: pool)
      var withJoin = try GibbsSampler(
        machine: machine, train: joined.train, test: joined.test, groups: schema.groups,
        options: options, random: random, pool: pool)
      try withRelations.run { _ in .proceed }
      try withJoin.run { _ in .proceed }
      let (actual, expected) = (withRelations.machine, withJoin.machine)
      #expect(abs(actual.bias - expected.bias) <= run.tolerance * max(1, abs(expected.bias)))
      for feature in 0..<schema.featureCount {
        #expect(abs(actual[weight: feature] - expected[weight: feature]) <= run.tolerance)
        for factor in 0..<setup.factorCount {
          let difference =
            actual[factor: factor, ofFeature: feature]
            - expected[factor: factor, ofFeature: feature]
          #expect(abs(difference) <= run.tolerance)
        }
      }
      let (first, second) = try (withRelations.predictions(), withJoin.predictions())
      for (prediction, other) in zip(first, second) {
        #expect(abs(prediction - other) <= 10 * run.tolerance)
      }
    }
  }

  @Test("gives the main table one group and appends those of the relations by default")
  func defaultGroups() throws {
    let schema = try RandomSchema(SchemaKind(main: .pair, relations: [.sets, .values]))
    var groups = FeatureGroups(singleGroupOf: schema.mainFeatureCount)
    for relation in schema.relations { groups = try groups.appending(relation.groups) }
    let (machine, random) = try Setup().start(schema)
    func hyperparameters(_ groups: FeatureGroups?) throws -> Hyperparameters? {
      var sampler = try GibbsSampler(
        machine: machine, train: schema.train, test: schema.test, relations: schema.relations,
        groups: groups,
        options: .markovChainMonteCarlo(
          task: .regression, iterations: 1, groupCount: 7),
        random: random, pool: WorkerPool(workerCount: 1))
      var last: Hyperparameters?
      try sampler.run { report in
        last = report.hyperparameters
        return .proceed
      }
      return last
    }
    let expected = try #require(try hyperparameters(groups))
    #expect(try hyperparameters(nil) == expected)
  }
}
