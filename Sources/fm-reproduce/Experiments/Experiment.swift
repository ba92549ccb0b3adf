// SPDX-License-Identifier: Apache-2.0

import LibFMFormats

/// A published experiment: its data, its settings and its figure.
struct Experiment: Sendable {
  /// How the command line calls it.
  var name: String

  /// What is learned from what, in a few words.
  var title: String

  /// The data.
  var dataset: MovieLens

  /// How the ratings are shared out between training and test.
  var split: Split

  /// What each rating is described by.
  var features: FeatureSet

  /// How it is learned.
  var learner: Learner

  /// What was published.
  var published: Published

  /// The settings that the source does not state, each a sentence.
  var guesses: [String]

  /// What differs in the variant that takes minutes.
  var small: SmallVariant
}

/// How ratings are shared out between training and test.
enum Split: Sendable, Hashable {
  /// A pair of files that comes with the data: `NAME.base` and `NAME.test`.
  case predefined(String)

  /// Chance, another one for each run.
  case random(testShare: Double)

  /// The split in words.
  var text: String {
    switch self {
    case .predefined(let name): "split \(name)"
    case .random(let share): "random split, \((100 * share).rounded().formatted) % for testing"
    }
  }
}

/// A figure of the literature.
struct Published: Sendable {
  /// What was measured.
  var metric: ErrorMetric

  /// Its value.
  var figure: Double

  /// Where it stands.
  var source: Source
}

/// The error that a source reports.
enum ErrorMetric: String, Sendable {
  case rmse = "RMSE"
  case mse = "MSE"

  /// The error, given the root of the mean squared one.
  func value(ofRootMeanSquaredError error: Double) -> Double {
    self == .rmse ? error : error * error
  }
}

/// A smaller variant of an experiment, that takes minutes.
struct SmallVariant: Sendable {
  /// The number of factors.
  var factorCount: Int

  /// The number of iterations.
  var iterations: Int

  /// What was published for exactly this variant; nil when nothing was.
  var figure: Double?

  /// What to expect from it.
  var expectation: String
}

extension Experiment {
  /// The experiment with fewer factors and iterations, as ``small`` says.
  ///
  /// Its figure is the one that was published for the variant; there often is none.
  var reduced: (experiment: Experiment, isComparable: Bool) {
    var result = self
    result.learner.factorCount = small.factorCount
    result.learner.iterations = small.iterations
    if let figure = small.figure { result.published.figure = figure }
    return (result, small.figure != nil)
  }
}

extension Double {
  /// As C's `%g` prints it.
  fileprivate var formatted: String { GeneralFormat.text(self) }
}
