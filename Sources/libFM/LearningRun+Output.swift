// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport
import FactorizationMachines
import LibFMFormats

extension LearningRun {
  /// Names the flags given that have no use when nothing is learned.
  func reportUnusedFlags() {
    guard !settings.unusedFlags.isEmpty else { return }
    libFMCommand.report(
      "warning: nothing is learned without -train, so these flags are not used: "
        + settings.unusedFlags.joined(separator: ", "))
  }

  /// Writes all outputs.
  ///
  /// `training` describes how the machine was learned; only a model in the full format needs it.
  func write(_ learned: Learned, training: TrainingDescription?) throws -> Int32 {
    var outputs = OutputStatus()
    if let path = settings.predictionsPath, let predictions = learned.predictions {
      outputs.attempt { try PredictionFile.write(try predictions(), to: path, pool: pool) }
    }
    if let path = settings.savedModelPath {
      transcript.writingModel(to: path)
      outputs.attempt { try writeModel(learned, training, to: path) }
    }
    learned.writePosterior?(&outputs)
    return outputs.status
  }

  private func writeModel(
    _ learned: Learned, _ training: TrainingDescription?, to path: String
  ) throws {
    let model = training.map {
      TrainedModel(machine: learned.machine, training: $0, head: learned.head)
    }
    switch (settings.modelFormat, model) {
    case (.text(let digits), nil):
      try ModelFile.write(learned.machine, to: path, digits: digits, pool: pool)
    case (.text(let digits), let model?):
      try model.writeText(to: path, digits: digits, pool: pool)
    case (.full, let model?): try model.write(to: path)
    case (.full, nil): preconditionFailure("a predictor without training is refused")
    }
  }
}
