// SPDX-License-Identifier: Apache-2.0

/// What an experiment is, for people: its source, its settings, and what of them is a guess.
struct ExperimentDescription {
  /// The lines, the first one not indented.
  let text: String

  /// Describes an experiment as it is given.
  ///
  /// - Parameters:
  ///   - experiment: the experiment.
  ///   - showsSmall: whether to tell of its small variant.
  init(_ experiment: Experiment, showsSmall: Bool) {
    let lines =
      [
        ("published", experiment.published.text),
        ("source", experiment.published.source.rawValue),
        ("features", experiment.features.text),
        ("settings", experiment.learner.flags),
      ] + experiment.guesses.map { ("our guess", $0) }
      + (showsSmall ? [("small", experiment.small.text)] : [])
    text =
      "\(experiment.name): \(experiment.dataset.title), \(experiment.split.text), "
      + "\(experiment.title)\n"
      + lines.map { label, value in
        "  \(label)\(String(repeating: " ", count: 11 - label.count))\(value)\n"
      }.joined()
  }
}

extension Published {
  /// The figure with its metric.
  var text: String { "\(metric.rawValue) \(figure)" }
}

extension SmallVariant {
  /// The variant and what to expect from it.
  fileprivate var text: String {
    "--small is k = \(factorCount), \(iterations) iterations; expect \(expectation)"
  }
}
