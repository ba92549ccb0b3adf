// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines
import Testing

/// Data that a machine with known parameters and noise has made.
private struct KnownMachine {
  let train: Dataset
  let test: Dataset

  init(noise: Double, trainCount: Int, testCount: Int) throws {
    var random = GlibcRandom(seed: 11)
    var machine = try FactorizationMachine(
      shape: .init(factorCount: 2, featureCount: 30), initialDeviation: 0.7, using: &random)
    machine.drawWeights(deviation: 0.5, using: &random)
    machine.bias = 3
    var choice = SplitMix64(seed: 12)
    func cases(_ count: Int) throws -> Dataset {
      let rows: [[(id: UInt32, value: Float)]] = (0..<count).map { _ in
        [(.random(in: 0..<18, using: &choice), 1), (.random(in: 18..<30, using: &choice), 1)]
      }
      let scores = try machine.scores(
        of: SparseMatrix(rows: rows, columnCount: 30), pool: WorkerPool(workerCount: 1))
      let targets = scores.map { Float(random.normal(mean: $0, deviation: noise)) }
      return try Dataset(rows: rows, targets: targets, featureCount: 30)
    }
    train = try cases(trainCount)
    test = try cases(testCount)
  }
}

@Suite("Intervals from a posterior")
struct CalibrationTests {
  @Test("hold as many new observations as they promise", arguments: [0.3, 1.0])
  func coverage(noise: Double) throws {
    let count = 1_000
    let data = try KnownMachine(noise: noise, trainCount: 500, testCount: count)
    var random = GlibcRandom(seed: 3)
    var machine = try FactorizationMachine(
      shape: .init(factorCount: 2, featureCount: 30), initialDeviation: 0.1, using: &random)
    machine.drawWeights(deviation: 0.1, using: &random)
    var sampler = try GibbsSampler(
      machine: machine, train: data.train,
      options: .markovChainMonteCarlo(task: .regression, iterations: 150), random: random,
      pool: WorkerPool(workerCount: 1))
    var draws: [DrawView] = []
    try sampler.run { report in
      let alpha = report.hyperparameters.noisePrecision
      if report.iteration >= 50 {
        draws.append(DrawView(machine: report.machine, noisePrecision: alpha))
      }
      return .proceed
    }
    func predictions(includesNoise: Bool) throws -> PosteriorPredictions {
      try PosteriorPredictions(
        for: PosteriorCases(matrix: data.test.matrix, relations: []), shape: machine.shape,
        drawCount: draws.count, task: .regression, targetRange: data.train.targetRange,
        statistics: .init(includesDeviations: true, includesNoise: includesNoise),
        pool: WorkerPool(workerCount: 1)
      ) { index, view in view = draws[index] }
    }
    func share(of predictions: PosteriorPredictions) throws -> Double {
      let deviations = try #require(predictions.standardDeviations)
      let hits = (0..<count).count { row in
        let error = Double(data.test.targets[row]) - predictions.means[row]
        return abs(error) <= 1.6449 * deviations[row]
      }
      return Double(hits) / Double(count)
    }
    // 1,000 independent cases hit 90 % with a standard error of 0.0095; the cases share parameters,
    // which widens that a little.
    let ofObservations = try share(of: predictions(includesNoise: true))
    #expect(abs(ofObservations - 0.9) < 0.035)
    // Without the noise, the interval is one for the score and not for observations.
    let ofScores = try share(of: predictions(includesNoise: false))
    #expect(ofScores < 0.6)
  }
}
