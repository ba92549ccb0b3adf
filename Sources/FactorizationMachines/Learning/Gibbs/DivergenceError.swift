// SPDX-License-Identifier: Apache-2.0

/// A chain that cannot go on because its numbers are no longer finite.
public struct DivergenceError: Error, Sendable, CustomStringConvertible {
  /// What makes it impossible to go on.
  public enum Reason: Sendable, Hashable {
    /// A latent target cannot be drawn: the score of the case is too far from what its class allows.
    case score(Double, row: Int)

    /// An update is not finite, and neither is the value before it; named as in ``GuardCounts/named``.
    case parameter(String)
  }

  /// What makes it impossible to go on.
  public var reason: Reason

  /// The iteration, counted from 0.
  public var iteration: Int

  /// The value of greatest magnitude in the training data, the likely cause; nil when all are 1.
  public var largestValue: FeatureValue?

  /// What happened and what to do, in two sentences.
  public var description: String {
    let event =
      switch reason {
      case .score(let score, let row):
        "the score of training case \(row + 1) is \(score)"
      case .parameter(let name):
        "\(name) is not finite, and was not before its update either"
      }
    let cause =
      largestValue.map {
        "the largest feature value is \($0.value) (feature \($0.feature)): scale features to about -1...1, "
          + "or use a stronger regularization or a smaller initial deviation"
      } ?? "use a stronger regularization or a smaller initial deviation"
    return "learning diverged in iteration \(iteration): \(event); \(cause)"
  }
}
