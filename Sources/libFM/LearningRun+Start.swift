// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport
import FactorizationMachines
import LibFMFormats

extension LearningRun {
  /// The machine with its random or loaded parameters, and the generator after that; all parameters are 0
  /// when they are to come from a checkpoint.
  ///
  /// The original draws factors in any case, weights for als and mcmc only, and these also when it has
  /// loaded others: they count as part of the loaded model here, except with `-strict`.
  func initialParameters(
    _ data: LoadedData
  ) throws -> (machine: FactorizationMachine, random: GlibcRandom) {
    var random = GlibcRandom(seed: settings.seed)
    let shape = settings.shape(featureCount: data.featureCount)
    var machine: FactorizationMachine
    do {
      machine =
        settings.checkpoints.resumePath != nil
        ? try FactorizationMachine(shape: shape)
        : try FactorizationMachine(
          shape: shape, initialDeviation: settings.initialDeviation, using: &random)
    } catch {
      throw doesNotFit(shape, data, error)
    }
    if settings.checkpoints.resumePath != nil { return (machine, random) }
    var drawsWeights = !settings.method.isGradientDescent
    if let path = settings.loadedModelPath {
      transcript.readingModel()
      if !settings.isStrict {
        machine = try loadStart(path, data)
        drawsWeights = false
      } else if let loaded = try ModelFile.readByPosition(path, shape: shape) {
        machine = loaded
      } else {
        transcript.modelCouldNotBeRead()
        machine = try FactorizationMachine(
          shape: shape, initialDeviation: settings.initialDeviation, using: &random)
      }
    }
    if drawsWeights {
      machine.drawWeights(deviation: settings.initialDeviation, using: &random)
    }
    return (machine, random)
  }

  /// Says why there is no memory for a machine.
  func doesNotFit(
    _ shape: FactorizationMachine.Shape, _ data: LoadedData, _ error: any Error
  ) -> CommandError {
    .failure(
      data.largestFeatureText(settings)
        + "the model of \(shape.featureCount) features × \(shape.factorCount) factors does not "
        + "fit: \(error); number features without gaps, or ask for fewer factors (-dim)")
  }

  /// Loads the parameters to start from, and says what else has changed since they were learned.
  private func loadStart(_ path: String, _ data: LoadedData) throws -> FactorizationMachine {
    let content = try ModelFile.load(
      path, requirements: settings.requirements(blockFeatureCounts: data.blockFeatureCounts))
    guard content.head == nil else {
      throw CommandError.failure(
        "\(path): the model has a dense head; give -head dense to learn on from it")
    }
    guard let training = content.training else { return content.machine }
    try FileConflicts.checkReplacement(of: content, path: path, settings)
    if settings.method != .sgd, training.method != Settings.Method.sgd.rawValue,
      training.groups != data.groups
    {
      libFMCommand.report(
        "warning: the model was learned with other groups of features (\(training.groups.groupCount), "
          + "now \(data.groups.groupCount)); learning goes on with those of this run (-meta)")
    }
    let (before, now) = (training.predictionRule.family, settings.method.family)
    if settings.task == .classification, before != now {
      libFMCommand.report(
        "note: the model was learned by \(training.method), whose scores mean other probabilities than "
          + "those of \(settings.method)")
    }
    return content.machine
  }
}
