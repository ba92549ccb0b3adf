// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines
import Testing

@Suite("A metric")
struct MetricTests {
  private func value(_ metric: Metric, _ predictions: [Double], _ targets: [Float]) -> Double {
    predictions.withUnsafeBufferPointer { predictions in
      targets.withUnsafeBufferPointer { metric.value(of: predictions, targets: $0) }
    }
  }

  @Test("of regression is the mean of its errors")
  func regression() {
    #expect(value(.rootMeanSquaredError, [1, 5], [2, 2]) == 5.0.squareRoot())
    #expect(value(.meanAbsoluteError, [1, 5], [2, 2]) == 2)
  }

  @Test("of classification takes probabilities")
  func classification() {
    let (predictions, targets) = ([0.5, 0.25, 0.75, 0.5], [1, -1, -1, -1] as [Float])
    #expect(value(.accuracy, predictions, targets) == 0.5)
    let halves = 4 * 0.6931471805599453
    #expect(
      abs(value(.logLoss, predictions, targets) - (halves + 0.28768207245178093) / 4) < 1e-15)
    #expect(value(.areaUnderCurve, predictions, targets) == 0.5)
  }

  @Test("has a log-loss that a wrong certainty does not make infinite")
  func cutLogLoss() {
    #expect(abs(value(.logLoss, [0], [1]) - 36.04365338911715) < 1e-12)
    #expect(abs(value(.logLoss, [1], [-1]) - 36.04365338911715) < 1e-12)
    #expect(value(.logLoss, [1, 0], [1, -1]) < 1e-15)
  }

  @Test("has an area under the curve that is the share of pairs in order", arguments: 1...20)
  func areaAgreesWithPairs(seed: UInt64) {
    var data = SplitMix64(seed: seed)
    // Few distinct predictions make many ties.
    let predictions = (0..<150).map { _ in
      Double(Int.random(in: 0...Int(seed * seed), using: &data)) / 512
    }
    let targets = predictions.map { _ in Float(Bool.random(using: &data) ? 1 : -1) }
    var ordered = 0.0
    var pairs = 0.0
    for (positive, target) in zip(predictions, targets) where target > 0 {
      for (negative, target) in zip(predictions, targets) where target < 0 {
        ordered += positive > negative ? 1 : positive == negative ? 0.5 : 0
        pairs += 1
      }
    }
    #expect(value(.areaUnderCurve, predictions, targets) == ordered / pairs)
  }

  @Test("is NaN where it is not defined")
  func undefined() {
    for metric in Metric.allCases { #expect(value(metric, [], []).isNaN) }
    for metric in Metric.allCases where metric != .accuracy {
      #expect(value(metric, [0.5, .nan], [1, -1]).isNaN)
    }
    #expect(value(.areaUnderCurve, [0.1, 0.2], [1, 1]).isNaN)
    #expect(value(.accuracy, [0.75, .nan], [1, 1]) == 0.5)
  }

  @Test("is found by its name, in the order given")
  func names() throws {
    #expect(
      try Metric.named(["mae", "rmse"], for: .regression) == [
        .meanAbsoluteError, .rootMeanSquaredError,
      ])
    #expect(
      try Metric.named("logloss,auc,accuracy".split(separator: ","), for: .classification) == [
        .logLoss, .areaUnderCurve, .accuracy,
      ])
  }

  @Test(
    "is refused with the names that would do",
    arguments: [
      (["auc"], "the metric 'auc' is not defined for regression; choose from rmse, mae"),
      (["rmes"], "'rmes' is not a metric; for regression choose from rmse, mae"),
      (["rmse", "rmse"], "the metric 'rmse' is given twice"),
    ])
  func refusals(names: [String], message: String) {
    let error = #expect(throws: MetricNameError.self) {
      try Metric.named(names, for: .regression)
    }
    #expect(error?.description == message)
  }

  @Test("is reported for validation and test data", arguments: [1, 2, 3])
  func reported(workers: Int) throws {
    let task = LearningTask.classification
    let test = try ConformanceData.test(task)
    let pool = WorkerPool(workerCount: workers)
    var random = GlibcRandom(seed: 42)
    var solver = StochasticGradientDescent(
      machine: try FactorizationMachine(
        shape: .init(factorCount: 2, featureCount: 6), initialDeviation: 0.1, using: &random),
      train: try ConformanceData.train(task), validation: test, test: test,
      options: .init(
        task: task, iterations: 2, learningRates: PerTerm(all: 0.05),
        metrics: [.accuracy, .logLoss]),
      pool: pool)
    var last: IterationReport?
    try solver.run {
      last = $0
      return .proceed
    }
    let predictions = try solver.machine.predictions(
      for: test.matrix, task: task, targetRange: nil, pool: pool)
    let logLoss = withExtendedLifetime(predictions) {
      Metric.logLoss.value(of: predictions.elements, targets: test.targets.elements)
    }
    #expect(last?.test?.metrics == [.accuracy: last?.test?.figure ?? 0, .logLoss: logLoss])
    #expect(last?.validation == last?.test)
    #expect(last?.train.metrics == [:])
  }
}
