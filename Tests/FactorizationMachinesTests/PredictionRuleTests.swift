// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import FactorizationMachines

@Suite("Predicting by a rule")
struct PredictionRuleTests {
  static let tasks = [LearningTask.regression, .classification]

  @Test(
    "gives the bits that ALS, and MCMC after one iteration, give for their test cases",
    arguments: RelationTests.schemas, tasks)
  func sampler(kind: SchemaKind, task: LearningTask) throws {
    let schema = try RandomSchema(kind, task: task, caseCount: 30)
    for (samples, iterations) in [(false, 3), (true, 1)] {
      for factorCount in [0, 1, 2, 3, 8, 9] {
        try expectBits(
          of: .init(
            task: task, iterations: iterations, samples: samples, infersHyperparameters: samples,
            regularization: PerTerm(all: 0.2), groupCount: schema.groups.groupCount),
          factorCount: factorCount, schema)
      }
    }
  }

  @Test("does so without relations", arguments: ProblemKind.allCases, tasks)
  func cases(kind: ProblemKind, task: LearningTask) throws {
    let schema = try RandomSchema(
      SchemaKind(main: kind, relations: []), task: task, caseCount: 30)
    try expectBits(
      of: .alternatingLeastSquares(
        task: task, iterations: 2, regularization: PerTerm(all: 0.2), groupCount: 2),
      factorCount: 3, schema)
  }

  private func expectBits(
    of options: GibbsSampler.Options, factorCount: Int, _ schema: RandomSchema
  ) throws {
    var random = GlibcRandom(seed: 7)
    var machine = try FactorizationMachine(
      shape: .init(factorCount: factorCount, featureCount: schema.featureCount),
      initialDeviation: 0.3, using: &random)
    machine.drawWeights(deviation: 0.3, using: &random)
    var sampler = try GibbsSampler(
      machine: machine, train: schema.train, test: schema.test, relations: schema.relations,
      groups: schema.groups, options: options, random: random, pool: WorkerPool(workerCount: 2))
    var figure: Double?
    try sampler.run { report in
      figure = report.test?.lastDraw.figure
      return .proceed
    }
    let expected = try sampler.predictions().map(\.bitPattern)
    let rule = PredictionRule(
      task: options.task, family: .sampler, targetRange: schema.train.targetRange)
    for workerCount in [1, 2, 5] {
      let pool = WorkerPool(workerCount: workerCount)
      let predictions = try sampler.machine.predictions(
        for: schema.test.matrix, relations: schema.relations, rule: rule, pool: pool)
      #expect(predictions.map(\.bitPattern) == expected, "k \(factorCount)")
      let evaluation = try sampler.machine.evaluation(
        on: schema.test, relations: schema.relations, rule: rule, pool: pool)
      #expect(evaluation.figure == figure)
    }
  }

  @Test("gives the predictions of gradient descent", arguments: tasks)
  func gradientDescent(task: LearningTask) throws {
    let problem = try RandomProblem(.unsortedRows, task: task)
    var random = GlibcRandom(seed: 7)
    let machine = try FactorizationMachine(
      shape: .init(factorCount: 3, featureCount: problem.featureCount), initialDeviation: 2,
      using: &random)
    let pool = WorkerPool(workerCount: 2)
    for range in [nil, problem.train.targetRange] {
      let rule = PredictionRule(task: task, family: .gradientDescent, targetRange: range)
      let actual = try machine.predictions(for: problem.test.matrix, rule: rule, pool: pool)
      let expected = try machine.predictions(
        for: problem.test.matrix, task: task, targetRange: range, pool: pool)
      #expect(actual.map(\.bitPattern) == expected.map(\.bitPattern))
      let evaluation = try machine.evaluation(on: problem.test, rule: rule, pool: pool)
      #expect(
        evaluation
          == machine.evaluation(on: problem.test, task: task, targetRange: range, pool: pool))
    }
  }

  @Test("cuts scores only to a range that is known, and makes NaN its end")
  func clipping() throws {
    var machine = try FactorizationMachine(shape: .init(factorCount: 0, featureCount: 2))
    machine[weight: 0] = 7
    machine[weight: 1] = .nan
    let matrix = try SparseMatrix(rows: [[(0, 1)], [(0, -1)], [(1, 1)]])
    func predictions(_ task: LearningTask, _ range: TargetRange?) throws -> [Double] {
      Array(
        try machine.predictions(
          for: matrix, rule: PredictionRule(task: task, family: .sampler, targetRange: range),
          pool: WorkerPool(workerCount: 1)))
    }
    let free = try predictions(.regression, nil)
    #expect(free[..<2] == [7, -7] && free[2].isNaN)
    #expect(try predictions(.regression, TargetRange(lower: 1, upper: 5)) == [5, 1, 5])
    let probabilities = try predictions(.classification, nil)
    #expect(probabilities == [min(1, libFMNormalCDF(7)), max(0, libFMNormalCDF(-7)), 1])
  }
}
