// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport
import FactorizationMachines
import LibFMFormats

extension LearningRun {
  /// Learns by stochastic gradient descent.
  func descend(
    from machine: consuming FactorizationMachine, _ train: Dataset, _ data: LoadedData,
    _ log: RunLog?
  ) throws -> Learned {
    transcript.gradientDescent(settings)
    transcript.shuffleReminder()
    let test = data.test?.dataset
    var solver = StochasticGradientDescent(
      machine: machine, train: train, test: test,
      options: .init(
        task: settings.task, iterations: settings.iterations,
        learningRates: settings.termRates, regularization: settings.termRegularization),
      pool: pool)
    var last: IterationReport?
    try solver.run { report in
      transcript.iteration(report)
      try log?.append(DescentLog.values(of: report))
      last = report
      return decision
    }
    let learned = solver.machine
    if let last {
      transcript.final(train: last.train, test: last.test)
    } else {
      func evaluation(_ dataset: Dataset) -> Evaluation {
        learned.evaluation(
          on: dataset, task: settings.task, targetRange: train.targetRange, pool: pool)
      }
      transcript.final(train: evaluation(train), test: test.map(evaluation))
    }
    return Learned(
      machine: learned,
      predictions: test.map { test in
        {
          try learned.predictions(
            for: test.matrix, task: settings.task, targetRange: train.targetRange, pool: pool)
        }
      })
  }
}

/// The log's columns for stochastic gradient descent.
enum DescentLog {
  static func columns(for task: LearningTask) -> [String] {
    (task == .regression ? ["rmse", "mae"] : ["accuracy"]) + [
      "time_pred", "time_learn", "time_learn2", "time_learn4", "rmse_train",
    ]
  }

  static func values(of report: IterationReport) -> [Double?] {
    var test: [Double?] = [report.test?.figure]
    if report.train.meanAbsoluteError != nil { test.append(report.test?.meanAbsoluteError) }
    return test + [
      report.evaluationTime?.wall, report.learningTime.user, nil, nil, report.train.figure,
    ]
  }
}
