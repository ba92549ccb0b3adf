// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport
import FactorizationMachines
import LibFMFormats

extension LearningRun {
  /// Predicts the test file with a loaded model, without learning.
  func predict(_ data: LoadedData) throws -> Int32 {
    guard let path = settings.loadedModelPath, var test = data.test?.dataset else {
      preconditionFailure("the settings allow no such run")
    }
    reportUnusedFlags()
    transcript.readingModel()
    let machine = try ModelFile.read(path)
    let (matrix, droppedCount) = try test.matrix.droppingColumns(
      from: machine.shape.featureCount)
    test.matrix = matrix
    if droppedCount > 0 {
      libFMCommand.report(
        "warning: \(droppedCount) entries of the test file belong to features that the model does "
          + "not know (it has \(machine.shape.featureCount)); they are left out")
    }
    if settings.task == .regression {
      libFMCommand.report(
        "note: the model file does not tell the range of the training targets, so predictions are "
          + "not cut to it")
    }
    transcript.final(
      test: machine.evaluation(on: test, task: settings.task, targetRange: nil, pool: pool))
    return try write(
      Learned(machine: machine) {
        try machine.predictions(for: matrix, task: settings.task, targetRange: nil, pool: pool)
      })
  }

  /// Names the flags given that have no use when nothing is learned.
  func reportUnusedFlags() {
    guard !settings.unusedFlags.isEmpty else { return }
    libFMCommand.report(
      "warning: nothing is learned without -train, so these flags are not used: "
        + settings.unusedFlags.joined(separator: ", "))
  }

  /// Writes all outputs.
  func write(_ learned: Learned) throws -> Int32 {
    var outputs = OutputStatus()
    if let path = settings.predictionsPath, let predictions = learned.predictions {
      outputs.attempt { try PredictionFile.write(try predictions(), to: path) }
    }
    if let path = settings.savedModelPath {
      transcript.writingModel(to: path)
      outputs.attempt { try ModelFile.write(learned.machine, to: path) }
    }
    learned.writePosterior?(&outputs)
    return outputs.status
  }
}
