// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport
import FactorizationMachines
import LibFMFormats

extension LearningRun {
  /// Begins the file of draws if one is asked for.
  func posteriorRecorder(
    _ train: Dataset, _ data: LoadedData, _ checkpoints: Checkpoints
  ) throws -> PosteriorRecorder? {
    try settings.posterior.savedPath.map { path in
      try PosteriorRecorder(
        path, settings: settings,
        training: settings.description(train, data, seed: checkpoints.seed), checkpoints)
    }
  }

  /// Completes the file of draws, and writes what it tells of the test cases.
  ///
  /// With `keptOnly` it has the draws up to the best iteration; with `keepingOthers` the later ones stay
  /// where a run that goes on finds them.
  func write(
    _ recorder: PosteriorRecorder, keptOnly: Bool, keepingOthers: Bool, _ data: LoadedData,
    _ outputs: inout OutputStatus
  ) {
    guard !recorder.hasFailed else { return outputs.fail() }
    var spread: PosteriorPredictions?
    outputs.attempt {
      try recorder.commit(keptOnly: keptOnly, keepingOthers: keepingOthers)
      guard settings.posterior.tellsSpread, let test = data.test?.dataset else { return }
      spread = try predictions(of: Posterior(recorder.path), for: test.matrix, data.relations)
    }
    if let spread { writeSpread(of: spread, &outputs) }
  }

  // MARK: Predicting only

  /// Opens the draws to predict with, and checks that they are what the command line says.
  func loadPosterior(_ path: String) throws -> Posterior {
    let posterior = try Posterior(path)
    let training = posterior.training
    if training.task != settings.task {
      throw FormatError(
        path: path, found: "the draws are of a \(training.task)",
        expected: "a \(settings.task), as -task says")
    }
    let shape = training.shape
    if settings.isShapeGiven, settings.shape(featureCount: shape.featureCount) != shape {
      let terms = [shape.usesBias ? 1 : 0, shape.usesWeights ? 1 : 0, shape.factorCount]
      throw FormatError(
        path: path, found: "the draws have -dim \(terms.map(String.init).joined(separator: ","))",
        expected: "the -dim of the command line", advice: "leave -dim out, the file tells it")
    }
    try posterior.checkRelations(count: settings.relationPrefixes.count)
    try posterior.check(settings.posterior.statistics)
    return posterior
  }

  /// Predicts the test file with the draws of a posterior, without learning.
  func predict(with posterior: Posterior, _ progress: ProgressLine) throws -> Int32 {
    let data = try LoadedData(settings, takesColumns: true, transcript, progress, pool)
    guard let test = data.test?.dataset else {
      preconditionFailure("the settings allow no such run")
    }
    reportUnusedFlags()
    transcript.readingModel()
    let predictions = try predictions(of: posterior, for: test.matrix, data.relations)
    let metric: Metric = settings.task == .regression ? .rootMeanSquaredError : .accuracy
    transcript.final(
      test: Evaluation(figure: metric.value(of: predictions.means, targets: test.targets)))
    showMetrics(of: predictions.means, test)
    var outputs = OutputStatus()
    if let path = settings.predictionsPath {
      outputs.attempt { try PredictionFile.write(predictions.means, to: path, pool: pool) }
    }
    writeSpread(of: predictions, &outputs)
    return outputs.status
  }

  // MARK: Both

  /// Predicts by all draws; says what is left out because they do not know it.
  private func predictions(
    of posterior: Posterior, for matrix: SparseMatrix, _ relations: [Relation]
  ) throws -> PosteriorPredictions {
    let cases = try posterior.knownCases(matrix, relations: relations)
    cases.reportDroppedEntries(blockFeatureCounts: posterior.training.blockFeatureCounts)
    return try posterior.predictions(
      for: cases.matrix, relations: cases.relations, statistics: settings.posterior.statistics,
      pool: pool)
  }

  private func writeSpread(of predictions: PosteriorPredictions, _ outputs: inout OutputStatus) {
    if let path = settings.posterior.deviationsPath,
      let deviations = predictions.standardDeviations
    {
      outputs.attempt { try PredictionFile.write(deviations, to: path, pool: pool) }
    }
    if let path = settings.posterior.quantilesPath, let quantiles = predictions.quantiles {
      let count = settings.posterior.statistics.quantiles.count
      outputs.attempt {
        try PredictionFile.write(quantiles, to: path, numbersPerLine: count, pool: pool)
      }
    }
  }
}
