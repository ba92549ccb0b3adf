// SPDX-License-Identifier: Apache-2.0

/// What the runs of an experiment gave, beside what was published.
struct Outcome {
  /// The experiment as it was run.
  let experiment: Experiment

  /// The error of each run, in the metric of the source.
  let figures: [Double]

  /// How long all runs took, preparation included.
  let seconds: Double

  /// Why the figures are not those that were published; nil when they should be.
  let difference: String?

  /// Whether the figures agree.
  enum Verdict: Equatable {
    /// They do.
    case within

    /// They do not.
    case outside

    /// They need not, for this reason.
    case notCompared(String)
  }

  /// The mean over the runs.
  var mean: Double { figures.reduce(0, +) / Double(figures.count) }

  /// The standard deviation over the runs (with one degree of freedom less); nil for a single one.
  var spread: Double? {
    guard figures.count > 1 else { return nil }
    let squares = figures.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (squares / Double(figures.count - 1)).squareRoot()
  }

  /// How far the mean may be from the published figure: 0.005, or three times the spread if that is more.
  var tolerance: Double { max(0.005, 3 * (spread ?? 0)) }

  /// Whether the mean is within the tolerance.
  var verdict: Verdict {
    if let difference { return .notCompared(difference) }
    // An error that is no number is never within.
    return (mean - experiment.published.figure).magnitude <= tolerance ? .within : .outside
  }
}
