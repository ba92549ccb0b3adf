// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport
import FactorizationMachines
import LibFMFormats

extension LearningRun {
  /// Predicts the test file with a loaded model, without learning.
  func predict(_ progress: ProgressLine) throws -> Int32 {
    guard let path = settings.loadedModelPath else {
      preconditionFailure("the settings allow no such run")
    }
    reportUnusedFlags()
    let predictor = try Predictor(settings, path: path)
    let data = try LoadedData(
      settings, takesColumns: predictor.takesColumns, transcript, progress, pool)
    guard var test = data.test?.dataset else {
      preconditionFailure("the settings allow no such run")
    }
    transcript.readingModel()
    let cases = try predictor.fit(test.matrix, data.relations)
    test.matrix = cases.matrix
    for note in predictor.notes { libFMCommand.report("note: \(note)") }
    transcript.final(test: try predictor.evaluation(on: test, cases.relations, pool: pool))
    let measured =
      settings.metrics.isEmpty ? nil : try predictor.predictions(for: cases, pool: pool)
    if let measured { showMetrics(of: measured, test) }
    return try write(
      Learned(machine: predictor.machine, head: predictor.head) {
        try measured ?? predictor.predictions(for: cases, pool: pool)
      },
      training: predictor.training)
  }

  /// Shows the metrics asked for of predictions that are made without learning.
  func showMetrics(of predictions: AlignedBuffer<Double>, _ test: Dataset) {
    LearningMonitor.showMetrics(
      settings.metrics.map {
        ("test_\($0.rawValue)", $0.value(of: predictions, targets: test.targets))
      })
  }
}
