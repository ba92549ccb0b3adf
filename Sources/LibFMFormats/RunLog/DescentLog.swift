// SPDX-License-Identifier: Apache-2.0

package import FactorizationMachines

/// The log's columns for stochastic gradient descent.
package enum DescentLog {
  /// The names of the columns.
  package static func columns(for task: LearningTask) -> [String] {
    (task == .regression ? ["rmse", "mae"] : ["accuracy"]) + [
      "time_pred", "time_learn", "time_learn2", "time_learn4", "rmse_train",
    ]
  }

  /// The values of an iteration, one for each column.
  package static func values(of report: IterationReport) -> [Double?] {
    var test: [Double?] = [report.test?.figure]
    if report.train.meanAbsoluteError != nil { test.append(report.test?.meanAbsoluteError) }
    return test + [
      report.evaluationTime.wall, report.learningTime.user, nil, nil, report.train.figure,
    ]
  }
}
