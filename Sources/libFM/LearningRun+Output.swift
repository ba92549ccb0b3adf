// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport
import FactorizationMachines
import LibFMFormats

extension LearningRun {
  /// Writes all outputs; one that fails does not keep the others from being written.
  ///
  /// `training` describes how the machine was learned; only a model in the full format needs it.
  func write(_ learned: Learned, training: TrainingDescription?) throws -> Int32 {
    var status = ExitStatus.success
    func attempt(_ output: () throws -> Void) {
      do {
        try output()
      } catch {
        libFMCommand.report(error)
        status = ExitStatus.failure
      }
    }
    if let path = settings.predictionsPath, let predictions = learned.predictions {
      attempt { try PredictionFile.write(try predictions(), to: path, pool: pool) }
    }
    if let path = settings.savedModelPath {
      transcript.writingModel(to: path)
      attempt { try writeModel(learned.machine, training, to: path) }
    }
    return status
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
