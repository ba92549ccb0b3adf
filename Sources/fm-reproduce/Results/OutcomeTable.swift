// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport

/// Published figures and ours side by side.
struct OutcomeTable {
  private var table = Table(
    header: ["experiment", "published", "ours", "spread", "difference", "seconds", "verdict"],
    leftColumns: [0, 6])

  /// What the process ends with: a failure when a figure is outside its tolerance.
  private(set) var exitStatus = ExitStatus.success

  /// Adds a row.
  mutating func append(_ outcome: Outcome) {
    if outcome.verdict == .outside { exitStatus = ExitStatus.failure }
    let published = outcome.experiment.published
    let verdict =
      switch outcome.verdict {
      case .within: "within \(decimal(outcome.tolerance, digits: 4))"
      case .outside: "outside \(decimal(outcome.tolerance, digits: 4))"
      case .notCompared(let reason): "not compared: \(reason)"
      }
    let difference = outcome.mean - published.figure
    table.append([
      outcome.experiment.name, published.text,
      decimal(outcome.mean, digits: 4), outcome.spread.map { decimal($0, digits: 4) } ?? "-",
      (difference > 0 ? "+" : "") + decimal(difference, digits: 4),
      decimal(outcome.seconds, digits: 1), verdict,
    ])
  }

  /// The table, a line a row.
  var text: String { table.text }
}
