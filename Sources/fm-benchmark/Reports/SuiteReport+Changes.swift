// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport

extension SuiteReport {
  /// Refuses an earlier report of data of other sizes.
  ///
  /// - Throws: a `CommandError`.
  func check(scale wanted: Double) throws(CommandError) {
    guard scale != wanted else { return }
    throw .usage(
      "--against: these figures are of --scale \(scale) and cannot be compared with \(wanted)")
  }

  /// What has changed since an earlier report: for each program of both, the earlier figures divided by
  /// these, so that more than 1 is better.
  func changes(since earlier: SuiteReport, asMarkdown: Bool) -> String {
    var table = Table(
      header: [
        "data", "task", "method", "k", "program", "iteration, then / now", "", "total", "", "peak",
      ])
    var missing = 0
    for one in cases {
      let before = earlier.cases.first { $0.cells == one.cells && $0.counts == one.counts }
      for program in one.programs.map(\.figures) {
        guard
          let then = before?.programs.map(\.figures).first(where: { $0.label == program.label })
        else {
          missing += 1
          continue
        }
        let iteration = Change(then.iterationSeconds, program.iterationSeconds)
        // Whole runs compare only when they are equally long.
        let total =
          earlier.iterationCount == iterationCount
          ? Change(then.totalSeconds, program.totalSeconds) : nil
        table.append(
          one.cells + [
            program.label, iteration.ratio, iteration.verdict, total?.ratio ?? "-",
            total?.verdict ?? "other iterations",
            decimal(Double(then.peakBytes) / Double(max(1, program.peakBytes)), digits: 2),
          ])
      }
    }
    var text = "Since \(earlier.environment.date), \(earlier.environment.toolchain)"
    if earlier.environment.processor != environment.processor {
      text += ", on another machine (\(earlier.environment.processor))"
    }
    text += ":\n\n" + table.text(asMarkdown: asMarkdown)
    return missing == 0 ? text : text + "\n\(missing) figures have no counterpart there.\n"
  }
}

/// How a quantity of seconds has changed.
private struct Change {
  /// Then divided by now.
  let ratio: String

  /// Whether the two ranges of measurements lie apart.
  let verdict: String

  init(_ then: Summary, _ now: Summary) {
    guard now.median > 0, then.median > 0 else {
      (ratio, verdict) = ("-", "too short")
      return
    }
    ratio = decimal(then.median / now.median, digits: 2)
    verdict =
      if then.least > now.greatest {
        "faster"
      } else if then.greatest < now.least {
        "slower"
      } else {
        "within spread"
      }
  }
}
