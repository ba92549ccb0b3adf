// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines
import Testing

@Suite("Adaptive regularization")
struct AdaptiveRegularizationTests {
  private func solver(
    _ task: LearningTask, factorCount: Int, groups: FeatureGroups, workers: Int
  ) throws -> AdaptiveRegularization {
    var random = GlibcRandom(seed: 42)
    let shape = FactorizationMachine.Shape(
      factorCount: factorCount, featureCount: ConformanceData.featureCount)
    return AdaptiveRegularization(
      machine: try FactorizationMachine(shape: shape, initialDeviation: 0.1, using: &random),
      train: try ConformanceData.train(task), validation: try ConformanceData.validation(task),
      test: try ConformanceData.test(task), groups: groups,
      options: .init(
        task: task, iterations: 3, learningRates: PerTerm(all: 0.05), keepsWeights: false),
      pool: WorkerPool(workerCount: workers))
  }

  @Test("gives the reference's 17 digits in regression", arguments: [1, 2, 3])
  func regressionVectors(workers: Int) throws {
    var solver = try solver(
      .regression, factorCount: 2, groups: try ConformanceData.groups, workers: workers)
    var figures: [[Double]] = []
    try solver.run {
      figures.append([$0.progress.train.figure, $0.progress.test?.figure ?? 0])
      return .proceed
    }
    #expect(
      figures == [
        [1.1634757820948201, 1.8094794613752971], [0.74870619623376866, 1.5635929306131022],
        [0.57286186369509373, 1.4844396347916351],
      ])
    let machine = solver.machine
    #expect(machine.bias == 1.3614176073050588)
    #expect(
      (0..<6).map { machine[weight: $0] } == [
        1.2831195462011853, 0.88560875340071366, 0.64565629571473815, 0.032561442332140769,
        0.20744479311718861, 0,
      ])
    #expect(
      (0..<6).map { machine[factor: 0, ofFeature: $0] } == [
        -0.28564997578014706, -0.36743236275722402, 0.065873084780107199, 0.080153057970896266,
        -0.3640304942830811, 0.10703811353872093,
      ])
    #expect(
      (0..<6).map { machine[factor: 1, ofFeature: $0] } == [
        0.095690063452429669, 0.091456408948718412, 0.036353197059950298, 0.047825272017261521,
        0.049138531378101896, 0.20579604497504059,
      ])
    #expect(
      try predictions(of: machine, .regression, workers: workers) == [
        3.6438544220048352, 1.6915118926149153, 1.5688624004222473,
      ])
  }

  @Test("gives the reference's 17 digits in classification", arguments: [1, 2])
  func classificationVectors(workers: Int) throws {
    var solver = try solver(
      .classification, factorCount: 2,
      groups: FeatureGroups(singleGroupOf: ConformanceData.featureCount), workers: workers)
    var figures: [[Double]] = []
    try solver.run {
      figures.append([$0.progress.train.figure, $0.progress.test?.figure ?? 0])
      return .proceed
    }
    #expect(figures == Array(repeating: [0.80000000000000004, 0.66666666666666663], count: 3))
    #expect(
      try predictions(of: solver.machine, .classification, workers: workers) == [
        0.57642918430807233, 0.52840392968571526, 0.50761885073315782,
      ])
  }

  @Test("reports what the reference logs to 17 digits", arguments: [1, 2])
  func loggedFigures(workers: Int) throws {
    var solver = try solver(
      .regression, factorCount: 1, groups: try ConformanceData.groups, workers: workers)
    var lines: [[Double]] = []
    try solver.run { report in
      let progress = report.progress
      lines.append(
        [
          progress.test?.figure ?? 0, progress.test?.meanAbsoluteError ?? 0,
          progress.train.figure, progress.validation?.figure ?? 0, report.variances.weights,
        ] + report.variances.factors
          + zip(report.penalties.weights, report.penalties.factors).flatMap { [$0] + $1 })
      return .proceed
    }
    #expect(
      lines == [
        [
          1.8110462103574951, 1.4465470445385336, 1.1664242179753459, 1.359086992449889, 0,
          0.019561699647401874, 0, 0, 0, 0, 0, 0,
        ],
        [
          1.5642877360961132, 1.3108396760179513, 0.74928298303379259, 0.98916227958407021,
          0.21148843413481763, 0.051604454240941233, 0, 5.9438625441244499e-05,
          0.00094203940462163425, 9.8823778632102342e-05, 0, 0,
        ],
        [
          1.4857999758792542, 1.2943520445361683, 0.57337966573635102, 0.90730779216732715,
          0.22299016511638431, 0.045883967145876108, 0, 7.0659571696644224e-05,
          0.00076959800406713815, 0.00012622057813815778, 0, 0,
        ],
      ])
  }

  /// A problem for the comparison with the naive loops.
  struct Kind: Sendable, CustomTestStringConvertible {
    var widths: ClosedRange<Int>
    var validationCount: Int
    var groups: [UInt32]
    var groupCount = 0
    var values: ClosedRange<Float>?
    var mayRepeat = false
    var rate = 0.03
    var validatesOnInfinity = false
    var testDescription: String {
      "\(widths) entries, \(validationCount) validation cases, \(Set(groups).count) of \(max(groupCount, Set(groups).count)) groups"
        + (values.map { ", values \($0)" } ?? "") + (mayRepeat ? ", repeated" : "")
        + ", rate \(rate)" + (validatesOnInfinity ? ", infinity" : "")
    }
  }

  private static let oneGroup = [UInt32](repeating: 0, count: 9)
  private static let threeGroups: [UInt32] = [0, 1, 2, 0, 1, 2, 0, 0, 1]
  private static let someEmpty: [UInt32] = [4, 1, 1, 4, 4, 1, 0, 0, 1]

  private static let kinds = [
    Kind(widths: 2...2, validationCount: 20, groups: oneGroup),
    Kind(widths: 2...2, validationCount: 60, groups: threeGroups, values: -2...2),
    Kind(widths: 3...3, validationCount: 100, groups: someEmpty, groupCount: 7),
    Kind(widths: 0...5, validationCount: 7, groups: threeGroups, values: -2...2, mayRepeat: true),
    Kind(widths: 0...5, validationCount: 1, groups: someEmpty, groupCount: 7, mayRepeat: true),
    // Such values and rates drive parameters out of the finite numbers.
    Kind(
      widths: 1...5, validationCount: 30, groups: someEmpty, groupCount: 7, values: -40...40,
      rate: 0.3),
    Kind(widths: 1...3, validationCount: 30, groups: someEmpty, groupCount: 7, rate: .infinity),
    Kind(widths: 1...3, validationCount: 30, groups: someEmpty, groupCount: 7, rate: 1.2e308),
    // A score that is no number resets all penalties, also of groups that the row does not have.
    Kind(widths: 1...2, validationCount: 40, groups: threeGroups, validatesOnInfinity: true),
  ]

  @Test("does what the naive loops do", arguments: kinds, [0, 1, 2, 3, 4, 5, 8, 9, 16, 19])
  func agreesWithNaiveLoops(kind: Kind, factorCount: Int) throws {
    var data = SplitMix64(seed: UInt64(factorCount))
    let (train, validation) = (
      try Self.dataset(kind, caseCount: 60, using: &data),
      try Self.dataset(
        kind, caseCount: kind.validationCount, hasInfinity: kind.validatesOnInfinity,
        using: &data)
    )
    for (workers, task) in zip(1..., [LearningTask.regression, .classification, .regression]) {
      for (usesBias, usesWeights) in [(true, true), (false, true), (true, false)] {
        let shape = FactorizationMachine.Shape(
          usesBias: usesBias, usesWeights: usesWeights, factorCount: factorCount, featureCount: 9)
        try compare(
          shape, train: task == .classification ? train.withBinaryTargets() : train,
          validation: task == .classification ? validation.withBinaryTargets() : validation,
          groups: try FeatureGroups(kind.groups, groupCount: kind.groupCount),
          options: .init(
            task: task, iterations: 3,
            learningRates: PerTerm(
              bias: kind.rate, weights: kind.rate * 0.9, factors: kind.rate * 1.1),
            keepsWeights: usesBias),
          workers: workers)
      }
    }
  }

  private func compare(
    _ shape: FactorizationMachine.Shape, train: Dataset, validation: Dataset,
    groups: FeatureGroups, options: AdaptiveRegularization.Options, workers: Int
  ) throws {
    var random = GlibcRandom(seed: 3)
    var start = try FactorizationMachine(shape: shape, initialDeviation: 0.3, using: &random)
    start.drawWeights(deviation: 0.2, using: &random)
    var naive = NaiveAdaptation(start, groups: groups, options: options)
    var solver = AdaptiveRegularization(
      machine: start, train: train, validation: validation, groups: groups, options: options,
      pool: WorkerPool(workerCount: workers))
    try solver.run { report in
      naive.learn(train, validation, iteration: report.progress.iteration)
      #expect(bits(report.penalties.weights) == bits(naive.weightPenalties))
      #expect(report.penalties.factors.map(bits) == naive.factorPenalties.map(bits))
      #expect(bits([report.variances.weights]) == bits([naive.weightVariance]))
      #expect(bits(report.variances.factors) == bits(naive.factorVariances))
      return .proceed
    }
    let machine = solver.machine
    #expect(bits([machine.bias]) == bits([naive.model.bias]))
    #expect(bits((0..<9).map { machine[weight: $0] }) == bits(naive.model.weights))
    #expect(
      (0..<shape.factorCount).map { factor in
        bits((0..<9).map { machine[factor: factor, ofFeature: $0] })
      } == naive.model.factors.map(bits))
  }

  /// The bits of numbers; all NaN count as one, their signs mean nothing.
  private func bits(_ numbers: [Double]) -> [UInt64] {
    numbers.map { $0.isNaN ? .max : $0.bitPattern }
  }

  private static func dataset(
    _ kind: Kind, caseCount: Int, hasInfinity: Bool = false, using data: inout SplitMix64
  ) throws -> Dataset {
    let rows = (0..<caseCount).map { row in
      let one: Float = hasInfinity && row % 8 == 7 ? .infinity : 1
      var ids = Array(UInt32(0)..<9).shuffled(using: &data)
      if kind.mayRepeat { ids = ids.map { $0 % 3 } }
      return ids.prefix(Int.random(in: kind.widths, using: &data)).map { id in
        (id: id, value: kind.values.map { Float.random(in: $0, using: &data) } ?? one)
      }
    }
    return try Dataset(
      rows: rows, targets: rows.map { _ in Float.random(in: -3...3, using: &data) },
      featureCount: 9)
  }

  @Test("starts from the machine's weights unless told otherwise", arguments: [true, false])
  func weightsAtTheStart(keepsWeights: Bool) throws {
    var machine = try FactorizationMachine(shape: .init(factorCount: 0, featureCount: 2))
    machine[weight: 1] = 0.5
    let cases = try Dataset(rows: [[(0, 1)]], targets: [1], featureCount: 2)
    let solver = AdaptiveRegularization(
      machine: machine, train: cases, validation: cases, groups: FeatureGroups(singleGroupOf: 2),
      options: .init(
        task: .regression, iterations: 0, learningRates: PerTerm(all: 0.1),
        keepsWeights: keepsWeights),
      pool: WorkerPool(workerCount: 1))
    #expect(solver.machine[weight: 1] == (keepsWeights ? 0.5 : 0))
    #expect(machine[weight: 1] == 0.5)
  }

  @Test("leaves nothing to penalties without data to learn from")
  func emptyTrainingData() throws {
    let cases = try Dataset(rows: [[(0, 1)]], targets: [1])
    var solver = AdaptiveRegularization(
      machine: try FactorizationMachine(shape: .init(factorCount: 1, featureCount: 1)),
      train: try Dataset(rows: [], targets: []), validation: cases,
      groups: FeatureGroups(singleGroupOf: 1),
      options: .init(task: .regression, iterations: 2, learningRates: PerTerm(all: 0.1)),
      pool: WorkerPool(workerCount: 2))
    var penalties: [Double] = []
    try solver.run {
      penalties += $0.penalties.weights + $0.penalties.factors.joined()
      return .proceed
    }
    #expect(penalties == [0, 0, 0, 0])
  }

  @Test("is the machine of the iteration reported last when it is stopped", arguments: [1, 2])
  func stops(workers: Int) throws {
    var stopped = try solver(
      .regression, factorCount: 2, groups: try ConformanceData.groups, workers: workers)
    try stopped.run { $0.progress.iteration == 1 ? .stop : .proceed }
    let evaluation = stopped.machine.evaluation(
      on: try ConformanceData.train(.regression), task: .regression,
      targetRange: TargetRange(lower: 1, upper: 5), pool: WorkerPool(workerCount: workers))
    #expect(evaluation.figure == 0.74870619623376866)
  }

  private func predictions(
    of machine: FactorizationMachine, _ task: LearningTask, workers: Int
  ) throws -> [Double] {
    let range = try ConformanceData.train(task).targetRange
    let predictions = try machine.predictions(
      for: ConformanceData.test(task).matrix, task: task, targetRange: range,
      pool: WorkerPool(workerCount: workers))
    return withExtendedLifetime(predictions) { Array(predictions.elements) }
  }
}
