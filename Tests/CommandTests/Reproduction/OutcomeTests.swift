// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import fm_reproduce

@Suite("An outcome")
struct OutcomeTests {
  /// Figures beside a published one, and what is to be said of them.
  struct Case: Sendable {
    var figures: [Double]
    var published: Double
    var verdict: Outcome.Verdict
    var tolerance = 0.005
  }

  @Test(
    "is within the larger of 0.005 and three times the spread",
    arguments: [
      Case(figures: [0.9], published: 0.9049, verdict: .within),
      Case(figures: [0.91], published: 0.9049, verdict: .outside),
      Case(figures: [0.9, 0.9], published: 0.894, verdict: .outside),
      // The deviation of 0.89 and 0.91 is 0.01 √2.
      Case(figures: [0.89, 0.91], published: 0.94, verdict: .within, tolerance: 0.042426),
      Case(figures: [0.89, 0.91], published: 0.9425, verdict: .outside, tolerance: 0.042426),
      Case(figures: [.nan], published: 0.9, verdict: .outside),
    ])
  func verdict(example: Case) {
    let outcome = Self.outcome(example.figures, published: example.published)
    #expect(outcome.verdict == example.verdict)
    #expect((outcome.tolerance - example.tolerance).magnitude < 1e-6)
    var table = OutcomeTable()
    table.append(outcome)
    #expect(table.exitStatus == (example.verdict == .within ? 0 : 1))
  }

  @Test("that need not agree is no failure")
  func notCompared() {
    let outcome = Self.outcome([2], published: 1, difference: "small variant")
    #expect(outcome.verdict == .notCompared("small variant"))
    var table = OutcomeTable()
    table.append(outcome)
    #expect(table.exitStatus == 0)
    #expect(table.text.contains("not compared: small variant\n"))
    table.append(Self.outcome([2], published: 1))
    #expect(table.exitStatus == 1)
    #expect(table.text.contains("+1.0000"))
  }

  @Test("keeps the published figure of a small variant only where there is one")
  func reduced() throws {
    for experiment in Catalog.experiments {
      let (reduced, isComparable) = experiment.reduced
      #expect(isComparable == (experiment.name == "ml-10m-sgd-mf"))
      #expect(reduced.learner.iterations == experiment.small.iterations)
      #expect(
        reduced.published.figure == (isComparable ? 0.7756 : experiment.published.figure))
    }
  }

  private static func outcome(
    _ figures: [Double], published: Double, difference: String? = nil
  ) -> Outcome {
    var experiment = Catalog.experiments[0]
    experiment.published.figure = published
    return Outcome(
      experiment: experiment, figures: figures, seconds: 1, difference: difference)
  }
}
