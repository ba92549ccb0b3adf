// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines
import LibFMFormats

/// One run of an experiment's learner, the same as libFM's with these settings and this seed.
struct LearningTrial {
  /// The settings.
  let learner: Learner

  /// Where the random numbers begin.
  let seed: UInt32

  /// Who works.
  let pool: WorkerPool

  /// What an iteration shows of itself.
  struct Progress {
    /// How many iterations are done.
    var iterationCount: Int

    /// The root mean squared error on the training cases.
    var trainError: Double

    /// The root mean squared error on the test cases, as libFM prints it: of the average over all
    /// iterations for MCMC and ALS, and of this iteration for gradient descent.
    var testError: Double
  }

  /// Learns.
  ///
  /// - Parameters:
  ///   - data: the cases.
  ///   - logPath: where libFM's log goes; nil for nowhere.
  ///   - observe: is shown each iteration and says whether to go on.
  /// - Returns: the last iteration that was shown; nil without any.
  /// - Throws: `FormatError` when the log cannot be written; `DivergenceError`; `OutOfMemoryError`.
  func run(
    on data: LearningData, logPath: String?, observe: (Progress) -> LearningDecision
  ) throws -> Progress? {
    let shape = FactorizationMachine.Shape(
      usesBias: true, usesWeights: true, factorCount: learner.factorCount,
      featureCount: data.groups.featureCount)
    var random = GlibcRandom(seed: seed)
    var machine = try FactorizationMachine(
      shape: shape, initialDeviation: learner.initialDeviation, using: &random)
    switch learner.method {
    case .descent(let rate, let regularization):
      return try descend(
        from: machine, data, logPath, observe,
        options: .init(
          task: .regression, iterations: learner.iterations,
          learningRates: PerTerm(all: rate), regularization: regularization))
    case .leastSquares(let regularization):
      machine.drawWeights(deviation: learner.initialDeviation, using: &random)
      return try sample(
        from: machine, using: random, data, logPath, observe,
        options: .alternatingLeastSquares(
          task: .regression, iterations: learner.iterations, regularization: regularization,
          groupCount: data.groups.groupCount))
    case .monteCarlo:
      machine.drawWeights(deviation: learner.initialDeviation, using: &random)
      return try sample(
        from: machine, using: random, data, logPath, observe,
        options: .markovChainMonteCarlo(
          task: .regression, iterations: learner.iterations, groupCount: data.groups.groupCount))
    }
  }

  private func descend(
    from machine: consuming FactorizationMachine, _ data: LearningData, _ logPath: String?,
    _ observe: (Progress) -> LearningDecision, options: StochasticGradientDescent.Options
  ) throws -> Progress? {
    let log = try logPath.map {
      try RunLog(path: $0, columns: DescentLog.columns(for: .regression))
    }
    var solver = StochasticGradientDescent(
      machine: consume machine, train: data.train, test: data.test, options: options, pool: pool)
    var last: Progress?
    try solver.run { report in
      try log?.append(DescentLog.values(of: report))
      let progress = Progress(
        iterationCount: report.iteration + 1, trainError: report.train.figure,
        testError: report.test?.figure ?? .nan)
      last = progress
      return observe(progress)
    }
    return last
  }

  private func sample(
    from machine: consuming FactorizationMachine, using random: GlibcRandom,
    _ data: LearningData, _ logPath: String?, _ observe: (Progress) -> LearningDecision,
    options: GibbsSampler.Options
  ) throws -> Progress? {
    let log = try logPath.map {
      try RunLog(
        path: $0,
        columns: GibbsLog.columns(
          for: .regression, groupCount: data.groups.groupCount,
          factorCount: learner.factorCount))
    }
    var sampler = try GibbsSampler(
      machine: consume machine, train: data.train, test: data.test, relations: data.relations,
      groups: data.groups, options: options, random: random, pool: pool)
    var last: Progress?
    try sampler.run { report in
      try log?.append(GibbsLog.values(of: report, for: .regression))
      let progress = Progress(
        iterationCount: report.iteration + 1, trainError: report.train.figure,
        testError: report.test?.allDraws.figure ?? .nan)
      last = progress
      return observe(progress)
    }
    return last
  }
}
