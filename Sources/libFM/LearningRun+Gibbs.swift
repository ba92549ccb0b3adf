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
    let posterior = try posteriorRecorder(train, data, checkpoints)
    try checkpoints.resume(&sampler)
    try sampler.run { report in
      let iteration = LearningMonitor.Iteration(report)
      transcript.iteration(report)
      record(
        GibbsLog.values(of: report, for: settings.task)
          + LearningMonitor.logValues(of: iteration, settings), in: log)
      posterior?.add(report)
      let decision = monitor.observe(iteration)
      posterior?.note(decision)
      return decision
    } checkpoint: {
      checkpoints.save($0, monitor, log, posterior)
    }
    if settings.savedModelPath != nil, settings.method == .mcmc {
      libFMCommand.report(
        "note: the saved model is a single draw of the chain; alone it predicts worse than the "
          + "average over all draws that -out holds"
          + (posterior == nil ? "; -save_posterior keeps them" : ""))
    }
    let learned = (monitor.usesKept ? sampler.keptMachine : nil) ?? sampler.machine
    let kept = monitor.usesKept ? sampler.keptPredictions : nil
    let predictions = try test.map { _ in try kept ?? sampler.predictions() }
    let keptOnly = monitor.usesKept
    // A run that goes on from an earlier checkpoint needs them even when learning has stopped.
    let keepsOthers =
      settings.keepsDrawsFindable && !(monitor.course.hasStopped && checkpoints.isCurrent)
    return Learned(
      machine: learned, predictions: predictions.map { predictions in { predictions } },
      writePosterior: posterior.map { posterior in
        { write(posterior, keptOnly: keptOnly, keepingOthers: keepsOthers, data, &$0) }
      })
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
