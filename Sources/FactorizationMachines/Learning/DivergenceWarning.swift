// SPDX-License-Identifier: Apache-2.0

/// Learning diverges: where it was seen first, and what the cause may be.
public struct DivergenceWarning: Sendable, Hashable, CustomStringConvertible {
  /// What a solver's user can change.
  public enum Suspect: Sendable, Hashable {
    /// The learning rates of gradient descent.
    case learningRates(PerTerm<Double>)

    /// The L2 penalty of alternating least squares.
    case regularization

    /// The deviation of the initial parameters, with samplers that find penalties themselves.
    case initialDeviation(Double)
  }

  /// The first iteration that diverges, counted from 0.
  public var iteration: Int

  /// The greatest magnitude of a training case's score; infinite or NaN when a score is.
  public var greatestScore: Double

  /// What is the likely cause beside large values.
  public var suspect: Suspect

  /// The value of greatest magnitude in the training data; nil when all are 1, or there are none.
  public var largestValue: FeatureValue?

  /// The first training case whose target is no finite number, counted from 0; nil when all are.
  public var badTarget: Int?

  /// What the training case that counts most counts, if it is more than 1 and steps are made by it.
  public var largestCaseWeight: Double?

  /// Iteration and likely causes, in a sentence.
  public var description: String {
    let symptom =
      greatestScore.isFinite
      ? "scores grow out of bounds (up to \(greatestScore.rounded()))"
      : "scores are no longer finite numbers"
    return "learning diverges in iteration \(iteration): \(symptom); \(advice)"
  }

  private var advice: String {
    let remedy =
      switch suspect {
      case .learningRates(let rates):
        "lower the learning rate (\(describe(rates)))"
          + (largestCaseWeight.map {
            ", scale the weights of the cases (up to \($0)) to an average of 1"
          } ?? "")
      case .regularization: "raise the regularization"
      case .initialDeviation(let deviation):
        "lower the standard deviation of the initial parameters (\(deviation))"
      }
    let value = largestValue.map { "feature \($0.feature) has the value \($0.value)" } ?? ""
    if let largestValue, !largestValue.value.isFinite { return "likely cause: \(value)" }
    if let badTarget {
      return "likely cause: the target of training case \(badTarget + 1) is no finite number"
    }
    return abs(largestValue?.value ?? 1) <= 1
      ? "likely remedy: \(remedy)"
      : "likely remedy: \(remedy), or scale large features (\(value))"
  }

  private func describe(_ rates: PerTerm<Double>) -> String {
    rates == PerTerm(all: rates.bias)
      ? "\(rates.bias)" : "\(rates.bias), \(rates.weights), \(rates.factors)"
  }
}
