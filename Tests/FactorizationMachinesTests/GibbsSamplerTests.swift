// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines
import Testing

@Suite("The Gibbs sampler")
struct GibbsSamplerTests {
  private typealias Options = GibbsSampler.Options

  /// A sampler on the conformance data, started as libFM starts one with seed 42.
  private func sampler(
    _ options: Options, factorCount: Int = 2, grouped: Bool = false, deviation: Double = 0.1,
    workers: Int = 1
  ) throws -> GibbsSampler {
    var random = GlibcRandom(seed: 42)
    let shape = FactorizationMachine.Shape(
      factorCount: factorCount, featureCount: ConformanceData.featureCount)
    var machine = try FactorizationMachine(
      shape: shape, initialDeviation: deviation, using: &random)
    machine.drawWeights(deviation: deviation, using: &random)
    return try GibbsSampler(
      machine: machine, train: ConformanceData.train(options.task),
      test: ConformanceData.test(options.task),
      groups: grouped ? ConformanceData.groups : nil, options: options,
      random: random, pool: WorkerPool(workerCount: workers))
  }

  private func predictions(of sampler: borrowing GibbsSampler) throws -> [Double] {
    let predictions = try sampler.predictions()
    return Array(predictions)
  }

  /// Runs a sampler; gives train, test and log loss of each iteration, and the predictions.
  private func run(
    _ sampler: consuming GibbsSampler
  ) throws -> (figures: [[Double]], predictions: [Double]) {
    var figures: [[Double]] = []
    try sampler.run { report in
      let all = report.test?.allDraws
      figures.append([report.train.figure, all?.figure, all?.logLoss].compactMap(\.self))
      return .proceed
    }
    return (figures, try predictions(of: sampler))
  }

  @Test("gives the reference's 17 digits for ALS in regression", arguments: [1, 2, 3])
  func leastSquares(workers: Int) throws {
    let options = Options.alternatingLeastSquares(
      task: .regression, iterations: 3,
      regularization: PerTerm(bias: 0.1, weights: 0.2, factors: 0.3))
    let result = try run(sampler(options, workers: workers))
    #expect(
      result.figures == [
        [0.49345877879706235, 1.171050120508869], [0.21262931763865095, 1.2415438850005576],
        [0.14379761839463603, 1.2743759343598124],
      ])
    #expect(result.predictions == [4.5346357336322978, 2.7136948544429695, 1.264176437915288])
  }

  @Test("gives the reference's 17 digits for ALS with a regularization per group")
  func groupedLeastSquares() throws {
    var options = Options.alternatingLeastSquares(task: .regression, iterations: 3, groupCount: 3)
    options.biasRegularization = 0.5
    options.weightRegularization = [0.1, 0.2, 0.3]
    options.factorRegularization = [0.4, 0.5, 0.6]
    let result = try run(sampler(options, grouped: true))
    #expect(
      result.figures == [
        [0.50018193607876715, 1.1978096442464314], [0.25460212190460924, 1.2754344299795808],
        [0.19054571440037427, 1.3149484785644572],
      ])
    #expect(result.predictions == [4.2920649689541692, 2.3837400813600169, 1.1728789847648311])
  }

  @Test("gives the reference's 17 digits for ALS in classification", arguments: [1, 2])
  func leastSquaresClassification(workers: Int) throws {
    let options = Options.alternatingLeastSquares(
      task: .classification, iterations: 3,
      regularization: PerTerm(bias: 0.1, weights: 0.2, factors: 0.3))
    var sampler = try sampler(options, workers: workers)
    var figures: [[Double]] = []
    try sampler.run { report in
      let all = report.test?.allDraws
      figures.append([report.train.figure, all?.figure, all?.logLoss].compactMap(\.self))
      return .proceed
    }
    #expect(
      figures == [
        [1, 0.33333333333333331, 0.33556945298219021],
        [1, 0.33333333333333331, 0.35705538550876309],
        [1, 0.33333333333333331, 0.37443599766211233],
      ])
    #expect(
      try predictions(of: sampler) == [
        0.90983887964319843, 0.73989062108602299, 0.23868137670714218,
      ])
    let machine = sampler.machine
    #expect(machine.bias == 0.19063684864098665)
    #expect(
      (0..<6).map { machine[weight: $0] } == [
        0.83523198117169495, -0.16884779625387492, 0.90474239419841518, 0.66349668479616053,
        -0.90118724305662135, 0,
      ])
    #expect(machine[weight: 5].sign == .minus)
    #expect(
      (0..<6).map { machine[factor: 0, ofFeature: $0] } == [
        -0.85741463937663986, -0.56302137651787965, 0.060683525975466904, -0.071375045887312416,
        -0.24698479691417871, 0,
      ])
    #expect(
      (0..<6).map { machine[factor: 1, ofFeature: $0] } == [
        0.0004054848905513473, 0.0002637401553991336, -2.8698321278683987e-05,
        3.3434951671681447e-05, 0.00011618404137061162, 0,
      ])
  }

  @Test("gives the reference's 17 digits for MCMC in regression", arguments: [1, 2, 3])
  func monteCarlo(workers: Int) throws {
    let options = Options.markovChainMonteCarlo(task: .regression, iterations: 7)
    let result = try run(sampler(options, workers: workers))
    #expect(
      result.figures == [
        [1.1792604331655352, 1.1952218168787669], [0.7239162577093643, 0.76628531596500915],
        [1.2986902793808337, 0.59979765130907536], [1.5968478438306157, 0.42260394690803771],
        [1.6732186085562419, 0.64163136418662703], [1.1472392244027532, 0.79664155797612912],
        [0.42934060896703413, 0.75215394451242334],
      ])
    #expect(result.predictions == [3.1501562853449365, 2.7078929984896356, 2.5715489717333306])
  }

  @Test("gives the reference's 17 digits for MCMC with groups", arguments: [1, 2])
  func groupedMonteCarlo(workers: Int) throws {
    let options = Options.markovChainMonteCarlo(task: .regression, iterations: 3, groupCount: 3)
    let result = try run(sampler(options, grouped: true, workers: workers))
    #expect(
      result.figures == [
        [2.1017381497877259, 1.367156998378902], [1.9920253897385549, 0.91750843079777078],
        [1.5953786206589446, 1.2197977341385802],
      ])
    #expect(result.predictions == [3.4991011493594475, 2.4432472356746309, 3.8383341922338547])
  }

  @Test("gives the reference's 17 digits for MCMC in classification", arguments: [1, 2])
  func monteCarloClassification(workers: Int) throws {
    let options = Options.markovChainMonteCarlo(task: .classification, iterations: 7)
    let result = try run(sampler(options, workers: workers))
    #expect(
      result.figures == [
        [1, 0.33333333333333331, 0.28083177916696184],
        [0.59999999999999998, 0.33333333333333331, 0.31607010903382382],
        [0.80000000000000004, 0.66666666666666663, 0.29915525595512005],
        [1, 0.66666666666666663, 0.31186183078929824],
        [0.59999999999999998, 0.66666666666666663, 0.32402164570468073],
        [1, 0.33333333333333331, 0.3385074936627479],
        [1, 0.33333333333333331, 0.34518174147098396],
      ])
    #expect(result.predictions == [0.84060009283140225, 0.7673610269879515, 0.47117568430795503])
  }

  /// The columns of libFM's log that do not depend on the clock.
  private func log(_ sampler: consuming GibbsSampler) throws -> [[Double]] {
    var rows: [[Double]] = []
    try sampler.run { report in
      let test = try #require(report.test)
      let draws = [test.lastDraw, test.allDraws, test.laterDraws]
      let priors = report.hyperparameters.weights + report.hyperparameters.factors
      rows.append(
        [test.allDraws.figure, test.allDraws.meanAbsoluteError].compactMap(\.self)
          + [report.hyperparameters.noisePrecision] + draws.map(\.figure)
          + draws.compactMap(\.logLoss) + priors.flatMap { [$0.mean, $0.precision] })
      return .proceed
    }
    return rows
  }

  @Test("reports hyperparameters and averages to 17 digits in regression")
  func regressionLog() throws {
    let options = Options.markovChainMonteCarlo(task: .regression, iterations: 7)
    let rows = try log(sampler(options))
    #expect(rows.count == 7)
    #expect(
      rows.first == [
        1.1952218168787669, 1.0085184393232043, 0.13185125024010602, 1.1952218168787669,
        1.1952218168787669, 2.2546248764114472, -0.054367332151082082, 4.7551768772204674,
        -0.063084355471545339, 10.070856600630249, 0.17409249931806975, 7.1393173612504635,
      ])
    #expect(rows.dropFirst(4).first?[5] == 1.9364916731037085)
    #expect(
      rows.last == [
        0.75215394451242334, 0.50460408619621033, 1.8467598546511585, 0.91094708404349101,
        0.75215394451242334, 1.2320846854713876, 0.31961013636024654, 1.7703659729024557,
        0.085804822388942312, 5.851417902253262, 1.2040780940937892, 0.73069964080754402,
      ])
  }

  @Test("reports hyperparameters and averages to 17 digits in classification")
  func classificationLog() throws {
    let options = Options.markovChainMonteCarlo(task: .classification, iterations: 6)
    let rows = try log(sampler(options, factorCount: 1))
    #expect(rows.count == 6)
    #expect(
      rows.first == [
        0.33333333333333331, 0.99232505818726013, 0.33333333333333331, 0.33333333333333331,
        0.33333333333333331, 0.38092748865801784, 0.38092748865801784, 1.3347882684674832,
        0.067053496887757108, 6.571731117047114, -0.55375119107562321, 1.3147390302459014,
      ])
    // In the fifth iteration the average over later draws divides by zero.
    #expect(rows.dropFirst(4).first?[4] == 0)
    let undefined = try #require(rows.dropFirst(4).first?[7])
    #expect(undefined.isNaN && undefined.sign == .minus)
    #expect(
      rows.last == [
        0.66666666666666663, 1.1045830849965848, 0.66666666666666663, 0.66666666666666663,
        0.66666666666666663, 0.21445739123598551, 0.28816738985794793, 0.21445739123598551,
        -0.0059702223121790576, 5.7684676968175461, -0.53289382109175742, 2.9177211006713564,
      ])
  }

  @Test("reports the running average of ALS to 17 digits")
  func leastSquaresLog() throws {
    let options = Options.alternatingLeastSquares(
      task: .regression, iterations: 6,
      regularization: PerTerm(bias: 0.1, weights: 0.2, factors: 0.3))
    let rows = try log(sampler(options, factorCount: 1))
    #expect(
      rows.map { Array($0.prefix(6)) } == [
        [
          1.1754732042121838, 1.0819467219866232, 1, 1.1754732042121838, 1.1754732042121838,
          2.2546248764114472,
        ],
        [
          1.244253835034062, 1.1994950141051455, 1, 1.3336200305498191, 1.244253835034062,
          2.2546248764114472,
        ],
        [
          1.2757546212756148, 1.2499331645056901, 1, 1.3550147756706215, 1.2757546212756148,
          2.2546248764114472,
        ],
        [
          1.2892081115625844, 1.2731120622086556, 1, 1.3435877164651184, 1.2892081115625844,
          2.2546248764114472,
        ],
        [
          1.2947789731065338, 1.2843204582800569, 1, 1.3303050500364642, 1.2947789731065338,
          1.9364916731037085,
        ],
        [
          1.297059852572654, 1.2900140009099585, 1, 1.3212780701667781, 1.297059852572654,
          1.3212780701667781,
        ],
      ])
    #expect(rows.allSatisfy { $0.suffix(4) == [0, 0.2, 0, 0.3] })
  }

  @Test("keeps old values where new ones are not finite, and counts them", arguments: [1, 2])
  func guards(workers: Int) throws {
    let options = Options.markovChainMonteCarlo(task: .regression, iterations: 3, groupCount: 3)
    var sampler = try sampler(options, grouped: true, deviation: 1e160, workers: workers)
    var counts: [[Int]] = []
    var figures: [[Double]] = []
    try sampler.run { report in
      counts.append(report.guards.named.flatMap { [$0.count.nans, $0.count.infinities] })
      figures.append([report.train.figure, try #require(report.test).allDraws.figure])
      return .proceed
    }
    let expected = [1, 0, 1, 0, 5, 0, 10, 0, 0, 1, 0, 0, 0, 1, 0, 0]
    #expect(counts == Array(repeating: expected, count: 3))
    #expect(figures == Array(repeating: [2.4494897427831779, 1.9364916731037085], count: 3))
    #expect(try predictions(of: sampler) == [5, 5, 5])
  }
}
