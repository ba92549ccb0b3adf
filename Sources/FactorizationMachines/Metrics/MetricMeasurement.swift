// SPDX-License-Identifier: Apache-2.0

/// The metrics to measure on a data set, and room for its predictions.
struct MetricMeasurement {
  let metrics: [Metric]
  let predictions: AlignedBuffer<Double>

  /// Nil when there is nothing to measure.
  init?(_ metrics: [Metric], on dataset: Dataset?) throws(OutOfMemoryError) {
    guard let dataset, !metrics.isEmpty else { return nil }
    self.metrics = metrics
    predictions = try AlignedBuffer(count: dataset.caseCount)
  }

  /// The figures for the predictions that are there now.
  func values(for dataset: Dataset) -> [Metric: Double] {
    Dictionary(
      uniqueKeysWithValues: metrics.map {
        ($0, $0.value(of: predictions, targets: dataset.targets))
      })
  }
}
