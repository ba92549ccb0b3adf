// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import FactorizationMachines

@Suite("Weighted cases in ALS and MCMC")
struct CaseWeightTests {
  /// With relations, and without any, where tables of pairs have kernels of their own.
  static let schemas =
    RelationTests.schemas
    + [ProblemKind.pair, .sets, .mixed, .repeats, .values, .rareColumn].map {
      SchemaKind(main: $0, relations: [])
    }

  /// Random cases, each of a weight that `weight` makes.
  private func schema(
    _ kind: SchemaKind, exactSquares: Bool = false,
    weight: (inout SplitMix64) -> Double
  ) throws -> RandomSchema {
    var random = SplitMix64(seed: 5)
    var schema = try RandomSchema(kind, caseCount: 30, exactSquares: exactSquares)
    schema.train.caseWeights = try AlignedBuffer(
      (0..<schema.train.caseCount).map { _ in weight(&random) })
    return schema
  }

  private func anyWeight(_ random: inout SplitMix64) -> Double {
    Int.random(in: 0..<5, using: &random) == 0 ? 0 : .random(in: 0.01...20, using: &random)
  }

  @Test(
    "come to the bits of the definition, hyperparameters included", arguments: schemas,
    [true, false])
  func definition(kind: SchemaKind, samples: Bool) throws {
    try SchemaRun(samples: samples, iterations: 2)
      .expectNaiveOutcome(schema(kind, weight: anyWeight))
  }

  @Test("do so with all shapes of machines", arguments: [0, 1, 8])
  func shapes(factorCount: Int) throws {
    for kind in [Self.schemas[4], Self.schemas[8]] {
      for terms in [(false, true), (true, false)] {
        try SchemaRun(terms: terms, factorCount: factorCount, iterations: 2)
          .expectNaiveOutcome(schema(kind, weight: anyWeight))
      }
    }
  }

  @Test("do not depend on the number of workers", arguments: schemas)
  func workers(kind: SchemaKind) throws {
    let schema = try schema(kind, weight: anyWeight)
    let expected = try SchemaRun().outcome(schema, workers: 1, tuning: SweepTuning())
    for workers in [2, 3, 5] {
      let actual = try SchemaRun().outcome(schema, workers: workers, tuning: SweepTuning())
      #expect(actual == expected, "\(workers) workers")
    }
  }

  @Test("change no bit when all weights are 1", arguments: schemas, [true, false])
  func ones(kind: SchemaKind, samples: Bool) throws {
    let run = SchemaRun(samples: samples)
    let weighted = try schema(kind) { _ in 1 }
    var plain = weighted
    plain.train.caseWeights = nil
    for (tuning, workerCounts) in SchemaRun.ways {
      for workers in workerCounts {
        #expect(
          try run.outcome(weighted, workers: workers, tuning: tuning)
            == run.outcome(plain, workers: workers, tuning: tuning))
      }
    }
  }

  @Test("follow the definition where values are not finite", arguments: [1e160, 1e80])
  func guards(deviation: Double) throws {
    for kind in [Self.schemas[4], Self.schemas[8]] {
      try SchemaRun(deviation: deviation, iterations: 2)
        .expectNaiveOutcome(schema(kind, weight: anyWeight))
    }
  }

  /// What a run learns: bias, weights, factors and predictions.
  private func learned(
    _ schema: RandomSchema, train: Dataset, relations: [Relation], samples: Bool
  ) throws -> [Double] {
    let run = SchemaRun(samples: samples, deviation: 0.1, iterations: 5)
    let (machine, random) = try run.start(schema)
    var sampler = try GibbsSampler(
      machine: machine, train: train, test: schema.test, relations: relations,
      groups: schema.groups, options: run.options(schema.groups), random: random,
      pool: WorkerPool(workerCount: 2))
    try sampler.run { _ in .proceed }
    let result = sampler.machine
    let predictions = try sampler.predictions()
    var numbers = [result.bias]
    for feature in 0..<schema.featureCount {
      numbers.append(result[weight: feature])
      numbers += (0..<run.factorCount).map { result[factor: $0, ofFeature: feature] }
    }
    return numbers + Array(predictions)
  }

  /// The cases of a schema without weights, each as often as `counts` tells.
  private func repeated(
    _ schema: RandomSchema, _ counts: [Int]
  ) throws -> (train: Dataset, relations: [Relation]) {
    let numbers = counts.indices.flatMap { Array(repeating: $0, count: counts[$0]) }
    let train = Dataset(
      matrix: try SparseMatrix(
        rows: numbers.map { schema.train.matrix[$0] },
        columnCount: schema.train.matrix.columnCount),
      targets: try AlignedBuffer(numbers.map { schema.train.targets[$0] }),
      targetRange: schema.train.targetRange)
    let relations = try schema.relations.map { relation in
      Relation(
        matrix: relation.matrix, groups: relation.groups,
        trainMapping: try AlignedBuffer(numbers.map { relation.trainMapping[$0] }),
        testMapping: relation.testMapping)
    }
    return (train, relations)
  }

  // A weighted term c · t and t added c times differ by rounding, 10⁻¹⁶ an operation, which some hundreds
  // of updates amplify. Squares that single precision rounds would be the same in both.
  @Test("teach least squares what cases repeated as often do", arguments: schemas)
  func repetitions(kind: SchemaKind) throws {
    let schema = try schema(kind) { Double(Int.random(in: 0...4, using: &$0)) }
    let counts = try #require(schema.train.caseWeights).map { Int($0) }
    #expect(Set(counts) == [0, 1, 2, 3, 4])
    let many = try repeated(schema, counts)
    let weighted = try learned(
      schema, train: schema.train, relations: schema.relations, samples: false)
    let expected = try learned(
      schema, train: many.train, relations: many.relations, samples: false)
    for (number, other) in zip(weighted, expected) {
      #expect(abs(number - other) <= 1e-10 * max(1, abs(other)))
    }
    var plain = schema.train
    plain.caseWeights = nil
    let unweighted = try learned(
      schema, train: plain, relations: schema.relations, samples: false)
    #expect(abs(unweighted[0] - expected[0]) > 1e-4)
  }

  @Test(
    "of 0 leave the case out, the precision of the noise included", arguments: schemas,
    [true, false])
  func zeros(kind: SchemaKind, samples: Bool) throws {
    let schema = try schema(kind) { Int.random(in: 0..<3, using: &$0) == 0 ? 0 : 1 }
    let counts = try #require(schema.train.caseWeights).map { Int($0) }
    #expect(Set(counts) == [0, 1])
    let few = try repeated(schema, counts)
    let weighted = try learned(
      schema, train: schema.train, relations: schema.relations, samples: samples)
    #expect(
      weighted
        == (try learned(schema, train: few.train, relations: few.relations, samples: samples)))
  }
}
