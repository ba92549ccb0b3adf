// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines
import Testing

@Suite("Weighted cases in gradient descent")
struct CaseWeightDescentTests {
  private func train(_ kind: ProblemKind, _ task: LearningTask, seed: UInt64) throws -> Dataset {
    var random = SplitMix64(seed: seed)
    let rows = kind.rows(40, using: &random)
    var dataset = try Dataset(
      rows: rows, targets: rows.map { _ in .random(in: -3...3, using: &random) }, featureCount: 30,
      caseWeights: rows.map { _ in
        Int.random(in: 0..<5, using: &random) == 0 ? 0 : .random(in: 0.01...3, using: &random)
      })
    if task == .classification { dataset = try dataset.withBinaryTargets() }
    return dataset
  }

  private func start(factorCount: Int) throws -> FactorizationMachine {
    var random = GlibcRandom(seed: 3)
    return try FactorizationMachine(
      shape: .init(factorCount: factorCount, featureCount: 30), initialDeviation: 0.2,
      using: &random)
  }

  private func bits(_ machine: FactorizationMachine) -> [UInt64] {
    let shape = machine.shape
    return [machine.bias.bitPattern]
      + (0..<shape.featureCount).flatMap { feature in
        [machine[weight: feature].bitPattern]
          + (0..<shape.factorCount).map { machine[factor: $0, ofFeature: feature].bitPattern }
      }
  }

  private func bits(_ naive: NaiveDescent) -> [UInt64] {
    [naive.bias.bitPattern]
      + naive.weights.indices.flatMap { feature in
        [naive.weights[feature].bitPattern] + naive.factors.map { $0[feature].bitPattern }
      }
  }

  private func descended(
    _ start: FactorizationMachine, _ train: Dataset, _ task: LearningTask, workers: Int
  ) throws -> FactorizationMachine {
    var solver = StochasticGradientDescent(
      machine: start, train: train, options: Self.descent(task),
      pool: WorkerPool(workerCount: workers))
    try solver.run { _ in .proceed }
    return solver.machine
  }

  private static func descent(_ task: LearningTask) -> StochasticGradientDescent.Options {
    StochasticGradientDescent.Options(
      task: task, iterations: 3, learningRates: PerTerm(all: 0.05),
      regularization: PerTerm(bias: 0.01, weights: 0.02, factors: 0.03))
  }

  private func adapted(
    _ start: FactorizationMachine, _ train: Dataset, _ validation: Dataset, workers: Int
  ) throws -> (machine: FactorizationMachine, penalties: GroupPenalties?) {
    var solver = AdaptiveRegularization(
      machine: start, train: train, validation: validation,
      groups: FeatureGroups(singleGroupOf: 30), options: Self.adaptation,
      pool: WorkerPool(workerCount: workers))
    var penalties: GroupPenalties?
    try solver.run { report in
      penalties = report.penalties
      return .proceed
    }
    return (solver.machine, penalties)
  }

  private static let adaptation = AdaptiveRegularization.Options(
    task: .regression, iterations: 3, learningRates: PerTerm(all: 0.03))

  @Test("multiply the derivative of the loss, not the penalty")
  func byHand() throws {
    let train = try Dataset(
      rows: [[(0, 2)], [(1, 1)]], targets: [4, 1], caseWeights: [3, 0])
    var machine = try FactorizationMachine(shape: .init(factorCount: 0, featureCount: 2))
    machine.bias = 1
    machine[weight: 0] = 0.5
    machine[weight: 1] = 8
    var solver = StochasticGradientDescent(
      machine: machine, train: train,
      options: .init(
        task: .regression, iterations: 1, learningRates: PerTerm(all: 0.125),
        regularization: PerTerm(bias: 0.5, weights: 0.25, factors: 0)),
      pool: WorkerPool(workerCount: 1))
    try solver.run { _ in .proceed }
    // The first case: score 2, derivative 3 · (2 − 4) = −6.
    // Bias 1 − ⅛ (−6 + ½ · 1) = 1.6875, weight ½ − ⅛ (−6 · 2 + ¼ · ½) = 1.984375.
    // The second has only its penalties: bias 1.6875 − ⅛ · ½ · 1.6875, weight 8 − ⅛ · ¼ · 8.
    #expect(solver.machine.bias == 1.58203125)
    #expect(solver.machine[weight: 0] == 1.984375)
    #expect(solver.machine[weight: 1] == 7.75)
  }

  @Test(
    "do what the naive loops do",
    arguments: [ProblemKind.pair, .values, .sets, .mixed, .repeats, .ragged],
    [LearningTask.regression, .classification])
  func descent(kind: ProblemKind, task: LearningTask) throws {
    for factorCount in [0, 1, 2, 4, 9] {
      let train = try train(kind, task, seed: UInt64(factorCount))
      let start = try start(factorCount: factorCount)
      var naive = NaiveDescent(start)
      for _ in 0..<3 { naive.descend(train, options: Self.descent(task)) }
      for workers in [1, 2, 3, 5] {
        #expect(bits(try descended(start, train, task, workers: workers)) == bits(naive))
      }
    }
  }

  @Test(
    "do what the naive loops do with adapted penalties",
    arguments: [ProblemKind.pair, .values, .sets, .repeats])
  func adaptation(kind: ProblemKind) throws {
    for factorCount in [0, 1, 2, 4, 9] {
      let train = try train(kind, .regression, seed: UInt64(factorCount))
      // Weights of validation cases do not count.
      let validation = try self.train(kind, .regression, seed: 99)
      let start = try start(factorCount: factorCount)
      var naive = NaiveAdaptation(
        start, groups: FeatureGroups(singleGroupOf: 30), options: Self.adaptation)
      for iteration in 0..<3 { naive.learn(train, validation, iteration: iteration) }
      for workers in [1, 2, 3, 5] {
        let (machine, penalties) = try adapted(start, train, validation, workers: workers)
        #expect(bits(machine) == bits(naive.model))
        #expect(penalties?.weights == naive.weightPenalties)
        #expect(penalties?.factors == naive.factorPenalties)
      }
    }
  }

  @Test(
    "change no bit when all weights are 1",
    arguments: [ProblemKind.pair, .values, .sets, .repeats],
    [LearningTask.regression, .classification])
  func ones(kind: ProblemKind, task: LearningTask) throws {
    var weighted = try train(kind, task, seed: 4)
    weighted.caseWeights = try AlignedBuffer(Array(repeating: 1, count: weighted.caseCount))
    var plain = weighted
    plain.caseWeights = nil
    for factorCount in [0, 1, 2, 4, 9] {
      let start = try start(factorCount: factorCount)
      #expect(
        bits(try descended(start, weighted, task, workers: 1))
          == bits(try descended(start, plain, task, workers: 1)))
      guard task == .regression else { continue }
      #expect(
        bits(try adapted(start, weighted, plain, workers: 1).machine)
          == bits(try adapted(start, plain, plain, workers: 1).machine))
    }
  }
}
