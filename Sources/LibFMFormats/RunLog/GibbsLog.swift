// SPDX-License-Identifier: Apache-2.0

package import FactorizationMachines

/// The log's columns for ALS and MCMC.
package enum GibbsLog {
  /// The names of the columns.
  package static func columns(
    for task: LearningTask, groupCount: Int, factorCount: Int
  ) -> [String] {
    let times = ["time_pred", "time_learn", "time_learn2", "time_learn4"]
    let averages = ["this", "all", "all_but5"]
    var columns: [String]
    switch task {
    case .regression:
      columns = ["rmse", "mae"] + times + ["alpha"] + averages.map { "rmse_mcmc_\($0)" }
    case .classification:
      columns = ["accuracy"] + times + ["alpha"] + averages.map { "acc_mcmc_\($0)" }
      columns += averages.map { "ll_mcmc_\($0)" }
    }
    for group in 0..<groupCount {
      columns += ["wmu[\(group)]", "wlambda[\(group)]"]
      for factor in 0..<factorCount {
        columns += ["vmu[\(group),\(factor)]", "vlambda[\(group),\(factor)]"]
      }
    }
    return columns
  }

  /// The values of an iteration, one for each column.
  package static func values(
    of report: GibbsSampler.Report, for task: LearningTask
  ) -> [Double?] {
    let shape = report.machine.shape
    let test = report.test
    let averages = [test?.lastDraw, test?.allDraws, test?.laterDraws]
    let time = report.learningTime
    let isRegression = task == .regression
    var values: [Double?] = [test?.allDraws.figure]
    if isRegression { values.append(test?.allDraws.meanAbsoluteError) }
    values += [nil, time.user, time.processor, time.wall]
    values.append(report.hyperparameters.noisePrecision)
    values += averages.map { $0?.figure }
    if !isRegression { values += averages.map { $0?.logLoss } }
    let priors = report.hyperparameters
    let factorCount = shape.factorCount
    for (group, prior) in priors.weights.enumerated() {
      values += shape.usesWeights ? [prior.mean, prior.precision] : [nil, nil]
      for prior in priors.factors[group * factorCount..<(group + 1) * factorCount] {
        values += [prior.mean, prior.precision]
      }
    }
    return values
  }
}
