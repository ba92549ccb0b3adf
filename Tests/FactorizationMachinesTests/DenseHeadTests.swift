// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import FactorizationMachines

@Suite("A dense head")
struct DenseHeadTests {
  typealias Shape = FactorizationMachine.Shape

  /// A model with parameters of about 1 and averages that are not those of any batch.
  private static func model(
    featureCount: Int, columns: Int = 3, factors: Int = 3, usesWeights: Bool = true,
    activation: DenseHead.Activation = .linear
  ) throws -> DenseHeadMachine {
    var random = GlibcRandom(seed: 9)
    let groups = try FeatureGroups((0..<featureCount).map { UInt32($0 % columns) })
    var model = try DenseHeadMachine(
      shape: Shape(usesWeights: usesWeights, factorCount: factors, featureCount: featureCount),
      columns: groups, activation: activation, using: &random)
    model.machine.drawFactors(deviation: 0.5, using: &random)
    if usesWeights { model.machine.drawWeights(deviation: 0.5, using: &random) }
    model.machine.bias = 0.3
    for input in 0..<model.head.inputCount {
      model.head.scales[input] = 1 + random.uniform()
      model.head.shifts[input] = random.uniform()
      model.head.means[input] = random.uniform()
      model.head.variances[input] = 0.1 + random.uniform()
    }
    return model
  }

  private static func weighted(_ dataset: Dataset) throws -> Dataset {
    var dataset = dataset
    dataset.caseWeights = try AlignedBuffer((0..<dataset.caseCount).map { Double($0 % 4) / 2 })
    return dataset
  }

  // MARK: The gradient

  /// What a batch's loss changes by with each parameter.
  private struct Gradient {
    let loss: Double
    let weights: [Double]
    let factors: [Double]
    let scales: [Double]
    let shifts: [Double]
    let kernel: [Double]
    let bias: Double

    init(
      _ model: inout DenseHeadMachine, _ train: Dataset, task: LearningTask, pool: WorkerPool
    ) throws {
      let (shape, inputCount, count) = (
        model.machine.shape, model.head.inputCount, train.caseCount
      )
      let columns = model.columns
      let unit = try DenseHeadUnit(model, task: task, capacity: count)
      let batch = try BatchTile(train, order: nil, factorStride: 0, capacity: count)
      let shares = try EntryShares(
        train.matrix, featureCount: shape.featureCount, entryCapacity: train.matrix.entryCount,
        batchEntries: train.matrix.entryCount, workerCount: 1)
      let inputs = try AlignedBuffer<Double>(count: count * inputCount)
      let slopes = try AlignedBuffer<Double>(
        count: count * columns.groupCount * shape.factorStride)
      let sums = try ParameterNumbers(shape: shape)
      loss = model.machine.withMutableParameters { weights, factors in
        let parameters = ParameterPointers(shape: shape, weights: weights, factors: factors)
        let layout = ColumnLayout(columns, parameters)
        let tile = batch.take(0..<count, pool: pool).pointers
        writeHeadInputs(of: 0..<count, in: tile.rows, layout, parameters, to: inputs.base)
        let loss = unit.learn(inputs.base, tile, rowCount: count, pool: pool)
        writeColumnSlopes(
          of: 0..<count, in: tile.rows, layout, parameters, inputSlopes: inputs.base,
          to: slopes.base)
        shares.sort(0..<count, of: tile.rows, as: 0)
        shares.forEachList(ownedBy: 0) {
          accumulateColumnSlopes(
            $0, layout, inputSlopes: inputs.base, slopes: slopes.base,
            to: ParameterPointers(
              shape: shape, weights: sums.weights.base, factors: sums.factors.base))
        }
        return loss
      }
      weights = Array(sums.weights)
      factors = Array(sums.factors)
      let (normalization, kernel, bias) = unit.parameters
      func numbers(_ start: UnsafePointer<Double>) -> [Double] {
        Array(UnsafeBufferPointer(start: start, count: inputCount))
      }
      scales = numbers(normalization.gradients)
      shifts = numbers(normalization.gradients + normalization.count / 2)
      self.kernel = numbers(kernel.gradients)
      self.bias = bias.count > 0 ? bias.gradients[0] : 0
      withExtendedLifetime(unit) {}
    }
  }

  @Test(
    "has the gradient that central differences give, for every kind of parameter",
    arguments: [ProblemKind.threeColumns, .values, .repeats, .ragged],
    [
      (LearningTask.regression, DenseHead.Activation.linear), (.regression, .relu),
      (.regression, .sigmoid), (.classification, .linear),
    ])
  func gradient(kind: ProblemKind, learned: (LearningTask, DenseHead.Activation)) throws {
    let (task, activation) = learned
    let problem = try RandomProblem(kind, task: task)
    let train = try Self.weighted(problem.train)
    var model = try Self.model(featureCount: problem.featureCount, activation: activation)
    let gradient = try Gradient(&model, train, task: task, pool: WorkerPool(workerCount: 1))
    #expect(abs(gradient.loss - NaiveDenseHead(model: model, task: task).loss(of: train)) < 1e-12)

    func check(_ slope: Double, _ name: String, _ change: (inout DenseHeadMachine, Double) -> Void)
    {
      let losses = [1e-5, -1e-5].map { step in
        var changed = model
        change(&changed, step)
        return NaiveDenseHead(model: changed, task: task).loss(of: train)
      }
      let difference = (losses[0] - losses[1]) / 2e-5
      #expect(abs(slope - difference) < 1e-6 * max(1, abs(slope)), "\(name)")
    }
    for feature in 0..<problem.featureCount {
      check(gradient.weights[feature], "w \(feature)") { $0.machine[weight: feature] += $1 }
      for factor in 0..<3 {
        check(gradient.factors[feature * 4 + factor], "v \(feature) \(factor)") {
          $0.machine[factor: factor, ofFeature: feature] += $1
        }
      }
    }
    for input in 0..<model.head.inputCount {
      check(gradient.scales[input], "scale \(input)") { $0.head.scales[input] += $1 }
      check(gradient.shifts[input], "shift \(input)") { $0.head.shifts[input] += $1 }
      check(gradient.kernel[input], "kernel \(input)") { $0.head.kernel[input] += $1 }
    }
    check(gradient.bias, "bias") { $0.machine.bias += $1 }
    for part in [gradient.weights, gradient.factors, gradient.scales, gradient.kernel] {
      #expect(part.contains { abs($0) > 1e-3 })
    }
  }

  // MARK: Normalization

  @Test("normalizes by the batch while it learns, and keeps averages that begin with the first")
  func averages() throws {
    let problem = try RandomProblem(.mixed, rowCount: 30)
    var model = try Self.model(featureCount: problem.featureCount)
    model.head.hasAverages = false
    let start = model
    // Without a rate the statistics of both batches are those of the start.
    let options = DenseHeadDescent.Options(
      task: .regression, iterations: 1, learningRates: PerTerm(all: 0), batchSize: 20,
      shuffles: false)
    var solver = DenseHeadDescent(
      model: start, train: problem.train, options: options, random: GlibcRandom(seed: 1),
      pool: WorkerPool(workerCount: 2))
    try solver.run { _ in .proceed }
    let rows = NaiveDenseHead(model: start, task: .regression).inputs(of: problem.train.matrix)
    let (first, second) = (
      NaiveDenseHead.statistics(Array(rows[..<20])), NaiveDenseHead.statistics(Array(rows[20...]))
    )
    let head = solver.model.head
    #expect(head.hasAverages)
    for input in 0..<head.inputCount {
      let mean = 0.99 * first[input].mean + 0.01 * second[input].mean
      let variance = 0.99 * first[input].variance + 0.01 * second[input].variance
      #expect(abs(head.means[input] - mean) < 1e-12)
      #expect(abs(head.variances[input] - variance) < 1e-12)
    }
  }

  @Test(
    "predicts by the averages, for every shape",
    arguments: [(0, true), (1, true), (2, false), (3, true), (4, true), (9, true), (9, false)],
    DenseHead.Activation.allCases)
  func predictions(
    shape: (factors: Int, usesWeights: Bool), activation: DenseHead.Activation
  )
    throws
  {
    for kind in [ProblemKind.mixed, .emptyRows, .pair] {
      let problem = try RandomProblem(kind)
      let model = try Self.model(
        featureCount: problem.featureCount, factors: shape.factors,
        usesWeights: shape.usesWeights, activation: activation)
      for task in [LearningTask.regression, .classification] {
        let naive = NaiveDenseHead(model: model, task: task)
        let averages = zip(model.head.means, model.head.variances).map {
          (mean: $0, variance: $1)
        }
        let found = try model.predictions(
          for: problem.test.matrix, task: task, targetRange: TargetRange(lower: -0.5, upper: 0.7),
          pool: WorkerPool(workerCount: 2))
        for (row, prediction) in found.enumerated() {
          let score = naive.score(naive.sum(naive.inputs(of: problem.test.matrix[row]), averages))
          let expected =
            task == .regression
            ? min(max(score, Double(Float(-0.5))), Double(Float(0.7))) : 1 / (1 + exp(-score))
          #expect(abs(prediction - expected) < 1e-12)
        }
      }
    }
  }

  // MARK: Steps

  @Test("takes the steps of Adam that a calculation by hand takes")
  func handWorkedSteps() throws {
    let numbers = try (0..<4).map { _ in try AlignedBuffer<Double>(count: 9) }
    let parameters = DenseParameters(
      values: numbers[0].base, gradients: numbers[1].base, first: numbers[2].base,
      second: numbers[3].base, count: 9)
    numbers[0].base.update(repeating: 0.5, count: 9)
    numbers[1].base.update(repeating: 2, count: 9)
    let squares = parameters.squares(penalty: 0.1)
    #expect(abs(squares.gradients - 9 * 2.1 * 2.1) < 1e-12)
    #expect(squares.values == 9 * 0.25)

    // g is 2 + 2 · 0.1 · 0.5 = 2.1, cut by half 1.05: m = 0.105 and v = 0.0011025, corrected 1.05 and 1.05².
    parameters.step(AdamRule(rate: 0.1, penalty: 0.1, batch: 1, epsilon: 1e-7), clipping: 0.5)
    let once = 0.5 - 0.1 * 1.05 / (1.05 + 1e-7)
    for place in 0..<9 {
      #expect(abs(numbers[0][place] - once) < 1e-15)
      #expect(abs(numbers[2][place] - 0.105) < 1e-15)
      #expect(abs(numbers[3][place] - 0.0011025) < 1e-15)
      #expect(numbers[1][place] == 0)
    }
    // No gradient but the penalty's, 0.2 · 0.4: m = 0.0945 + 0.008, v = 0.0011013975 + 0.0000064.
    parameters.step(AdamRule(rate: 0.1, penalty: 0.1, batch: 2, epsilon: 1e-7), clipping: 1)
    let twice = once - 0.1 * (0.1025 / 0.19) / ((0.0011077975 / 0.001999).squareRoot() + 1e-7)
    for place in 0..<9 { #expect(abs(numbers[0][place] - twice) < 1e-7) }
  }

  @Test("moves all features in every batch, those that it lacks by the penalty alone")
  func absentFeature() throws {
    let train = try Dataset(
      rows: [[(0, 1)], [(1, 1)]], targets: [1, 2], featureCount: 4)
    let model = try Self.model(featureCount: 4, columns: 2)
    var solver = DenseHeadDescent(
      model: model, train: train,
      options: .init(task: .regression, iterations: 1, normLimit: nil),
      random: GlibcRandom(seed: 1), pool: WorkerPool(workerCount: 1))
    try solver.run { _ in .proceed }
    for feature in 2..<4 {
      let before = model.machine[weight: feature]
      #expect(abs(abs(solver.model.machine[weight: feature] - before) - 0.001) < 1e-5)
      #expect(abs(solver.model.machine[weight: feature]) < abs(before))
    }
  }

  @Test("cuts the whole gradient to the limit of its norm")
  func clipping() throws {
    let problem = try RandomProblem(.mixed)
    let model = try Self.model(featureCount: problem.featureCount)
    // AdaGrad's second step tells gradients of other lengths apart.
    func learned(_ limit: Double?) throws -> Double {
      var solver = DenseHeadDescent(
        model: model, train: problem.train,
        options: .init(
          task: .regression, optimizer: .adaGrad, iterations: 2, shuffles: false, normLimit: limit),
        random: GlibcRandom(seed: 1), pool: WorkerPool(workerCount: 1))
      try solver.run { _ in .proceed }
      return solver.model.machine[weight: 1]
    }
    #expect(try learned(nil) == learned(1e9))
    #expect(try learned(nil) != learned(1e-3))
  }

  // MARK: Runs

  @Test(
    "has the same bits for any number of workers",
    arguments: [ProblemKind.mixed, .ragged, .emptyRows], [true, false])
  func threads(kind: ProblemKind, shuffles: Bool) throws {
    let problem = try RandomProblem(kind, rowCount: 3_000)
    let train = try Self.weighted(problem.train)
    var results: Set<[UInt64]> = []
    for workers in [1, 2, 3, 5] {
      var solver = DenseHeadDescent(
        model: try Self.model(featureCount: problem.featureCount, factors: 9), train: train,
        validation: problem.test,
        options: .init(task: .regression, iterations: 2, batchSize: 1_300, shuffles: shuffles),
        random: GlibcRandom(seed: 5), pool: WorkerPool(workerCount: workers))
      var numbers: [Double] = []
      try solver.run { report in
        numbers += [report.loss, report.validationLoss ?? .nan, report.progress.train.figure]
        return .proceed
      }
      let (head, machine) = (solver.model.head, solver.model.machine)
      numbers += head.scales + head.shifts + head.means + head.variances + head.kernel
      numbers += NaiveMiniBatch.parameters(of: machine)
      results.insert(numbers.map(\.bitPattern))
    }
    #expect(results.count == 1)
  }

  @Test("keeps the iteration that is asked for, and stops")
  func keeping() throws {
    let problem = try RandomProblem(.mixed)
    var solver = DenseHeadDescent(
      model: try Self.model(featureCount: problem.featureCount), train: problem.train,
      options: .init(task: .regression, iterations: 9),
      random: GlibcRandom(seed: 1), pool: WorkerPool(workerCount: 2))
    var kernels: [[Double]] = []
    try solver.run { report in
      kernels.append([report.loss])
      return [.proceed, .keep, .proceed, .stop][report.progress.iteration]
    }
    #expect(kernels.count == 4)
    let kept = try #require(solver.keptModel)
    #expect(kept.head != solver.model.head)
    #expect(kept.machine[weight: 0] != solver.model.machine[weight: 0])
  }
}
