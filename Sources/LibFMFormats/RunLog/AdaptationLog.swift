// SPDX-License-Identifier: Apache-2.0

package import FactorizationMachines

/// The log's columns for stochastic gradient descent with adaptive regularization.
package enum AdaptationLog {
  /// The names of the columns.
  package static func columns(
    for task: LearningTask, groupCount: Int, factorCount: Int
  ) -> [String] {
    let factors = 0..<factorCount
    return DescentLog.columns(for: task) + ["rmse_val", "wmean", "wvar"]
      + factors.flatMap { ["vmean\($0)", "vvar\($0)"] }
      + (0..<groupCount).flatMap { group in
        ["regw[\(group)]"] + factors.map { "regv[\(group),\($0)]" }
      }
  }

  /// The values of an iteration, one for each column.
  ///
  /// The original sets the means to 0 before it logs them.
  package static func values(of report: AdaptiveRegularization.Report) -> [Double?] {
    DescentLog.values(of: report.progress)
      + [report.progress.validation?.figure, 0, report.variances.weights]
      + report.variances.factors.flatMap { [0, $0] }
      + zip(report.penalties.weights, report.penalties.factors).flatMap { [$0] + $1 }
  }
}
