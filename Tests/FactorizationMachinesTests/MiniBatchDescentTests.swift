// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import FactorizationMachines

@Suite("Gradient descent in batches")
struct MiniBatchDescentTests {
  typealias Optimizer = MiniBatchDescent.Optimizer

  private static let optimizers: [Optimizer] = [.adam, .adaGrad, .ftrl(l1: 0), .ftrl(l1: 0.02)]

  private static func machine(
    _ featureCount: Int, factors: Int, usesBias: Bool = true, usesWeights: Bool = true
  ) throws -> FactorizationMachine {
    var random = GlibcRandom(seed: 3)
    let shape = FactorizationMachine.Shape(
      usesBias: usesBias, usesWeights: usesWeights, factorCount: factors,
      featureCount: featureCount)
    var machine = try FactorizationMachine(
      shape: shape, initialDeviation: 0.3, using: &random)
    if usesWeights { machine.drawWeights(deviation: 0.2, using: &random) }
    machine.bias = 0.25
    return machine
  }

  /// Weights for some rows, 0 among them.
  private static func weighted(_ dataset: Dataset) throws -> Dataset {
    var dataset = dataset
    dataset.caseWeights = try AlignedBuffer((0..<dataset.caseCount).map { Double($0 % 4) / 2 })
    return dataset
  }

  private static func run(
    _ machine: FactorizationMachine, _ train: Dataset, _ options: MiniBatchDescent.Options,
    workers: Int = 2
  ) throws -> FactorizationMachine {
    var solver = MiniBatchDescent(
      machine: machine, train: train, options: options, random: GlibcRandom(seed: 5),
      pool: WorkerPool(workerCount: workers))
    try solver.run { _ in .proceed }
    return solver.machine
  }

  /// Both do the same operations in another order, on numbers of about 1.
  private static let roundingError = 1e-9

  // MARK: The gradient

  /// Moves parameters by the gradient itself.
  private struct PlainRule: OptimizerRule {
    let gradientPenalty: Double

    func step<Vector: FactorVector>(
      _ parameters: Vector, gradient: Vector, _: UnsafeMutablePointer<Double>,
      _: UnsafeMutablePointer<Double>
    ) -> Vector { parameters.minus(gradient) }
  }

  @Test(
    "has the gradient that central differences give",
    arguments: [ProblemKind.pair, .values, .repeats, .ragged],
    [LearningTask.regression, .classification])
  func gradient(kind: ProblemKind, task: LearningTask) throws {
    let problem = try RandomProblem(kind, task: task)
    var train = try Self.weighted(problem.train)
    train.targetRange = TargetRange(lower: -100, upper: 100)
    let machine = try Self.machine(problem.featureCount, factors: 3)
    let penalties = PerTerm(bias: 0.3, weights: 0.2, factors: 0.1)
    let options = MiniBatchDescent.Options(
      task: task, optimizer: .adam, iterations: 1, regularization: penalties)
    let pool = WorkerPool(workerCount: 1)

    let sums = try BatchGradient(
      shape: machine.shape, hasValues: train.matrix.values != nil, normLimit: nil)
    let tile = try BatchTile(train, order: nil, factorStride: 4, capacity: train.caseCount)
    var moved = machine
    moved.bias = moved.withMutableParameters { weights, factors in
      let parameters = ParameterPointers(shape: machine.shape, weights: weights, factors: factors)
      let rows = tile.take(0..<train.caseCount, pool: pool).pointers
      scoreTile(
        rows, rows: 0..<train.caseCount, task: task, clip: TargetClip(train.targetRange),
        bias: machine.bias, parameters: parameters)
      accumulateRows(of: rows, into: sums.pointers, shape: machine.shape)
      sums.addBias(rows.multipliers, count: train.caseCount)
      let rules = TermRules(
        bias: PlainRule(gradientPenalty: penalties.bias),
        weights: PlainRule(gradientPenalty: penalties.weights),
        factors: PlainRule(gradientPenalty: penalties.factors))
      let scale = sums.scale(at: machine.bias, parameters, penalties: penalties, pool: pool)
      let state = OptimizerPointers(
        weights: weights, weightStride: 1, secondWeight: 0, factors: factors,
        factorStride: machine.shape.factorStride, secondFactor: 0)
      stepFeatures(sums.features, sums.pointers, parameters, state, scale: scale, rules: rules)
      return machine.bias - sums.bias(at: machine.bias, scale, penalty: penalties.bias)
    }

    let gradient = zip(
      NaiveMiniBatch.parameters(of: machine), NaiveMiniBatch.parameters(of: moved)
    ).map { $0 - $1 }
    #expect(gradient.contains { abs($0) > 0.01 })
    let rows = Array(0..<train.caseCount)
    for (index, slope) in gradient.enumerated() {
      var (above, below) = (NaiveMiniBatch(machine, options), NaiveMiniBatch(machine, options))
      above.parameters[index] += 1e-5
      below.parameters[index] -= 1e-5
      let difference =
        (above.loss(of: train, rows: rows) - below.loss(of: train, rows: rows)) / 2e-5
      #expect(abs(slope - difference) < 1e-6 * max(1, abs(slope)), "parameter \(index)")
    }
  }

  // MARK: One step

  /// A step from the score 1 towards the target 3: the slope is −2, and that of the bias and the weights.
  ///
  /// The bias is 0, the weights are 0 and 0.5, and the single factors 0.5 and 1.
  @Test(
    "takes the steps that a calculation by hand takes",
    arguments: [
      // m̂ = g and √v̂ = |g|, so exactly the rate.
      (Optimizer.adam, [0.1, 0.1, 0.6, 0.6, 1.1]),
      // n = g², so exactly the rate as well.
      (.adaGrad, [0.1, 0.1, 0.6, 0.6, 1.1]),
      // −α g / (1 + |g|): g is −2, for the factors −2 · 1 and −2 · 0.5.
      (.ftrl(l1: 0), [0.2 / 3, 0.2 / 3, 0.5 + 0.2 / 3, 0.5 + 0.2 / 3, 1 + 0.1 / 2]),
      // z is −2 for the weight of 0: within 2.5. For the other −0.5 / 0.1 − 2 − 2 · 0.5 / 0.1 = −17:
      // (17 − 2.5) / ((1 + 2) / 0.1).
      (.ftrl(l1: 2.5), [0.2 / 3, 0, 14.5 / 30, 0.5 + 0.2 / 3, 1 + 0.1 / 2]),
    ] as [(Optimizer, [Double])])
  func handWorkedStep(optimizer: Optimizer, expected: [Double]) throws {
    var machine = try FactorizationMachine(shape: .init(factorCount: 1, featureCount: 2))
    machine[weight: 1] = 0.5
    machine[factor: 0, ofFeature: 0] = 0.5
    machine[factor: 0, ofFeature: 1] = 1
    let train = try Dataset(rows: [[(0, 1), (1, 1)]], targets: [3])
    var unbounded = train
    unbounded.targetRange = TargetRange(lower: -9, upper: 9)
    let options = MiniBatchDescent.Options(
      task: .regression, optimizer: optimizer, iterations: 1, learningRates: PerTerm(all: 0.1))
    let learned = NaiveMiniBatch.parameters(of: try Self.run(machine, unbounded, options))
    for (value, expected) in zip(learned, expected) { #expect(abs(value - expected) < 1e-8) }
  }

  @Test("keeps what it needs to know between two steps")
  func secondSteps() throws {
    let machine = try FactorizationMachine(
      shape: .init(usesWeights: false, factorCount: 0, featureCount: 1))
    var train = try Dataset(rows: [[(0, 1)]], targets: [2])
    train.targetRange = TargetRange(lower: -9, upper: 9)
    func bias(_ optimizer: Optimizer) throws -> Double {
      let options = MiniBatchDescent.Options(
        task: .regression, optimizer: optimizer, iterations: 2, learningRates: PerTerm(all: 1))
      return try Self.run(machine, train, options).bias
    }
    // The gradients are −2 and then that of the bias after one step.
    let first = -2.0
    // Adam: from 1 on, m̂ = (0.09 · 2 + 0.1) / 0.19 and v̂ = (0.000999 · 4 + 0.001) / 0.001999.
    #expect(abs(try bias(.adam) - (1 + 0.28 / 0.19 / (0.004996 / 0.001999).squareRoot())) < 1e-7)
    // AdaGrad: from 1 on with g = −1.
    #expect(abs(try bias(.adaGrad) - (1 + 1 / 5.0.squareRoot())) < 1e-9)
    // FTRL: from 2/3 on with g = −4/3.
    let start = -first / 3
    let root = (4 + 16.0 / 9).squareRoot()
    #expect(abs(try bias(.ftrl(l1: 0)) - (start + 4.0 / 3 / (1 + root))) < 1e-9)
  }

  @Test("cuts the gradient of a batch to the norm asked for")
  func clipping() throws {
    let machine = try FactorizationMachine(shape: .init(factorCount: 0, featureCount: 1))
    var train = try Dataset(rows: [[(0, 1)]], targets: [3])
    train.targetRange = TargetRange(lower: -9, upper: 9)
    // The gradient is (−3, −3); cut to √2 it is (−1, −1), and a step of FTRL is 1 / (1 + 1).
    for (limit, expected) in [(2.0.squareRoot(), 0.5), (100, 0.75)] {
      let options = MiniBatchDescent.Options(
        task: .regression, optimizer: .ftrl(l1: 0), iterations: 1,
        learningRates: PerTerm(all: 1), normLimit: limit)
      let learned = try Self.run(machine, train, options)
      #expect(abs(learned.bias - expected) < 1e-12)
      #expect(abs(learned[weight: 0] - expected) < 1e-12)
    }
  }

  // MARK: Epochs

  @Test(
    "does what the naive loops do", arguments: ProblemKind.allCases,
    [LearningTask.regression, .classification])
  func agreesWithNaiveLoops(kind: ProblemKind, task: LearningTask) throws {
    let problem = try RandomProblem(kind, task: task, rowCount: 40)
    let choices = [
      (true, true, 3), (false, true, 2), (true, false, 8), (true, true, 0), (true, true, 11),
    ]
    for (index, optimizer) in Self.optimizers.enumerated() {
      let (usesBias, usesWeights, factors) =
        choices[(index + kind.rawValue.utf8.count) % choices.count]
      for isPlain in [true, false] {
        let train = isPlain ? problem.train : try Self.weighted(problem.train)
        let machine = try Self.machine(
          problem.featureCount, factors: factors, usesBias: usesBias, usesWeights: usesWeights)
        let options = MiniBatchDescent.Options(
          task: task, optimizer: optimizer, iterations: 3,
          learningRates: PerTerm(bias: 0.02, weights: 0.03, factors: 0.04),
          regularization: PerTerm(bias: 0.01, weights: 0.02, factors: 0.03), batchSize: 7,
          shuffles: !isPlain, normLimit: isPlain ? nil : 0.3)
        let learned = try Self.run(machine, train, options)
        let expected = try Self.naive(machine, train, options)
        for (value, expected) in zip(NaiveMiniBatch.parameters(of: learned), expected) {
          #expect(abs(value - expected) < Self.roundingError, "\(optimizer)")
        }
      }
    }
  }

  private static func naive(
    _ machine: FactorizationMachine, _ train: Dataset, _ options: MiniBatchDescent.Options
  ) throws -> [Double] {
    var naive = NaiveMiniBatch(machine, options)
    let order = try BatchOrder(rowCount: train.caseCount, random: GlibcRandom(seed: 5))
    var rows = Array(0..<train.caseCount)
    for _ in 0..<options.iterations {
      if options.shuffles {
        order.beginEpoch()
        order.write(0..<rows.count, to: &rows, pool: WorkerPool(workerCount: 1))
      }
      for start in stride(from: 0, to: rows.count, by: options.batchSize ?? 1) {
        let end = min(start + (options.batchSize ?? 1), rows.count)
        naive.learn(train, rows: Array(rows[start..<end]))
      }
    }
    return naive.parameters
  }

  @Test("has the same bits with any number of workers", arguments: optimizers)
  func workers(optimizer: Optimizer) throws {
    for (kind, isShuffled) in [(ProblemKind.pair, true), (.ragged, true), (.sets, false)] {
      let train = try Self.weighted(RandomProblem(kind, rowCount: 3_001).train)
      let options = MiniBatchDescent.Options(
        task: .regression, optimizer: optimizer, iterations: 2,
        regularization: PerTerm(all: 0.1), batchSize: 1_433, shuffles: isShuffled, normLimit: 0.5)
      let machine = try Self.machine(train.featureCount, factors: 5)
      let results = try [1, 2, 3, 5].map {
        NaiveMiniBatch.parameters(of: try Self.run(machine, train, options, workers: $0))
          .map(\.bitPattern)
      }
      #expect(Set(results).count == 1)
      #expect(results[0] != NaiveMiniBatch.parameters(of: machine).map(\.bitPattern))
    }
  }

  @Test("has the same bits for many features and rows with any number of workers")
  func manyTiles() throws {
    var data = SplitMix64(seed: 2)
    let rows = (0..<24_000).map { _ in
      [
        (id: UInt32.random(in: 0..<3_000, using: &data), value: Float(1)),
        (id: UInt32.random(in: 3_000..<7_001, using: &data), value: Float(1)),
      ]
    }
    let train = try Dataset(
      rows: rows, targets: rows.map { _ in Float.random(in: 1...5, using: &data) })
    // Two tiles a batch on one worker, one on three.
    let options = MiniBatchDescent.Options(
      task: .regression, optimizer: .adaGrad, iterations: 1, batchSize: 11_003, normLimit: 0.01)
    let machine = try Self.machine(7_001, factors: 8)
    let results = try [1, 2, 3].map {
      NaiveMiniBatch.parameters(of: try Self.run(machine, train, options, workers: $0))
    }
    #expect(results[0] == results[1] && results[0] == results[2])
    let expected = try Self.naive(machine, train, options)
    #expect(zip(results[0], expected).allSatisfy { abs($0 - $1) < Self.roundingError })
  }

  @Test("does not touch the features that a batch does not have", arguments: optimizers)
  func sparseUpdates(optimizer: Optimizer) throws {
    let train = try Dataset(rows: [[(0, 1), (2, 1)], [(0, 2)]], targets: [1, 3])
    let machine = try Self.machine(5, factors: 2)
    let learned = try Self.run(
      machine, train,
      .init(
        task: .regression, optimizer: optimizer, iterations: 3,
        regularization: PerTerm(all: 0.5), normLimit: 1))
    for feature in 0..<5 {
      let moves = [0, 2].contains(feature)
      #expect((learned[weight: feature] != machine[weight: feature]) == moves)
      #expect(
        (learned[factor: 1, ofFeature: feature] != machine[factor: 1, ofFeature: feature]) == moves)
    }
  }

  @Test("leaves terms with a learning rate of 0 as they are", arguments: optimizers)
  func frozenTerms(optimizer: Optimizer) throws {
    let problem = try RandomProblem(.pair)
    let machine = try Self.machine(problem.featureCount, factors: 2)
    let learned = try Self.run(
      machine, problem.train,
      .init(
        task: .regression, optimizer: optimizer, iterations: 2,
        learningRates: PerTerm(bias: 0.1, weights: 0, factors: 0.1)))
    #expect(learned.bias != machine.bias)
    #expect(
      (0..<9).allSatisfy { abs(learned[weight: $0] - machine[weight: $0]) < 1e-15 })
    #expect(learned[factor: 0, ofFeature: 0] != machine[factor: 0, ofFeature: 0])
  }

  @Test("is the machine of the iteration reported last when it is stopped, or of the one kept")
  func stops() throws {
    let problem = try RandomProblem(.pair)
    let machine = try Self.machine(problem.featureCount, factors: 2)
    func solver(_ iterations: Int) -> MiniBatchDescent {
      MiniBatchDescent(
        machine: machine, train: problem.train, test: problem.test,
        options: .init(task: .regression, optimizer: .adaGrad, iterations: iterations),
        random: GlibcRandom(seed: 5), pool: WorkerPool(workerCount: 2))
    }
    var (short, long) = (solver(2), solver(9))
    try short.run { _ in .proceed }
    var tests: [Double?] = []
    try long.run {
      tests.append($0.test?.figure)
      return $0.iteration == 0 ? .keep : .stop
    }
    #expect(tests.count == 2)
    #expect(
      NaiveMiniBatch.parameters(of: long.machine) == NaiveMiniBatch.parameters(of: short.machine))
    let kept = try #require(long.keptMachine)
    let evaluation = kept.evaluation(
      on: problem.test, task: .regression, targetRange: problem.train.targetRange,
      pool: WorkerPool(workerCount: 1))
    #expect(evaluation.figure == tests[0])
  }

  @Test("has batches of a hundredth of the cases, but no larger than 2¹⁷")
  func batchSizes() {
    #expect(
      [1, 99, 250, 1_000_000, 200_000_000].map(MiniBatchDescent.defaultBatchSize) == [
        1, 1, 2, 10_000, 131_072,
      ])
  }
}
