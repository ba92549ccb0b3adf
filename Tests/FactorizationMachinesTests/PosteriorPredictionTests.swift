// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines
import Testing

@Suite("Predictions by the draws of a posterior")
struct PosteriorPredictionTests {
  private static let schemas: [SchemaKind] = [
    .init(main: .pair, relations: []), .init(main: .unsortedRows, relations: []),
    .init(main: .ragged, relations: []), .init(main: .sets, relations: [.values, .ragged]),
    .init(main: nil, relations: [.pair, .singleColumn]),
  ]
  private static let tasks: [LearningTask] = [.regression, .classification]

  @Test("are those of the run that made them, to the bit", arguments: schemas, tasks)
  func bits(schema: SchemaKind, task: LearningTask) throws {
    for factorCount in [0, 2, 5] {
      let posterior = try SampledPosterior(schema, task: task, factorCount: factorCount)
      for workers in [1, 2, 5] {
        #expect(
          try Array(posterior.summary(workers: workers).means) == posterior.predictions)
      }
    }
  }

  @Test("have the deviations and quantiles of what each draw predicts", arguments: schemas, tasks)
  func spread(schema: SchemaKind, task: LearningTask) throws {
    let posterior = try SampledPosterior(schema, task: task)
    let orders = [0, 0.05, 0.5, 0.81, 1]
    let summary = try posterior.summary(.init(includesDeviations: true, quantiles: orders))
    let deviations = try #require(summary.standardDeviations)
    let quantiles = try #require(summary.quantiles)
    let range = posterior.schema.train.targetRange
    for (row, scores) in try posterior.naiveScores().enumerated() {
      let isRegression = task == .regression
      let values = isRegression ? scores : scores.map(libFMNormalCDF)
      #expect(abs(deviations[row] - deviation(values)) < 1e-9)
      let predictions =
        isRegression
        ? scores.map { max(Double(range.lower), min(Double(range.upper), $0)) } : values
      for (index, order) in orders.enumerated() {
        let expected = quantile(order, of: predictions)
        #expect(abs(quantiles[row * orders.count + index] - expected) < 1e-9)
      }
    }
  }

  @Test("have deviations with the mean variance of the noise added when that is asked for")
  func noise() throws {
    let posterior = try SampledPosterior(.init(main: .pair, relations: []))
    let plain = try posterior.summary(.init(includesDeviations: true))
    let noisy = try posterior.summary(.init(includesDeviations: true, includesNoise: true))
    let variance =
      posterior.draws.reduce(0) { $0 + 1 / $1.noisePrecision } / Double(posterior.draws.count)
    #expect(variance > 0.01)
    let pairs = zip(try #require(plain.standardDeviations), try #require(noisy.standardDeviations))
    for (own, total) in pairs { #expect(abs(own * own + variance - total * total) < 1e-9) }
  }

  @Test("do not depend on how many cases are worked on at once, nor on threads", arguments: tasks)
  func tiles(task: LearningTask) throws {
    let posterior = try SampledPosterior(
      .init(main: .sets, relations: [.pair]), task: task)
    let statistics = PosteriorPredictions.Statistics(
      includesDeviations: true, includesNoise: task == .regression, quantiles: [0.9, 0.1])
    let whole = try posterior.summary(statistics, workers: 1)
    for (tileBytes, workers) in [(0, 1), (8 * 7 * 3, 2), (8 * 7 * 9, 5)] {
      let tiled = try posterior.summary(statistics, workers: workers, tileBytes: tileBytes)
      #expect(Array(tiled.means) == Array(whole.means))
      #expect(tiled.standardDeviations.map(Array.init) == whole.standardDeviations.map(Array.init))
      #expect(tiled.quantiles.map(Array.init) == whole.quantiles.map(Array.init))
    }
  }

  @Test("of a single draw have no deviation, and the draw itself as every quantile")
  func singleDraw() throws {
    let posterior = try SampledPosterior(.init(main: .pair, relations: []), iterations: 1)
    let summary = try posterior.summary(.init(includesDeviations: true, quantiles: [0, 0.3, 1]))
    let deviations = try #require(summary.standardDeviations)
    #expect(deviations.allSatisfy { $0.isNaN })
    let quantiles = Array(try #require(summary.quantiles))
    #expect(quantiles == summary.means.flatMap { [$0, $0, $0] })
  }

  @Test("are NaN in quantiles of probabilities that are not numbers")
  func notANumber() throws {
    var view = DrawView(
      machine: try FactorizationMachine(shape: .init(factorCount: 0, featureCount: 1)))
    let summary = try PosteriorPredictions(
      for: PosteriorCases(matrix: SparseMatrix(rows: [[(0, 1)]]), relations: []),
      shape: view.machine.shape, drawCount: 2, task: .classification, targetRange: TargetRange(),
      statistics: .init(quantiles: [0.5]), pool: WorkerPool(workerCount: 1)
    ) { index, draw in
      view.machine.bias = index == 0 ? .nan : 0
      draw = view
    }
    #expect(summary.quantiles?[0].isNaN == true)
    #expect(summary.means[0] == 1)
  }

  @Test("of no cases are none")
  func noCases() throws {
    let summary = try PosteriorPredictions(
      for: PosteriorCases(matrix: SparseMatrix(rows: []), relations: []),
      shape: .init(factorCount: 1, featureCount: 1), drawCount: 1, task: .regression,
      targetRange: TargetRange(), statistics: .init(includesDeviations: true, quantiles: [0.5]),
      pool: WorkerPool(workerCount: 2)
    ) { _, _ in }
    #expect(summary.means.isEmpty && summary.standardDeviations?.isEmpty == true)
  }

  // MARK: Naive statistics

  private func deviation(_ values: [Double]) -> Double {
    let mean = values.reduce(0, +) / Double(values.count)
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (squares / Double(values.count - 1)).squareRoot()
  }

  /// The value at `order` of the way through the sorted values, on straight lines between them.
  private func quantile(_ order: Double, of values: [Double]) -> Double {
    let sorted = values.sorted()
    let steps = Double(sorted.count - 1)
    let pairs = zip(sorted, sorted.dropFirst()).enumerated()
    for (index, (lower, upper)) in pairs where order * steps <= Double(index + 1) {
      return lower + (upper - lower) * (order * steps - Double(index))
    }
    return sorted.last ?? .nan
  }
}
