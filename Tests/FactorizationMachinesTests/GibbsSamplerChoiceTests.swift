// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines
import Testing

@Suite("Choosing an iteration of the Gibbs sampler")
struct GibbsSamplerChoiceTests {
  private func sampler(
    _ task: LearningTask, samples: Bool, iterations: Int, metrics: [Metric] = []
  ) throws -> GibbsSampler {
    var random = GlibcRandom(seed: 42)
    var machine = try FactorizationMachine(
      shape: .init(factorCount: 2, featureCount: ConformanceData.featureCount),
      initialDeviation: 0.1, using: &random)
    machine.drawWeights(deviation: 0.1, using: &random)
    var options = GibbsSampler.Options(
      task: task, iterations: iterations, samples: samples, infersHyperparameters: samples,
      regularization: PerTerm(bias: 0.1, weights: 0.2, factors: 0.3), groupCount: 1)
    options.metrics = metrics
    return try GibbsSampler(
      machine: machine, train: try ConformanceData.train(task),
      validation: try ConformanceData.validation(task), test: try ConformanceData.test(task),
      options: options, random: random, pool: WorkerPool(workerCount: 2))
  }

  @Test(
    "keeps what a run of that length would have ended with", arguments: [true, false],
    [LearningTask.regression, .classification])
  func keeps(samples: Bool, task: LearningTask) throws {
    var long = try sampler(task, samples: samples, iterations: 8)
    try long.run { $0.iteration == 4 ? .keep : .proceed }
    var short = try sampler(task, samples: samples, iterations: 5)
    try short.run { _ in .proceed }
    let keptMachine = long.keptMachine
    let kept = try #require(keptMachine)
    let (shortMachine, longMachine) = (short.machine, long.machine)
    #expect(kept.bias == shortMachine.bias)
    #expect(kept.bias != longMachine.bias)
    #expect((0..<6).map { kept[weight: $0] } == (0..<6).map { shortMachine[weight: $0] })
    let keptPredictions = long.keptPredictions
    let predictions = Array(try #require(keptPredictions))
    #expect(predictions == Array(try short.predictions()))
    #expect(predictions != Array(try long.predictions()))
  }

  @Test("measures the predictions that would be written", arguments: [true, false])
  func measures(samples: Bool) throws {
    var sampler = try sampler(
      .regression, samples: samples, iterations: 7, metrics: [.meanAbsoluteError])
    var last: GibbsSampler.Report?
    try sampler.run {
      last = $0
      return .proceed
    }
    let predictions = try sampler.predictions()
    let errors = zip(predictions, [3, 4, 2.5]).map { abs($0 - $1) }
    let expected = errors.reduce(0, +) / 3
    let measured = try #require(last?.test?.allDraws.metrics[.meanAbsoluteError])
    #expect(abs(measured - expected) < 1e-12)
    #expect(last?.validation?.metrics[.meanAbsoluteError] != nil)
  }

  @Test("evaluates validation cases by the same average, whose figure is an RMSE")
  func validation() throws {
    var sampler = try sampler(
      .regression, samples: true, iterations: 3, metrics: [.rootMeanSquaredError])
    var figures: [(Double, Double?)] = []
    try sampler.run {
      figures.append(
        ($0.validation?.figure ?? .nan, $0.validation?.metrics[.rootMeanSquaredError]))
      return .proceed
    }
    #expect(figures.count == 3)
    #expect(figures.allSatisfy { $0.0 == $0.1 && $0.0 > 0 })
  }

  @Test("tells the greatest score, so that divergence can be seen")
  func greatestScore() throws {
    var sampler = try sampler(.regression, samples: false, iterations: 1)
    var greatest: Double?
    try sampler.run {
      greatest = $0.train.greatestScore
      return .proceed
    }
    let score = try #require(greatest)
    #expect(score > 3 && score < 8)
  }
}
