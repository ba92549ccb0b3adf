// SPDX-License-Identifier: Apache-2.0

/// A figure for the quality of predictions that logs hold.
enum Figure: CaseIterable {
  case rootMeanSquaredError
  case accuracy
  case meanAbsoluteError
  case logLoss
  /// The loss in the columns `ll_mcmc_…`, whose logarithm is to the base 10.
  case decimalLogLoss
  case areaUnderCurve

  /// What readers know it by.
  var name: String {
    switch self {
    case .rootMeanSquaredError: "RMSE"
    case .accuracy: "Accuracy"
    case .meanAbsoluteError: "MAE"
    case .logLoss: "Log-loss in nats"
    case .decimalLogLoss: "Log-loss, base 10"
    case .areaUnderCurve: "AUC"
    }
  }

  /// Whether a smaller figure is the better one.
  var prefersSmaller: Bool {
    switch self {
    case .rootMeanSquaredError, .meanAbsoluteError, .logLoss, .decimalLogLoss: true
    case .accuracy, .areaUnderCurve: false
    }
  }

  /// The name in the columns that `-metrics` adds; nil for a figure that it does not know.
  var metric: String? {
    switch self {
    case .rootMeanSquaredError: "rmse"
    case .accuracy: "accuracy"
    case .meanAbsoluteError: "mae"
    case .logLoss: "logloss"
    case .decimalLogLoss: nil
    case .areaUnderCurve: "auc"
    }
  }

  /// The iteration with the best of some values, the first of equals; nil when none is a number.
  func best(of values: [Double]) -> Int? {
    var best: Int?
    for (iteration, value) in values.enumerated() where value.isFinite {
      guard let former = best.map({ values[$0] }) else {
        best = iteration
        continue
      }
      if prefersSmaller ? value < former : value > former { best = iteration }
    }
    return best
  }
}

/// On which cases, or of which predictions, a figure is.
enum FigureRole: Int, CaseIterable {
  case test
  case train
  case validation
  /// One draw of a chain alone, on the test cases.
  case lastDraw
  /// The mean of the predictions of all iterations of `als`, on the test cases.
  case runningMean

  /// What legends call it.
  var name: String {
    switch self {
    case .test: "test"
    case .train: "train"
    case .validation: "validation"
    case .lastDraw: "test, last draw alone"
    case .runningMean: "test, mean over iterations"
    }
  }

  /// How its lines are drawn.
  var style: LineStyle {
    switch self {
    case .test: .solid
    case .train: .dashed
    case .validation, .lastDraw, .runningMean: .dotted
    }
  }
}
