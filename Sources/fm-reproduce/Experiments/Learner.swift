// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines
import LibFMFormats

/// A learning method with its settings, in libFM's terms.
struct Learner: Sendable {
  /// The learning method, with what only that method has.
  enum Method: Sendable {
    /// Stochastic gradient descent over shuffled cases.
    case descent(learningRate: Double, regularization: PerTerm<Double>)

    /// Alternating least squares.
    case leastSquares(regularization: PerTerm<Double>)

    /// Markov chain Monte Carlo.
    case monteCarlo
  }

  /// The learning method.
  var method: Method

  /// The number of factors, k.
  var factorCount: Int

  /// The number of iterations.
  var iterations: Int

  /// The deviation of the parameters at the start.
  var initialDeviation: Double

  /// Whether the order of the cases matters.
  var isSequential: Bool {
    if case .descent = method { true } else { false }
  }

  /// libFM's flags for these settings, with a space between each name and value.
  var flags: String {
    let (name, further) =
      switch method {
      case .descent(let rate, let regularization):
        ("sgd", " -learn_rate \(general(rate)) -regular \(Self.list(regularization))")
      case .leastSquares(let regularization): ("als", " -regular \(Self.list(regularization))")
      case .monteCarlo: ("mcmc", "")
      }
    return "-method \(name) -dim 1,1,\(factorCount) -iter \(iterations) "
      + "-init_stdev \(general(initialDeviation))" + further
  }

  private static func list(_ values: PerTerm<Double>) -> String {
    [values.bias, values.weights, values.factors].map { general($0) }.joined(separator: ",")
  }
}

private func general(_ number: Double) -> String { GeneralFormat.text(number) }
