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
      outputs.attempt { try writeModel(learned.machine, training, to: path) }
    }
    learned.writePosterior?(&outputs)
    return outputs.status
  }

  private func writeModel(
    _ machine: FactorizationMachine, _ training: TrainingDescription?, to path: String
  ) throws {
    switch settings.modelFormat {
    case .text(let digits): try ModelFile.write(machine, to: path, digits: digits, pool: pool)
    case .full:
      guard let training else { preconditionFailure("a predictor without training is refused") }
      try TrainedModel(machine: machine, training: training).write(to: path)
    }
  }
}
