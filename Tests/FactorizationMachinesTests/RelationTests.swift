// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import FactorizationMachines

@Suite("Learning from relations")
struct RelationTests {
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
    try SchemaRun(task: task).expectNaiveOutcome(RandomSchema(kind, task: task, caseCount: 30))
  }

  @Test(
    "minimizes to the bits of the definition", arguments: schemas,
    [LearningTask.regression, .classification])
  func leastSquares(kind: SchemaKind, task: LearningTask) throws {
    try SchemaRun(samples: false, task: task)
      .expectNaiveOutcome(RandomSchema(kind, task: task, caseCount: 30))
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
        try SchemaRun(terms: terms, factorCount: factorCount, iterations: 2)
          .expectNaiveOutcome(schema)
      }
    }
  }

  @Test("refuses the values that are not finite", arguments: schemas, [1e160, 1e80])
  func guards(kind: SchemaKind, deviation: Double) throws {
    let schema = try RandomSchema(kind, caseCount: 25)
    for samples in [true, false] {
      try SchemaRun(samples: samples, deviation: deviation, iterations: 2)
        .expectNaiveOutcome(schema)
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
      let setup = SchemaRun(samples: run.samples, deviation: 0.1, iterations: 5)
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
    let (machine, random) = try SchemaRun().start(schema)
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
