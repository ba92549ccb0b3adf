// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines
import Testing

@Suite("A divergence watch")
struct DivergenceWatchTests {
  /// Targets 1 to 5: the middle has an error of at most 2.
  private static func ratings(_ value: Float = 1) throws -> Dataset {
    var data = SplitMix64(seed: 5)
    let rows = (0..<400).map { row in
      [
        (id: UInt32.random(in: 0..<20, using: &data), value: Float(1)),
        (id: UInt32.random(in: 20..<40, using: &data), value: row == 77 ? value : 1),
      ]
    }
    return try Dataset(
      rows: rows, targets: rows.map { Float(1 + ($0[0].id * 3 + $0[1].id) % 5) },
      featureCount: 40)
  }

  /// Training errors and greatest scores of iterations, and the one at which a warning is due.
  struct Course: Sendable, CustomTestStringConvertible {
    var task = LearningTask.regression
    var iterations: [(figure: Double, score: Double)]
    var warning: Int?
    var testDescription: String { "\(task) \(iterations)" }
  }

  @Test(
    "sees scores that are no numbers or grow out of bounds",
    arguments: [
      Course(iterations: [(1, 6), (0.9, 7)], warning: nil),
      Course(iterations: [(1, 6), (1, .nan), (1, .nan)], warning: 1),
      Course(iterations: [(1, .infinity)], warning: 0),
      // Slow learning from far below the targets.
      Course(iterations: [(3, 0.1), (2.9, 0.2), (2.8, 0.3)], warning: nil),
      // Large initial factors that learning tames.
      Course(iterations: [(2.5, 30), (2.2, 20), (1, 11)], warning: nil),
      Course(iterations: [(2.5, 51)], warning: 0),
      Course(iterations: [(2.5, 30), (2.5, 30)], warning: 1),
      Course(iterations: [(1, 6), (2.5, 8), (2.5, 11)], warning: 2),
      // A few outlying cases do no harm.
      Course(iterations: [(1, 400), (1, 500)], warning: nil),
      Course(task: .classification, iterations: [(0.5, 5), (0.5, 999)], warning: nil),
      Course(task: .classification, iterations: [(0.9, 2_000), (0.9, 9_000)], warning: nil),
      Course(task: .classification, iterations: [(0.5, 5), (0.5, 1_001)], warning: 1),
      Course(task: .classification, iterations: [(0.5, 5), (0, .nan)], warning: 1),
    ])
  func courses(course: Course) throws {
    var watch = DivergenceWatch(
      task: course.task, train: try Self.ratings(), suspect: .regularization)
    for (iteration, (figure, score)) in course.iterations.enumerated() {
      var evaluation = Evaluation(figure: figure)
      evaluation.greatestScore = score
      let warning = watch.warning(for: evaluation, iteration: iteration)
      #expect((warning != nil) == (iteration == course.warning))
      #expect(warning?.iteration == (warning == nil ? nil : iteration))
    }
  }

  private func warnings(
    _ train: Dataset, _ task: LearningTask, rate: Double, deviation: Double = 0.1, workers: Int = 2
  ) throws -> [DivergenceWarning] {
    var random = GlibcRandom(seed: 7)
    let rates = PerTerm(all: rate)
    var watch = DivergenceWatch(task: task, train: train, suspect: .learningRates(rates))
    var solver = StochasticGradientDescent(
      machine: try FactorizationMachine(
        shape: .init(factorCount: 4, featureCount: 40), initialDeviation: deviation,
        using: &random),
      train: task == .classification ? try train.withBinaryTargets() : train,
      options: .init(task: task, iterations: 30, learningRates: rates),
      pool: WorkerPool(workerCount: workers))
    var warnings: [DivergenceWarning] = []
    try solver.run {
      if let warning = watch.warning(for: $0.train, iteration: $0.iteration) {
        warnings.append(warning)
      }
      return .proceed
    }
    return warnings
  }

  @Test("is silent while learning goes well", arguments: [0.0001, 0.001, 0.01, 0.1])
  func silence(rate: Double) throws {
    for deviation in [0, 0.1, 0.5] {
      #expect(try warnings(Self.ratings(), .regression, rate: rate, deviation: deviation).isEmpty)
      #expect(
        try warnings(Self.ratings(), .classification, rate: rate, deviation: deviation).isEmpty)
    }
  }

  @Test("warns once of a learning rate that is too large", arguments: [1.5, 3, 50], [1, 2])
  func learningRate(rate: Double, workers: Int) throws {
    let warnings = try warnings(Self.ratings(), .regression, rate: rate, workers: workers)
    #expect(warnings.count == 1)
    #expect(warnings.first?.largestValue == nil)
    #expect(
      warnings.first?.description.hasSuffix("likely remedy: lower the learning rate (\(rate))")
        == true)
  }

  @Test("names the feature with the largest value")
  func largeValue() throws {
    let train = try Self.ratings(-50_000)
    let warnings = try warnings(train, .regression, rate: 0.01)
    let feature = try #require(train.matrix[77].last?.id)
    #expect(warnings.first?.largestValue == FeatureValue(feature: feature, value: -50_000))
    #expect(
      warnings.first?.description.hasSuffix(
        "or scale large features (feature \(feature) has the value -50000.0)") == true)
  }

  @Test("names the weights of cases that make steps longer")
  func caseWeights() throws {
    var train = try Self.ratings()
    train.caseWeights = try AlignedBuffer(
      (0..<train.caseCount).map { $0 == 3 ? 5_000.0 : 1_000 })
    let warning = try #require(try warnings(train, .regression, rate: 0.1).first)
    #expect(warning.largestCaseWeight == 5_000)
    #expect(
      warning.description.hasSuffix(
        "(0.1), scale the weights of the cases (up to 5000.0) to an average of 1"))
    train.caseWeights = try AlignedBuffer(Array(repeating: 1.0, count: train.caseCount))
    let unweighted = try #require(try warnings(train, .regression, rate: 3).first)
    #expect(unweighted.largestCaseWeight == nil)
  }

  @Test("names a target that is no number as the cause", arguments: [Float.nan, .infinity])
  func targetIsNoNumber(target: Float) throws {
    let train = try Dataset(
      rows: [[(0, 3)], [(1, 1)], [(0, 1)]], targets: [1, target, 2], featureCount: 2)
    var watch = DivergenceWatch(task: .regression, train: train, suspect: .regularization)
    var evaluation = Evaluation(figure: 1)
    evaluation.greatestScore = .nan
    let found = watch.warning(for: evaluation, iteration: 0)
    let warning = try #require(found)
    #expect(warning.badTarget == 1)
    #expect(
      warning.description.hasSuffix(
        "likely cause: the target of training case 2 is no finite number"))
  }

  @Test("names a value that is no number as the cause", arguments: [Float.nan, .infinity])
  func valueIsNoNumber(value: Float) throws {
    let warnings = try warnings(Self.ratings(value), .classification, rate: 0.01)
    #expect(warnings.count == 1)
    #expect(warnings.first?.iteration == 0)
    #expect(warnings.first?.description.hasSuffix("has the value \(value)") == true)
    #expect(warnings.first?.description.contains("likely cause: feature") == true)
  }
}
