// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines

/// The draws of a short Gibbs run on a small schema, and what the run itself predicts for the test cases.
struct SampledPosterior {
  let draws: [DrawView]
  let schema: RandomSchema
  let task: LearningTask
  let shape: FactorizationMachine.Shape
  let predictions: [Double]

  init(
    _ kind: SchemaKind, task: LearningTask = .regression, factorCount: Int = 3, iterations: Int = 7
  ) throws {
    schema = try RandomSchema(kind, task: task)
    self.task = task
    shape = FactorizationMachine.Shape(
      factorCount: factorCount, featureCount: schema.featureCount)
    var random = GlibcRandom(seed: 5)
    var machine = try FactorizationMachine(shape: shape, initialDeviation: 0.3, using: &random)
    machine.drawWeights(deviation: 0.3, using: &random)
    var sampler = try GibbsSampler(
      machine: machine, train: schema.train, test: schema.test, relations: schema.relations,
      groups: schema.groups,
      options: .markovChainMonteCarlo(
        task: task, iterations: iterations, groupCount: schema.groups.groupCount),
      random: random, pool: WorkerPool(workerCount: 1))
    var draws: [DrawView] = []
    try sampler.run { report in
      draws.append(
        DrawView(
          machine: report.machine, noisePrecision: report.hyperparameters.noisePrecision))
      return .proceed
    }
    self.draws = draws
    predictions = Array(try sampler.predictions())
  }

  /// What all draws say about the test cases.
  func summary(
    _ statistics: PosteriorPredictions.Statistics = .init(), workers: Int = 2,
    tileBytes: Int = 1 << 20
  ) throws -> PosteriorPredictions {
    try PosteriorPredictions(
      for: PosteriorCases(matrix: schema.test.matrix, relations: schema.relations), shape: shape,
      drawCount: draws.count, task: task, targetRange: schema.train.targetRange,
      statistics: statistics, tileBytes: tileBytes, pool: WorkerPool(workerCount: workers)
    ) { index, view in view = draws[index] }
  }

  /// The scores of each test case by each draw, by the definition: Σ over pairs of features.
  func naiveScores() throws -> [[Double]] {
    let rows = try schema.joined().test.matrix
    return (0..<rows.rowCount).map { row in draws.map { score(of: rows[row], by: $0.machine) } }
  }

  private func score(
    of row: [(id: UInt32, value: Float)], by machine: FactorizationMachine
  ) -> Double {
    var score = machine.bias
    for (index, (id, value)) in row.enumerated() {
      score += machine[weight: Int(id)] * Double(value)
      for (other, otherValue) in row[..<index] {
        for factor in 0..<shape.factorCount {
          score +=
            machine[factor: factor, ofFeature: Int(id)]
            * machine[factor: factor, ofFeature: Int(other)] * Double(value) * Double(otherValue)
        }
      }
    }
    return score
  }
}
