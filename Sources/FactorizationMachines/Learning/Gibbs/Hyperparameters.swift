// SPDX-License-Identifier: Apache-2.0

/// The normal prior of a group's parameters.
public struct NormalPrior: Sendable, Hashable {
  /// The mean, μ.
  public var mean: Double

  /// The precision (inverse variance), λ; in alternating least squares the regularization.
  public var precision: Double

  /// A normal prior.
  public init(mean: Double, precision: Double) {
    self.mean = mean
    self.precision = precision
  }
}

/// The noise precision and the priors of all parameters but the bias.
public struct Hyperparameters: Sendable, Hashable {
  /// The precision of the targets around the scores, α.
  public var noisePrecision: Double

  /// The priors of the linear weights, one a group.
  public var weights: [NormalPrior]

  /// The priors of the factors: that of factor `f` in group `g` is at `g * factorCount + f`.
  public var factors: [NormalPrior]

  /// Joins the noise precision and the priors.
  public init(noisePrecision: Double, weights: [NormalPrior], factors: [NormalPrior]) {
    self.noisePrecision = noisePrecision
    self.weights = weights
    self.factors = factors
  }
}
