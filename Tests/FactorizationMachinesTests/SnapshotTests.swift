// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import FactorizationMachines

@Suite("Going on from a snapshot")
struct SnapshotTests {
  private static let iterations = 7

  /// The numbers of workers before and after the break.
  private static let workers = [[1, 1], [1, 3], [3, 1], [2, 5]]

  /// The bits of a machine's parameters.
  private func bits(of machine: FactorizationMachine?) -> [UInt64]? {
    guard let machine else { return nil }
    let shape = machine.shape
    return machine.withParameters { weights, factors in
      [machine.bias.bitPattern]
        + UnsafeBufferPointer(start: weights, count: shape.featureCount).map(\.bitPattern)
        + UnsafeBufferPointer(start: factors, count: shape.featureCount * shape.factorStride)
        .map(\.bitPattern)
    }
  }

  @Test("draws the same random numbers", arguments: [0, 1, 3, 28, 30, 31, 100])
  func generator(count: Int) {
    var random = GlibcRandom(seed: 5)
    for _ in 0..<count { _ = random.next() }
    let state = random.state
    var copy = GlibcRandom(state: state)
    #expect((0..<200).allSatisfy { _ in random.next() == copy?.next() })
    #expect(GlibcRandom(state: Array(state.dropLast())) == nil)
  }

  // MARK: Descent

  private func descent(_ workers: Int) throws -> StochasticGradientDescent {
    let problem = try RandomProblem(.mixed)
    var random = GlibcRandom(seed: 3)
    return StochasticGradientDescent(
      machine: try FactorizationMachine(
        shape: .init(factorCount: 3, featureCount: problem.featureCount), initialDeviation: 0.1,
        using: &random),
      train: problem.train, validation: problem.test, test: problem.test,
      options: .init(
        task: .regression, iterations: Self.iterations, learningRates: PerTerm(all: 0.02)),
      pool: WorkerPool(workerCount: workers))
  }

  @Test("gives sgd's bits", arguments: workers, 1..<iterations)
  func descent(workers: [Int], done: Int) throws {
    var reports: [Double] = []
    func note(_ report: IterationReport) -> LearningDecision {
      reports += [report.train.figure, report.validation?.figure ?? .nan]
      return report.iteration == 2 ? .keep : .proceed
    }
    var whole = try descent(workers[0])
    try whole.run(note)
    let expected = reports
    reports = []
    var first = try descent(workers[0])
    var second = try descent(workers[1])
    try first.run {
      note($0) == .keep ? .keep : $0.iteration == done - 1 ? .stop : .proceed
    } checkpoint: {
      if $0.progress.iterationCount == done { try second.restore($0) }
    }
    reports.removeLast(reports.count - 2 * done)
    try second.run(note)
    #expect(reports == expected)
    #expect(bits(of: second.machine) == bits(of: whole.machine))
    #expect(bits(of: second.keptMachine) == bits(of: whole.keptMachine))
  }

  // MARK: Adaptive regularization

  private func adaptation(_ workers: Int, factorCount: Int = 3) throws -> AdaptiveRegularization {
    let problem = try RandomProblem(.threeColumns, task: .classification)
    var random = GlibcRandom(seed: 3)
    return AdaptiveRegularization(
      machine: try FactorizationMachine(
        shape: .init(factorCount: factorCount, featureCount: problem.featureCount),
        initialDeviation: 0.1, using: &random),
      train: problem.train, validation: problem.test, test: problem.test,
      groups: try FeatureGroups((0..<problem.featureCount).map { UInt32($0 % 3) }),
      options: .init(
        task: .classification, iterations: Self.iterations, learningRates: PerTerm(all: 0.05)),
      pool: WorkerPool(workerCount: workers))
  }

  @Test("gives sgda's bits and penalties", arguments: workers, 1..<iterations)
  func adaptation(workers: [Int], done: Int) throws {
    var reports: [[Double]] = []
    func note(_ report: AdaptiveRegularization.Report) {
      reports.append(
        [report.progress.train.figure, report.variances.weights] + report.penalties.weights
          + report.penalties.factors.joined())
    }
    var whole = try adaptation(workers[0])
    try whole.run {
      note($0)
      return .proceed
    }
    let expected = reports
    reports = []
    var first = try adaptation(workers[0])
    var second = try adaptation(workers[1])
    try first.run {
      note($0)
      return $0.progress.iteration == done - 1 ? .stop : .proceed
    } checkpoint: {
      // A snapshot is read at once, and again after the solver has ended.
      if $0.progress.iterationCount == done { try second.restore($0) }
    }
    #expect(reports == Array(expected[..<done]))
    try second.run {
      note($0)
      return .proceed
    }
    #expect(reports == expected)
    #expect(bits(of: second.machine) == bits(of: whole.machine))
    // Whoever was stopped can also go on itself.
    try first.run {
      note($0)
      return .proceed
    }
    #expect(Array(reports[Self.iterations...]) == Array(expected[done...]))
    #expect(bits(of: first.machine) == bits(of: whole.machine))
  }

  @Test("has the penalties and gradients of its own iteration")
  func companionOfIteration() throws {
    var states: [[[UInt64]]] = []
    for workers in [1, 3] {
      var state: [[UInt64]] = []
      var solver = try adaptation(workers)
      try solver.run { _ in
        .proceed
      } checkpoint: { snapshot in
        state += [snapshot.penalties, snapshot.gradients].map {
          (Array($0.weights) + Array($0.factors)).map(\.bitPattern)
        }
      }
      states.append(state)
    }
    #expect(states[0] == states[1])
    #expect(Set(states[0]).count > Self.iterations)
  }

  // MARK: Gibbs sampling

  private struct Chain {
    var schema: RandomSchema
    var task: LearningTask
    var samples: Bool
    var factorCount = 3

    func sampler(_ workers: Int, withValidation: Bool = true) throws -> GibbsSampler {
      var random = GlibcRandom(seed: 7)
      var machine = try FactorizationMachine(
        shape: .init(factorCount: factorCount, featureCount: schema.featureCount),
        initialDeviation: 0.3, using: &random)
      machine.drawWeights(deviation: 0.3, using: &random)
      let validates = withValidation && schema.relations.isEmpty
      var options = GibbsSampler.Options(
        task: task, iterations: SnapshotTests.iterations, samples: samples,
        infersHyperparameters: samples,
        regularization: PerTerm(bias: 0.1, weights: 0.2, factors: 0.3),
        groupCount: schema.groups.groupCount)
      options.metrics = task == .regression ? [.meanAbsoluteError] : [.logLoss]
      return try GibbsSampler(
        machine: machine, train: schema.train, validation: validates ? schema.test : nil,
        test: schema.test, relations: schema.relations, groups: schema.groups, options: options,
        random: random, pool: WorkerPool(workerCount: workers))
    }
  }

  private func numbers(of report: GibbsSampler.Report) -> [UInt64] {
    let test = report.test.map { [$0.lastDraw, $0.allDraws, $0.laterDraws] } ?? []
    let evaluations = [report.train] + test + [report.validation].compactMap(\.self)
    let figures = evaluations.flatMap {
      [$0.figure, $0.meanAbsoluteError ?? 0, $0.logLoss ?? 0] + $0.metrics.values
    }
    let priors = report.hyperparameters.weights + report.hyperparameters.factors
    return
      ([report.hyperparameters.noisePrecision] + figures
      + priors.flatMap { [$0.mean, $0.precision] })
      .map(\.bitPattern)
  }

  private static let schemas = [
    SchemaKind(main: .pair, relations: []), SchemaKind(main: .mixed, relations: []),
    SchemaKind(main: .sets, relations: []), SchemaKind(main: .unsortedRows, relations: []),
    SchemaKind(main: .pair, relations: [.threeColumns, .values]),
    SchemaKind(main: nil, relations: [.dense]),
  ]

  @Test(
    "gives the bits of a chain and of its predictions", arguments: schemas,
    [LearningTask.regression, .classification])
  func chain(kind: SchemaKind, task: LearningTask) throws {
    for samples in [true, false] {
      let chain = Chain(
        schema: try RandomSchema(kind, task: task), task: task, samples: samples)
      for (workers, done) in [([1, 1], 1), ([1, 3], 4), ([3, 1], 6), ([2, 5], 2)] {
        try expectSame(chain, workers, done)
      }
    }
  }

  private func expectSame(_ chain: Chain, _ workers: [Int], _ done: Int) throws {
    var reports: [[UInt64]] = []
    func note(_ report: borrowing GibbsSampler.Report) -> LearningDecision {
      reports.append(numbers(of: copy report))
      return report.iteration == 2 ? .keep : .proceed
    }
    var whole = try chain.sampler(workers[0])
    try whole.run { note($0) }
    let expected = reports
    reports = []
    var first = try chain.sampler(workers[0])
    var second = try chain.sampler(workers[1])
    var snapshot: GibbsSampler.Snapshot?
    try first.run {
      let decision = note($0)
      return $0.iteration == done - 1 ? .stop : decision
    } checkpoint: {
      if $0.progress.iterationCount == done { snapshot = $0 }
    }
    // The solver has ended, so that its memory is still as of the snapshot.
    try second.restore(#require(snapshot))
    #expect(second.iterationCount == done)
    #expect(
      try second.predictions().map(\.bitPattern)
        == first.predictions().map(\.bitPattern))
    try second.run { note($0) }
    #expect(reports == expected)
    #expect(bits(of: second.machine) == bits(of: whole.machine))
    #expect(
      try second.predictions().map(\.bitPattern)
        == whole.predictions().map(\.bitPattern))
    if done != 3 {
      #expect(bits(of: second.keptMachine) == bits(of: whole.keptMachine))
      #expect(second.keptPredictions.map(Array.init) == whole.keptPredictions.map(Array.init))
    }
  }

  @Test("draws nothing ahead that belongs to the chain before")
  func drawsAhead() throws {
    let chain = Chain(
      schema: try RandomSchema(Self.schemas[0]), task: .regression, samples: true)
    var first = try chain.sampler(2)
    var second = try chain.sampler(2)
    var bitsOfSecond: [UInt64]?
    // The second has gone further, and has drawn for its next sweep.
    try second.run { $0.iteration == 4 ? .stop : .proceed }
    try first.run {
      $0.iteration == 1 ? .stop : .proceed
    } checkpoint: {
      if $0.progress.iterationCount == 2 { try second.restore($0) }
    }
    try second.run {
      $0.iteration == 4 ? .stop : .proceed
    } checkpoint: {
      bitsOfSecond = bits(of: $0.progress.machine)
    }
    try first.run { $0.iteration == 4 ? .stop : .proceed }
    #expect(bits(of: first.machine) == bitsOfSecond)
  }

  // MARK: What is kept

  @Test("keeps the present result on request")
  func keeping() throws {
    var descent = try descent(2)
    try descent.run { $0.iteration == 3 ? .stop : .proceed }
    #expect(descent.keptMachine == nil)
    try descent.keep()
    #expect(bits(of: descent.keptMachine) == bits(of: descent.machine))
    let chain = Chain(
      schema: try RandomSchema(Self.schemas[0]), task: .regression, samples: true)
    var sampler = try chain.sampler(1)
    try sampler.run { $0.iteration == 3 ? .stop : .proceed }
    try sampler.keep()
    let kept = try sampler.predictions()
    try sampler.run { _ in .proceed }
    #expect(try Array(sampler.predictions()) != Array(kept))
    #expect(sampler.keptPredictions.map(Array.init) == Array(kept))
  }

  // MARK: Mismatches

  @Test("is refused when it is of another problem")
  func mismatches() throws {
    let schema = try RandomSchema(Self.schemas[0])
    let chain = Chain(schema: schema, task: .regression, samples: true)
    var sampler = try chain.sampler(1)
    func expect(_ text: String, _ change: (inout GibbsSampler.Snapshot) throws -> Void) throws {
      var snapshot: GibbsSampler.Snapshot?
      var other = try chain.sampler(1)
      try other.run { _ in
        .stop
      } checkpoint: {
        snapshot = $0
      }
      var changed = try #require(snapshot)
      try change(&changed)
      let error = #expect(throws: SnapshotMismatchError.self) { try sampler.restore(changed) }
      #expect(error?.description.contains(text) == true, "\(error?.description ?? "")")
      #expect(sampler.iterationCount == 0)
    }
    try expect("factorCount: 4") {
      $0.progress.machine = try FactorizationMachine(
        shape: .init(factorCount: 4, featureCount: schema.featureCount))
    }
    try expect("factorCount: 2") {
      $0.progress.keptMachine = try FactorizationMachine(
        shape: .init(factorCount: 2, featureCount: schema.featureCount))
    }
    try expect("groups is 1, the solver's 2") { $0.hyperparameters.weights.removeLast() }
    try expect("priors of factors is 5, the solver's 6") {
      $0.hyperparameters.factors.removeLast()
    }
    try expect("latent targets is 4, the solver's none") {
      $0.latentTargets = try AlignedBuffer(count: 4)
    }
    try expect("test cases is none, the solver's 10") { $0.test = nil }
    try expect("test cases is 9") { $0.test?.laterDraws = try AlignedBuffer(count: 9) }
    try expect("validation cases is none") { $0.validation = nil }
    try expect("kept predictions is 3") { $0.keptPredictions = try AlignedBuffer(count: 3) }

    var adaptive = try adaptation(1)
    var snapshot: AdaptiveRegularization.Snapshot?
    var other = try adaptation(1)
    try other.run { _ in
      .stop
    } checkpoint: {
      snapshot = $0
    }
    var changed = try #require(snapshot)
    changed.penalties = try ParameterArrays(count: 4, factorStride: 4)
    #expect(throws: SnapshotMismatchError.self) { try adaptive.restore(changed) }
    var narrow = try adaptation(1, factorCount: 2)
    #expect(throws: SnapshotMismatchError.self) { try narrow.restore(#require(snapshot)) }
  }

  @Test("is no part of early stopping's and the watch's first run, but goes on in them")
  func watching() throws {
    let figures = [5.0, 4, 6, 3, 7, 8]
    var whole = EarlyStopping(patience: 2)
    let decisions = figures.map { whole.decide(on: $0) }
    for done in 0...figures.count {
      var first = EarlyStopping(patience: 2)
      for figure in figures[..<done] { _ = first.decide(on: figure) }
      var second = EarlyStopping(
        patience: 2, best: first.best, iterationCount: first.iterationCount)
      #expect(figures[done...].map { second.decide(on: $0) } == Array(decisions[done...]))
      #expect(second == whole)
    }
    let train = try Dataset(rows: [[(0, 1)], [(0, 1)]], targets: [1, 5])
    func watch(_ history: DivergenceWatch.History = .init()) -> DivergenceWatch {
      DivergenceWatch(
        task: .regression, train: train, suspect: .regularization, history: history)
    }
    // The error grows to more than guessing makes, with scores of thrice the greatest target.
    func evaluation(_ figure: Double) -> Evaluation {
      var evaluation = Evaluation(figure: figure)
      evaluation.greatestScore = 15
      return evaluation
    }
    var first = watch()
    #expect(first.warning(for: evaluation(3), iteration: 0) == nil)
    var second = watch(first.history)
    #expect(second.warning(for: evaluation(4), iteration: 1) != nil)
    var third = watch(second.history)
    #expect(third.warning(for: evaluation(5), iteration: 2) == nil)
  }
}
