// SPDX-License-Identifier: Apache-2.0

/// How often an iteration refused a new value because it was not finite and kept the old one.
public struct GuardCounts: Sendable, Hashable {
  /// The refusals of one kind of parameter.
  public struct Count: Sendable, Hashable {
    /// New values that were NaN.
    public var nans = 0

    /// New values that were infinite.
    public var infinities = 0
  }

  /// The noise precision, α.
  public var noisePrecision = Count()

  /// The global bias, *w₀*.
  public var bias = Count()

  /// The linear weights, *w*.
  public var weights = Count()

  /// The factors, *V*.
  public var factors = Count()

  /// The prior means of the weights.
  public var weightMeans = Count()

  /// The prior precisions of the weights.
  public var weightPrecisions = Count()

  /// The prior means of the factors.
  public var factorMeans = Count()

  /// The prior precisions of the factors.
  public var factorPrecisions = Count()

  /// No refusals.
  public init() {}

  /// The counts under libFM's names, in the order it prints them.
  public var named: [(name: String, count: Count)] {
    [
      ("alpha", noisePrecision), ("w0", bias), ("w", weights), ("v", factors),
      ("w_mu", weightMeans), ("w_lambda", weightPrecisions), ("v_mu", factorMeans),
      ("v_lambda", factorPrecisions),
    ]
  }

  typealias Kind = any WritableKeyPath<GuardCounts, Count> & Sendable
}
