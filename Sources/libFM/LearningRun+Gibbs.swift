// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport
import FactorizationMachines
import LibFMFormats

extension LearningRun {
  /// Learns by ALS or MCMC.
  func sample(
    from machine: consuming FactorizationMachine, using random: GlibcRandom, _ train: Dataset,
    _ data: LoadedData, _ log: RunLog?, _ checkpoints: Checkpoints
  ) throws -> Learned {
    let test = data.test?.dataset
    var sampler = try GibbsSampler(
      machine: consume machine, train: train, validation: data.validation?.dataset, test: test,
      relations: data.relations,
      groups: data.groups, options: gibbsOptions(groupCount: data.groups.groupCount, checkpoints),
      random: random, pool: pool)
    let monitor = monitor(train, checkpoints)
    try checkpoints.resume(&sampler)
    try sampler.run { report in
      let iteration = LearningMonitor.Iteration(report)
      transcript.iteration(report)
      record(
        GibbsLog.values(of: report, settings)
          + LearningMonitor.logValues(of: iteration, settings), in: log)
      return monitor.observe(iteration)
    } checkpoint: {
      checkpoints.save($0, monitor, log)
    }
    if settings.savedModelPath != nil, settings.method == .mcmc {
      libFMCommand.report(
        "note: the saved model is a single draw of the chain; alone it predicts worse than the "
          + "average over all draws that -out holds")
    }
    let learned = (monitor.usesKept ? sampler.keptMachine : nil) ?? sampler.machine
    let kept = monitor.usesKept ? sampler.keptPredictions : nil
    let predictions = try test.map { _ in try kept ?? sampler.predictions() }
    return Learned(
      machine: learned, predictions: predictions.map { predictions in { predictions } })
  }

  private func gibbsOptions(
    groupCount: Int, _ checkpoints: Checkpoints
  ) -> GibbsSampler.Options {
    let isChain = settings.method == .mcmc
    var options = GibbsSampler.Options(
      task: settings.task, iterations: checkpoints.iterations, samples: isChain,
      infersHyperparameters: isChain, regularization: settings.termRegularization,
      groupCount: groupCount)
    options.metrics = LearningMonitor.metrics(settings)
    let values = settings.regularization
    if ![0, 1, 3].contains(values.count) {
      options.weightRegularization = Array(values[1...groupCount])
      options.factorRegularization = Array(values[(groupCount + 1)...])
    }
    return options
  }
}

/// The log's columns for ALS and MCMC.
enum GibbsLog {
  static func columns(for task: LearningTask, groupCount: Int, factorCount: Int) -> [String] {
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

  static func values(of report: GibbsSampler.Report, _ settings: Settings) -> [Double?] {
    let test = report.test
    let averages = [test?.lastDraw, test?.allDraws, test?.laterDraws]
    let time = report.learningTime
    let isRegression = settings.task == .regression
    var values: [Double?] = [test?.allDraws.figure]
    if isRegression { values.append(test?.allDraws.meanAbsoluteError) }
    values += [nil, time.user, time.processor, time.wall]
    values.append(report.hyperparameters.noisePrecision)
    values += averages.map { $0?.figure }
    if !isRegression { values += averages.map { $0?.logLoss } }
    let priors = report.hyperparameters
    let factorCount = settings.factorCount
    for (group, prior) in priors.weights.enumerated() {
      values += settings.usesWeights ? [prior.mean, prior.precision] : [nil, nil]
      for prior in priors.factors[group * factorCount..<(group + 1) * factorCount] {
        values += [prior.mean, prior.precision]
      }
    }
    return values
  }
}
