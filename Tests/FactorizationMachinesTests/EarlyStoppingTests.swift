// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines
import Testing

@Suite("Early stopping")
struct EarlyStoppingTests {
  /// Figures of iterations, and what is decided on each: keep, proceed or stop.
  struct Course: Sendable, CustomTestStringConvertible {
    var patience: Int
    var figures: [Double]
    var decisions: String
    var best: Int?
    var prefersSmaller = true
    var testDescription: String { "\(figures), patience \(patience)" }
  }

  @Test(
    "keeps improvements and stops after the given number of iterations without one",
    arguments: [
      Course(patience: 1, figures: [3, 2, 1], decisions: "kkk", best: 2),
      Course(patience: 1, figures: [3, 2, 2], decisions: "kks", best: 1),
      Course(patience: 2, figures: [3, 4, 2, 5, 2], decisions: "kpkps", best: 2),
      Course(patience: 3, figures: [1, 1, 1, 1], decisions: "kpps", best: 0),
      Course(patience: 2, figures: [.nan, 1, .nan, .nan], decisions: "pkps", best: 1),
      Course(patience: 2, figures: [.nan, .nan], decisions: "ps", best: nil),
      Course(patience: 1, figures: [.nan], decisions: "s", best: nil),
      Course(patience: 2, figures: [.infinity, 7], decisions: "kk", best: 1),
      Course(
        patience: 2, figures: [0.5, 0.75, 0.5, 0.75], decisions: "kkps", best: 1,
        prefersSmaller: false),
    ])
  func courses(course: Course) {
    var stopping = EarlyStopping(
      patience: course.patience, prefersSmaller: course.prefersSmaller)
    let decisions = course.figures.map { figure in
      switch stopping.decide(on: figure) {
      case .keep: "k"
      case .proceed: "p"
      case .stop: "s"
      }
    }
    #expect(decisions.joined() == course.decisions)
    #expect(stopping.best?.iteration == course.best)
    #expect(stopping.best?.figure == course.best.map { course.figures[$0] })
  }

  /// The first training case with a target on the way from the initial prediction to its own.
  private func validation() throws -> Dataset {
    try Dataset(rows: [ConformanceData.trainRows[0]], targets: [3])
  }

  private func solver(workers: Int) throws -> StochasticGradientDescent {
    var random = GlibcRandom(seed: 42)
    let shape = FactorizationMachine.Shape(
      factorCount: 2, featureCount: ConformanceData.featureCount)
    return StochasticGradientDescent(
      machine: try FactorizationMachine(shape: shape, initialDeviation: 0.1, using: &random),
      train: try ConformanceData.train(.regression),
      validation: try validation(),
      options: .init(
        task: .regression, iterations: 20, learningRates: PerTerm(all: 0.05)),
      pool: WorkerPool(workerCount: workers))
  }

  @Test("leaves the machine of the best and of the last iteration", arguments: [1, 2, 3])
  func bestMachine(workers: Int) throws {
    var figures: [Double] = []
    var complete = try solver(workers: workers)
    try complete.run {
      figures.append($0.validation?.figure ?? .nan)
      return .proceed
    }
    #expect(complete.keptMachine == nil)
    var stopping = EarlyStopping(patience: 2)
    var iterations = 0
    var stopped = try solver(workers: workers)
    try stopped.run {
      iterations += 1
      return stopping.decide(on: $0.validation?.figure ?? .nan)
    }
    let best = try #require(stopping.best)
    #expect(best.figure == figures[best.iteration])
    #expect(iterations == best.iteration + 3)
    #expect(iterations < 20)
    let kept = try #require(stopped.keptMachine)
    #expect(try validationFigure(of: kept) == best.figure)
    #expect(try validationFigure(of: stopped.machine) == figures[iterations - 1])
  }

  @Test("finds the best iteration when that is the last", arguments: [1, 2])
  func lastIsBest(workers: Int) throws {
    var solver = try solver(workers: workers)
    try solver.run { $0.iteration == 19 ? .keep : .proceed }
    #expect(solver.keptMachine?.bias == solver.machine.bias)
  }

  private func validationFigure(of machine: FactorizationMachine) throws -> Double {
    machine.evaluation(
      on: try validation(), task: .regression,
      targetRange: try ConformanceData.train(.regression).targetRange,
      pool: WorkerPool(workerCount: 1)
    ).figure
  }
}
