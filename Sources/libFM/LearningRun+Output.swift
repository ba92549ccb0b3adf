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
      attempt { try writeModel(learned, training, to: path) }
    }
    return status
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
