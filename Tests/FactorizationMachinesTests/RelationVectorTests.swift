// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines
import Testing

@Suite("The Gibbs sampler with a relation")
struct RelationVectorTests {
  private typealias Options = GibbsSampler.Options

  /// A sampler on the conformance data with their relation, started as libFM starts one with seed 42.
  private func sampler(_ options: Options, workers: Int) throws -> GibbsSampler {
    var random = GlibcRandom(seed: 42)
    let shape = FactorizationMachine.Shape(
      factorCount: 2, featureCount: ConformanceData.featureCount + 3)
    var machine = try FactorizationMachine(shape: shape, initialDeviation: 0.1, using: &random)
    machine.drawWeights(deviation: 0.1, using: &random)
    return try GibbsSampler(
      machine: machine, train: ConformanceData.train(options.task),
      test: ConformanceData.test(options.task), relations: [ConformanceData.relation],
      options: options, random: random, pool: WorkerPool(workerCount: workers))
  }

  /// Runs a sampler; gives train, test and log loss of each iteration.
  private func run(_ sampler: inout GibbsSampler) throws -> [[Double]] {
    var figures: [[Double]] = []
    try sampler.run { report in
      let all = report.test?.allDraws
      figures.append([report.train.figure, all?.figure, all?.logLoss].compactMap(\.self))
      return .proceed
    }
    return figures
  }

  private func predictions(of sampler: borrowing GibbsSampler) throws -> [Double] {
    let predictions = try sampler.predictions()
    return Array(predictions)
  }

  @Test("gives the reference's 17 digits for MCMC in regression", arguments: [1, 2, 3])
  func monteCarlo(workers: Int) throws {
    let options = Options.markovChainMonteCarlo(task: .regression, iterations: 3, groupCount: 3)
    var sampler = try sampler(options, workers: workers)
    #expect(
      try run(&sampler) == [
        [0.70398366050749062, 1.3407782972733857], [1.543266267980008, 0.48519585535689114],
        [0.46763990855024984, 0.62278156733870382],
      ])
    #expect(
      try predictions(of: sampler) == [
        3.5086165370750493, 3.8138157587379182, 1.5671466951497652,
      ])
  }

  @Test("gives the reference's 17 digits for ALS in regression", arguments: [1, 2, 3])
  func leastSquares(workers: Int) throws {
    let options = Options.alternatingLeastSquares(
      task: .regression, iterations: 3,
      regularization: PerTerm(bias: 0.1, weights: 0.2, factors: 0.3), groupCount: 3)
    var sampler = try sampler(options, workers: workers)
    #expect(
      try run(&sampler) == [
        [0.31422597464854607, 1.353854605686986], [0.07820100262600102, 1.4201354557743928],
        [0.070177046701234327, 1.426177332190842],
      ])
    #expect(
      try predictions(of: sampler) == [
        4.7701600604022429, 2.9180263824423802, 1.0934838454134803,
      ])
    let machine = sampler.machine
    #expect(machine.bias == 2.6262687784522347)
    #expect(
      (0..<9).map { machine[weight: $0] } == [
        0.96522241286772681, 0.35423472139983792, -0.0052084885258422012, 0.32456065747510288,
        -0.78371438609236033, 0, 0.070279905399168355, 0.44207906423092674,
        -0.37334463112831096,
      ])
    #expect(
      (0..<9).map { machine[factor: 0, ofFeature: $0] } == [
        -0.49135518406307016, -0.39293270735596741, 0.097073811503166504, 0.27969131327889629,
        -0.17740345540123301, 0, 0.36739761476302313, -0.071126767458177295,
        -0.0079382936259855368,
      ])
    #expect(
      (0..<9).map { machine[factor: 1, ofFeature: $0] } == [
        0.0079950342667878902, 0.019714616431490129, -0.0020328559827966332,
        -0.043033908287735019, -0.048241640451290028, 0, -0.0016066481692716109,
        -0.0003608392288738906, 0.058227752439106821,
      ])
  }

  @Test("gives the reference's 17 digits for MCMC in classification", arguments: [1, 2, 3])
  func classification(workers: Int) throws {
    let options = Options.markovChainMonteCarlo(
      task: .classification, iterations: 3, groupCount: 3)
    var sampler = try sampler(options, workers: workers)
    #expect(
      try run(&sampler) == [
        [1, 0.33333333333333331, 0.65325241015523305],
        [0.80000000000000004, 0.66666666666666663, 0.67430558589553946],
        [1, 0.33333333333333331, 0.4807839355654635],
      ])
    #expect(
      try predictions(of: sampler) == [
        0.83111838835496943, 0.8735897033449489, 0.3437184555456459,
      ])
  }
}
