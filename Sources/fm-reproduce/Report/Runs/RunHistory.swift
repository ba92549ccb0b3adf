// SPDX-License-Identifier: Apache-2.0

import LibFMFormats

/// What a log tells about a run.
struct RunHistory {
  /// How the run learned, as far as its columns show.
  enum Method: String {
    /// Stochastic gradient descent of whichever kind: their logs have the same columns.
    case gradientDescent = "gradient descent"
    case adaptiveRegularization = "SGDA"
    case alternatingLeastSquares = "ALS"
    case markovChain = "MCMC"
  }

  /// What the report calls the run.
  let name: String

  /// Its log.
  let log: RunLogTable

  /// How it learned.
  let method: Method

  /// Whether numbers were predicted, not classes.
  let isRegression: Bool

  /// Reads a log.
  ///
  /// - Throws: `FormatError` when it is none.
  init(path: String, name: String) throws(FormatError) {
    self.init(log: try RunLogReader.read(path), name: name)
  }

  init(log: RunLogTable, name: String) {
    self.log = log
    self.name = name
    isRegression = log["rmse"] != nil
    method =
      if log["alpha"] != nil {
        Self.isSampled(log) ? .markovChain : .alternatingLeastSquares
      } else if log["rmse_val"] != nil {
        .adaptiveRegularization
      } else {
        .gradientDescent
      }
  }

  /// Whether hyper-parameters were drawn: those of `als` stay at α = 1 and μ = 0.
  private static func isSampled(_ log: RunLogTable) -> Bool {
    log.columns.contains { name in
      let constant: Double
      if name == "alpha" {
        constant = 1
      } else if name.hasPrefix("wmu[") || name.hasPrefix("vmu[") {
        constant = 0
      } else {
        return false
      }
      return log[name]?.contains { !$0.isNaN && $0 != constant } ?? false
    }
  }

  /// The values of a figure, one for each iteration; nil when there are none at all.
  func values(of figure: Figure, _ role: FigureRole) -> [Double]? {
    for column in columns(of: figure, role) {
      if let values = log[column], !values.allSatisfy(\.isNaN) { return values }
    }
    return nil
  }

  /// Whether there are values of any figure.
  var hasFigures: Bool {
    Figure.allCases.contains { figure in
      FigureRole.allCases.contains { values(of: figure, $0) != nil }
    }
  }

  /// The columns that may hold a figure, the best first.
  private func columns(of figure: Figure, _ role: FigureRole) -> [String] {
    // What the method itself looks at, and logs without being asked to.
    let isMain = figure == (isRegression ? .rootMeanSquaredError : .accuracy)
    let added = figure.metric
    let average: [String] =
      switch figure {
      case .rootMeanSquaredError: ["rmse"]
      case .accuracy: ["accuracy"]
      case .meanAbsoluteError: ["mae"]
      case .decimalLogLoss: ["ll_mcmc_all"]
      case .logLoss, .areaUnderCurve: []
      }
    let single: [String] =
      switch figure {
      case .rootMeanSquaredError: ["rmse_mcmc_this"]
      case .accuracy: ["acc_mcmc_this"]
      case .decimalLogLoss: ["ll_mcmc_this"]
      case .meanAbsoluteError, .logLoss, .areaUnderCurve: []
      }
    switch role {
    // Classification has its accuracy in columns of these names, too.
    case .train: return isMain ? ["rmse_train"] : []
    case .validation:
      return (added.map { ["validation_\($0)"] } ?? []) + (isMain ? ["rmse_val"] : [])
    case .test:
      let named = method == .alternatingLeastSquares ? single : average
      return named + (added.map { ["test_\($0)"] } ?? [])
    case .lastDraw: return method == .markovChain ? single : []
    case .runningMean: return method == .alternatingLeastSquares ? average : []
    }
  }
}
