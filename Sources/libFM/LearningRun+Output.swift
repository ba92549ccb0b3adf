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
    if !settings.unusedFlags.isEmpty {
      libFMCommand.report(
        "warning: nothing is learned without -train, so these flags are not used: "
          + settings.unusedFlags.joined(separator: ", "))
    }
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

  /// Writes all outputs; one that fails does not keep the others from being written.
  func write(_ learned: Learned) throws -> Int32 {
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
      attempt { try ModelFile.write(learned.machine, to: path, pool: pool) }
    }
    return status
  }
}
