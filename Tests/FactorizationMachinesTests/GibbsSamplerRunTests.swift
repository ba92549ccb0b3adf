// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines
import Testing

@Suite("A run of the Gibbs sampler")
struct GibbsSamplerRunTests {
  private typealias Options = GibbsSampler.Options

  private func sampler(
    _ options: Options, train: Dataset, test: Dataset? = nil, factorCount: Int = 1,
    change: (inout FactorizationMachine) -> Void = { _ in }
  ) throws -> GibbsSampler {
    var random = GlibcRandom(seed: 1)
    let shape = FactorizationMachine.Shape(
      factorCount: factorCount, featureCount: max(train.featureCount, test?.featureCount ?? 0))
    var machine = try FactorizationMachine(shape: shape, initialDeviation: 0.1, using: &random)
    machine.drawWeights(deviation: 0.1, using: &random)
    change(&machine)
    return try GibbsSampler(
      machine: machine, train: train, test: test, options: options, random: random,
      pool: WorkerPool(workerCount: 2))
  }

  private func predictions(of sampler: borrowing GibbsSampler) throws -> [Double] {
    let predictions = try sampler.predictions()
    return Array(predictions.elements)
  }

  @Test("predicts the upper limit, or of nothing, without any iteration")
  func noIteration() throws {
    for (task, most, least) in [(LearningTask.regression, 5.0, 1.0), (.classification, 1, 0)] {
      let (train, test) = (try ConformanceData.train(task), try ConformanceData.test(task))
      var sampling = try sampler(
        .markovChainMonteCarlo(task: task, iterations: 0), train: train, test: test)
      try sampling.run { _ in .proceed }
      #expect(try predictions(of: sampling) == [most, most, most])
      var minimizing = try sampler(
        .alternatingLeastSquares(task: task, iterations: 0), train: train, test: test)
      try minimizing.run { _ in .proceed }
      #expect(try predictions(of: minimizing) == [least, least, least])
    }
  }

  @Test("that is stopped predicts what a shorter one predicts", arguments: [true, false])
  func stopping(samples: Bool) throws {
    func options(_ iterations: Int) -> Options {
      samples
        ? .markovChainMonteCarlo(task: .regression, iterations: iterations)
        : .alternatingLeastSquares(task: .regression, iterations: iterations)
    }
    let train = try ConformanceData.train(.regression)
    let test = try ConformanceData.test(.regression)
    var stopped = try sampler(options(9), train: train, test: test)
    try stopped.run { $0.iteration == 2 ? .stop : .proceed }
    var short = try sampler(options(3), train: train, test: test)
    try short.run { _ in .proceed }
    #expect(stopped.iterationCount == 3)
    #expect(try predictions(of: stopped) == predictions(of: short))
    #expect(stopped.machine.bias == short.machine.bias)
  }

  @Test("goes on where it was stopped")
  func resuming() throws {
    let options = Options.markovChainMonteCarlo(task: .classification, iterations: 5)
    let train = try ConformanceData.train(.classification)
    let test = try ConformanceData.test(.classification)
    var interrupted = try sampler(options, train: train, test: test)
    try interrupted.run { $0.iteration == 1 ? .stop : .proceed }
    try interrupted.run { _ in .proceed }
    var whole = try sampler(options, train: train, test: test)
    try whole.run { _ in .proceed }
    #expect(try predictions(of: interrupted) == predictions(of: whole))
  }

  @Test("evaluates no test case as NaN with a sign, and runs without test data")
  func noTestCases() throws {
    let train = try ConformanceData.train(.regression)
    let options = Options.markovChainMonteCarlo(task: .regression, iterations: 1)
    let none = try Dataset(rows: [], targets: [])
    var empty = try sampler(options, train: train, test: none)
    try empty.run { report in
      let figure = try #require(report.test).allDraws.figure
      #expect(figure.isNaN && figure.sign == .minus)
      return .proceed
    }
    var without = try sampler(options, train: train)
    try without.run { report in
      #expect(report.test == nil)
      return .proceed
    }
    #expect(try predictions(of: without).isEmpty)
    #expect(empty.machine.bias == without.machine.bias)
  }

  @Test("ends with an error when a score leaves no latent target to draw", arguments: [1e30, 1e38])
  func divergence(value: Float) throws {
    let rows: [[(id: UInt32, value: Float)]] = [
      [(0, 1), (1, value)], [(0, 1), (1, -value)], [(0, 1)],
    ]
    let train = try Dataset(rows: rows, targets: [1, -1, 1])
    let options = Options.markovChainMonteCarlo(task: .classification, iterations: 50)
    var sampler = try sampler(options, train: train, factorCount: 4) { machine in
      for factor in 0..<4 { machine[factor: factor, ofFeature: 1] = 1e150 }
    }
    let error = try #require(throws: DivergenceError.self) {
      try sampler.run { _ in .proceed }
    }
    #expect(error.largestValue?.feature == 1)
    #expect(error.largestValue?.value == value)
    #expect(error.description.contains("iteration \(error.iteration)"))
    #expect(error.description.contains("feature 1"))
  }

  @Test("ends with an error when neither an update nor the value before it is finite")
  func unusableParameter() throws {
    let train = try ConformanceData.train(.regression)
    let options = Options.alternatingLeastSquares(task: .regression, iterations: 2)
    var sampler = try sampler(options, train: train) { $0.bias = .nan }
    let error = try #require(throws: DivergenceError.self) {
      try sampler.run { _ in .proceed }
    }
    guard case .parameter("w0") = error.reason else {
      Issue.record("\(error)")
      return
    }
    #expect(error.iteration == 0)
  }

  @Test("tells when a score is NaN although predictions are cut to the range")
  func nanScores() throws {
    let train = try ConformanceData.train(.regression)
    let test = try ConformanceData.test(.regression)
    let options = Options.alternatingLeastSquares(task: .regression, iterations: 1)
    var sampler = try sampler(options, train: train, test: test) { machine in
      machine[factor: 0, ofFeature: 0] = 1e200
      machine[factor: 0, ofFeature: 1] = -1e200
    }
    try sampler.run { report in
      #expect(report.hasNaNScores)
      #expect(report.train.figure.isFinite)
      return .proceed
    }
  }
}
