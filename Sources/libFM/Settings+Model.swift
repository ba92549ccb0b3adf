// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport
import FactorizationMachines
import LibFMFormats

/// How a model is written.
enum ModelFormat: Sendable, Equatable {
  /// libFM's text, with some significant digits.
  case text(digits: Int)

  /// The full format.
  case full

  /// - Throws: a `CommandError` for an unknown format, digits out of range, and both together.
  init(_ flags: ParsedFlags) throws(CommandError) {
    for name in ["model_format", "model_digits"]
    where flags.isGiven(name) && !flags.isGiven("save_model") {
      throw .usage("-\(name) needs -save_model: it says how that file is written")
    }
    let digits = flags.integer("model_digits") ?? GeneralFormat.standardDigits
    guard (1...17).contains(digits) else {
      throw .usage("-model_digits is \(digits); give a number from 1 to 17")
    }
    switch flags.text("model_format") {
    case nil, "text": self = .text(digits: digits)
    case "full":
      guard !flags.isGiven("model_digits") else {
        throw .usage(
          "-model_digits does not go with -model_format full, which keeps every number exactly")
      }
      self = .full
    case let text?:
      throw .usage("-model_format '\(text)' is unknown; give text or full")
    }
  }
}

extension Settings {
  /// The flags on which the result of learning depends.
  static let decisiveFlags = [
    "task", "train", "test", "validation", "meta", "relation", "method", "dim", "init_stdev",
    "load_model", "iter", "learn_rate", "regular", "weights", "early_stopping", "seed",
    "strict", "batch_size", "shuffle", "clip_norm", "l1",
    "head", "activation", "head_regular",
  ]

  /// What a model must be like for learning to start from it.
  func requirements(blockFeatureCounts: [Int]) -> ModelRequirements {
    var requirements = ModelRequirements()
    requirements.usesBias = usesBias
    requirements.usesWeights = usesWeights
    requirements.factorCount = factorCount
    requirements.blockFeatureCounts = blockFeatureCounts
    requirements.task = task
    return requirements
  }

  /// What a model must be like to predict with: it decides everything that no flag names.
  var predictionRequirements: ModelRequirements {
    var requirements = ModelRequirements()
    requirements.task = task
    guard isShapeGiven else { return requirements }
    requirements.usesBias = usesBias
    requirements.usesWeights = usesWeights
    requirements.factorCount = factorCount
    return requirements
  }

  /// How a training of this run is described in the files that keep its result.
  func description(
    _ train: Dataset, _ data: LoadedData, seed: UInt32
  ) -> TrainingDescription {
    TrainingDescription(
      task: task, method: method.rawValue, targetRange: train.targetRange,
      shape: shape(featureCount: data.featureCount), blockFeatureCounts: data.blockFeatureCounts,
      groups: data.groups, seed: seed, commandLine: decisiveArguments)
  }
}
