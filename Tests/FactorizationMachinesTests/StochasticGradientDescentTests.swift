// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines
import Testing

@Suite("Stochastic gradient descent")
struct StochasticGradientDescentTests {
  private static func options(_ task: LearningTask) -> StochasticGradientDescent.Options {
    StochasticGradientDescent.Options(
      task: task, iterations: 3, learningRates: PerTerm(all: 0.05),
      regularization: PerTerm(bias: 0.01, weights: 0.02, factors: 0.03))
  }

  private func solver(_ task: LearningTask, workers: Int) throws -> StochasticGradientDescent {
    var random = GlibcRandom(seed: 42)
    let shape = FactorizationMachine.Shape(
      factorCount: 2, featureCount: ConformanceData.featureCount)
    return StochasticGradientDescent(
      machine: try FactorizationMachine(shape: shape, initialDeviation: 0.1, using: &random),
      train: try ConformanceData.train(task), test: try ConformanceData.test(task),
      options: Self.options(task), pool: WorkerPool(workerCount: workers))
  }

  @Test("gives the reference's 17 digits in regression", arguments: [1, 2, 3])
  func regressionVectors(workers: Int) throws {
    var solver = try solver(.regression, workers: workers)
    var figures: [[Double]] = []
    try solver.run {
      figures.append([$0.train.figure, $0.test?.figure ?? 0])
      return .proceed
    }
    #expect(
      figures == [
        [2.0387059360092024, 2.1422664485289094], [1.3278247131669851, 1.9130219207051538],
        [0.97072635526975892, 1.6909692156410725],
      ])
    let machine = solver.machine
    #expect(machine.bias == 1.1001737821472091)
    #expect(
      (0..<6).map { machine[weight: $0] } == [
        0.95606610995527253, 0.82869836068256142, 0.39820752150019462, -0.14922659947974171,
        0.249313758724686, 0,
      ])
    #expect(
      (0..<6).map { machine[factor: 0, ofFeature: $0] } == [
        -0.26482390607293599, -0.40903034699331553, 0.078587335581542558, 0.15681794877383651,
        -0.35515034487346558, 0.10703811353872093,
      ])
    #expect(
      (0..<6).map { machine[factor: 1, ofFeature: $0] } == [
        0.10129170988108173, 0.075980234946413955, 0.030202342143544586, 0.028177148546815682,
        0.051220532778100111, 0.20579604497504059,
      ])
    let predictions = try machine.predictions(
      for: ConformanceData.test(.regression).matrix, task: .regression,
      targetRange: ConformanceData.train(.regression).targetRange,
      pool: WorkerPool(workerCount: workers))
    #expect(
      Array(predictions) == [3.0009554348930698, 1.30659122425271, 1.3494875408718952])
  }

  @Test("gives the reference's 17 digits in classification", arguments: [1, 2])
  func classificationVectors(workers: Int) throws {
    var solver = try solver(.classification, workers: workers)
    var figures: [[Double]] = []
    try solver.run {
      figures.append([$0.train.figure, $0.test?.figure ?? 0])
      return .proceed
    }
    #expect(figures == Array(repeating: [0.80000000000000004, 0.66666666666666663], count: 3))
    let predictions = try solver.machine.predictions(
      for: ConformanceData.test(.classification).matrix, task: .classification, targetRange: nil,
      pool: WorkerPool(workerCount: workers))
    #expect(
      Array(predictions) == [
        0.57623551480364976, 0.52832043785323979, 0.50758329449779749,
      ])
  }

  /// A data set for the comparison with the naive loops.
  struct Kind: Sendable, CustomTestStringConvertible {
    var widths: ClosedRange<Int>
    var unitValues: Bool
    var mayRepeat = false
    var testDescription: String {
      "\(widths) entries\(unitValues ? "" : ", values")\(mayRepeat ? ", repeated" : "")"
    }
  }

  private static let kinds = [
    Kind(widths: 2...2, unitValues: true), Kind(widths: 2...2, unitValues: false),
    Kind(widths: 2...2, unitValues: true, mayRepeat: true), Kind(widths: 3...3, unitValues: true),
    Kind(widths: 0...5, unitValues: true), Kind(widths: 0...5, unitValues: false, mayRepeat: true),
  ]

  @Test("does what the naive loops do", arguments: kinds, [0, 1, 2, 3, 4, 5, 8, 9, 16, 19])
  func agreesWithNaiveLoops(kind: Kind, factorCount: Int) throws {
    var data = SplitMix64(seed: UInt64(factorCount))
    let train = try Self.dataset(kind, using: &data)
    for task in [LearningTask.regression, .classification] {
      for (usesBias, usesWeights) in [(true, true), (false, true), (true, false)] {
        let shape = FactorizationMachine.Shape(
          usesBias: usesBias, usesWeights: usesWeights, factorCount: factorCount, featureCount: 9)
        var random = GlibcRandom(seed: 3)
        let start = try FactorizationMachine(
          shape: shape, initialDeviation: 0.3, using: &random)
        let train = task == .classification ? try train.withBinaryTargets() : train
        let options = Self.options(task)
        var naive = NaiveDescent(start)
        for _ in 0..<options.iterations { naive.descend(train, options: options) }
        var solver = StochasticGradientDescent(
          machine: start, train: train, options: options, pool: WorkerPool(workerCount: 2))
        try solver.run { _ in .proceed }
        let machine = solver.machine
        #expect(machine.bias.bitPattern == naive.bias.bitPattern)
        #expect(
          (0..<9).map { machine[weight: $0].bitPattern } == naive.weights.map(\.bitPattern))
        #expect(
          (0..<factorCount).map { factor in
            (0..<9).map { machine[factor: factor, ofFeature: $0].bitPattern }
          } == naive.factors.map { $0.map(\.bitPattern) })
        let scores = try machine.scores(of: train.matrix, pool: WorkerPool(workerCount: 3))
        #expect(
          scores.map(\.bitPattern)
            == (0..<train.caseCount).map { naive.score(of: train.matrix[$0]).score.bitPattern })
      }
    }
  }

  private static func dataset(_ kind: Kind, using data: inout SplitMix64) throws -> Dataset {
    let rows = (0..<60).map { _ in
      var ids = Array(UInt32(0)..<9).shuffled(using: &data)
      if kind.mayRepeat { ids = ids.map { $0 % 3 } }
      return ids.prefix(Int.random(in: kind.widths, using: &data)).map { id in
        (id: id, value: kind.unitValues ? 1 : Float.random(in: -2...2, using: &data))
      }
    }
    return try Dataset(
      rows: rows, targets: rows.map { _ in Float.random(in: -3...3, using: &data) },
      featureCount: 9)
  }

  @Test("is the machine of the iteration reported last when it is stopped", arguments: [1, 2])
  func stops(workers: Int) throws {
    var stopped = try solver(.regression, workers: workers)
    try stopped.run { $0.iteration == 1 ? .stop : .proceed }
    var short = try solver(.regression, workers: workers)
    var bias = 0.0
    try short.run { _ in .proceed }
    bias = short.machine.bias
    #expect(stopped.machine.bias != bias)
    let evaluation = stopped.machine.evaluation(
      on: try ConformanceData.train(.regression), task: .regression,
      targetRange: TargetRange(lower: 1, upper: 5), pool: WorkerPool(workerCount: workers))
    #expect(evaluation.figure == 1.3278247131669851)
  }

  @Test("evaluates many rows to the same bits with any number of workers")
  func evaluationIsIndependentOfWorkers() throws {
    var data = SplitMix64(seed: 11)
    let rows = (0..<20_000).map { _ in
      [(id: UInt32.random(in: 0..<50, using: &data), value: Float(1))]
    }
    let dataset = try Dataset(
      rows: rows, targets: rows.map { _ in Float.random(in: 1...5, using: &data) })
    var random = GlibcRandom(seed: 9)
    var machine = try FactorizationMachine(
      shape: .init(factorCount: 3, featureCount: 50), initialDeviation: 1, using: &random)
    machine.drawWeights(deviation: 1, using: &random)
    let evaluations = [1, 2, 3, 7].map {
      machine.evaluation(
        on: dataset, task: .regression, targetRange: dataset.targetRange,
        pool: WorkerPool(workerCount: $0))
    }
    #expect(Set(evaluations).count == 1)
    #expect(evaluations[0].figure > 0)
  }

  @Test("gives the NaN of x86-64 for a data set without cases")
  func emptyEvaluation() throws {
    let machine = try FactorizationMachine(shape: .init(factorCount: 1, featureCount: 1))
    let evaluation = machine.evaluation(
      on: try Dataset(rows: [], targets: []), task: .regression, targetRange: TargetRange(),
      pool: WorkerPool(workerCount: 1))
    #expect(evaluation.figure.isNaN && evaluation.figure.sign == .minus)
  }
}
