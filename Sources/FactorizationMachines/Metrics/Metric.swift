// SPDX-License-Identifier: Apache-2.0

/// A figure for how well predictions meet targets; the raw value is its name.
public enum Metric: String, Sendable, Hashable, CaseIterable {
  /// The root mean squared error; regression.
  case rootMeanSquaredError = "rmse"

  /// The mean absolute error; regression.
  case meanAbsoluteError = "mae"

  /// The mean of −ln *p* of the true class, in nats; classification.
  ///
  /// Probabilities are cut to [ε, 1 − ε] with ε = 2⁻⁵², so that a wrong certainty costs 36 nats.
  case logLoss = "logloss"

  /// The area under the receiver operating characteristic: the chance that a positive case has a greater
  /// prediction than a negative one, ties counting half (Hanley and McNeil 1982, "The meaning and use of
  /// the area under a receiver operating characteristic (ROC) curve"); classification.
  case areaUnderCurve = "auc"

  /// The share of cases on the right side of probability ½, which itself is positive; classification.
  case accuracy

  /// The task for which the metric is defined.
  public var task: LearningTask {
    switch self {
    case .rootMeanSquaredError, .meanAbsoluteError: .regression
    case .logLoss, .areaUnderCurve, .accuracy: .classification
    }
  }

  /// Whether a smaller figure is the better one.
  public var prefersSmaller: Bool {
    switch self {
    case .rootMeanSquaredError, .meanAbsoluteError, .logLoss: true
    case .areaUnderCurve, .accuracy: false
    }
  }

  /// The metrics of the given names, in their order.
  ///
  /// - Throws: ``MetricNameError`` when a name is unknown, stands there twice, or names a metric of
  ///   another task.
  public static func named(
    _ names: some Sequence<some StringProtocol>, for task: LearningTask
  ) throws(MetricNameError) -> [Metric] {
    var metrics: [Metric] = []
    for name in names {
      guard let metric = Metric(rawValue: String(name)) else {
        throw MetricNameError(name: String(name), task: task, reason: .unknown)
      }
      guard metric.task == task else {
        throw MetricNameError(name: metric.rawValue, task: task, reason: .otherTask)
      }
      guard !metrics.contains(metric) else {
        throw MetricNameError(name: metric.rawValue, task: task, reason: .repeated)
      }
      metrics.append(metric)
    }
    return metrics
  }
}
