// SPDX-License-Identifier: Apache-2.0

import CVectorKernels

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// How an optimizer moves parameters, all numbers of one batch and one term settled.
///
/// Every lane is one parameter with a state of its own of up to two numbers.
protocol OptimizerRule {
  /// The factor of the L2 penalty, λ, whose derivative belongs to the gradient.
  var gradientPenalty: Double { get }

  /// Moves parameters and their state against a gradient.
  func step<Vector: FactorVector>(
    _ parameters: Vector, gradient: Vector, _ first: UnsafeMutablePointer<Double>,
    _ second: UnsafeMutablePointer<Double>
  ) -> Vector

  /// Moves a linear weight.
  func stepWeight(
    _ weight: Double, gradient: Double, _ first: UnsafeMutablePointer<Double>,
    _ second: UnsafeMutablePointer<Double>
  ) -> Double

  /// The rule for the kernels in C; nil if they do not have it.
  var wide: fm_rule? { get }
}

extension OptimizerRule {
  var wide: fm_rule? { nil }

  @inline(__always)
  func stepWeight(
    _ weight: Double, gradient: Double, _ first: UnsafeMutablePointer<Double>,
    _ second: UnsafeMutablePointer<Double>
  ) -> Double {
    step(weight, gradient: gradient, first, second)
  }
}

/// Adam (Kingma and Ba 2015, algorithm 1); the state is *m* and *v*.
struct AdamRule: OptimizerRule {
  let gradientPenalty: Double

  /// The corrected rate, α / (1 − β₁ᵗ).
  private let rate: Double

  /// What corrects *v*, 1 / (1 − β₂ᵗ).
  private let secondCorrection: Double

  /// What keeps the denominator above 0.
  private let epsilon: Double

  private static let (beta1, beta2) = (0.9, 0.999)

  /// Settles the corrections for batch `batch`, counted from 1.
  init(rate: Double, penalty: Double, batch: Int, epsilon: Double = 1e-8) {
    gradientPenalty = penalty
    self.epsilon = epsilon
    self.rate = rate / (1 - pow(Self.beta1, Double(batch)))
    secondCorrection = 1 / (1 - pow(Self.beta2, Double(batch)))
  }

  var wide: fm_rule? {
    var rule = fm_rule()
    rule.kind = fm_rule_adam
    (rule.rate, rule.penalty) = (rate, gradientPenalty)
    (rule.decay1, rule.decay2) = (Self.beta1, Self.beta2)
    (rule.correction, rule.epsilon) = (secondCorrection, epsilon)
    return rule
  }

  @inline(__always)
  func step<Vector: FactorVector>(
    _ parameters: Vector, gradient: Vector, _ first: UnsafeMutablePointer<Double>,
    _ second: UnsafeMutablePointer<Double>
  ) -> Vector {
    let mean = Vector.splat(Self.beta1).times(Vector.load(first))
      .plus(Vector.splat(1 - Self.beta1).times(gradient))
    let square = Vector.splat(Self.beta2).times(Vector.load(second))
      .plus(Vector.splat(1 - Self.beta2).times(gradient.times(gradient)))
    mean.store(first)
    square.store(second)
    let scale = square.times(Vector.splat(secondCorrection)).squareRoot()
      .plus(Vector.splat(epsilon))
    return parameters.minus(Vector.splat(rate).times(mean).over(scale))
  }
}

/// AdaGrad with diagonal matrices (Duchi, Hazan and Singer 2011, figure 1); the state is the sum of
/// squares.
struct AdaGradRule: OptimizerRule {
  let rate: Double
  let gradientPenalty: Double

  private static let epsilon = 1e-10

  var wide: fm_rule? {
    var rule = fm_rule()
    rule.kind = fm_rule_adagrad
    (rule.rate, rule.penalty, rule.epsilon) = (rate, gradientPenalty, Self.epsilon)
    return rule
  }

  @inline(__always)
  func step<Vector: FactorVector>(
    _ parameters: Vector, gradient: Vector, _ first: UnsafeMutablePointer<Double>,
    _: UnsafeMutablePointer<Double>
  ) -> Vector {
    let squares = Vector.load(first).plus(gradient.times(gradient))
    squares.store(first)
    let scale = squares.squareRoot().plus(Vector.splat(Self.epsilon))
    return parameters.minus(Vector.splat(rate).times(gradient).over(scale))
  }
}

/// FTRL-Proximal, with α *z* and *n* for its state (McMahan and others 2013, algorithm 1).
///
/// All is multiplied by α, so that a term with a rate of 0 stays as it is:
///
///     αz ← αz + αg − (√(n + g²) − √n) θ
///     θ  ← −(αz − sgn(z) αλ₁) / (β + √n + αλ₂), or 0 where |z| ≤ λ₁
struct FTRLRule: OptimizerRule {
  let rate: Double

  /// The L1 penalty of linear weights, λ₁.
  let lasso: Double

  /// The L2 penalty, λ₂.
  let ridge: Double

  /// It is in the closed form, not in the gradient.
  var gradientPenalty: Double { 0 }

  static let beta = 1.0

  var wide: fm_rule? {
    var rule = fm_rule()
    rule.kind = fm_rule_ftrl
    (rule.rate, rule.ridge) = (rate, Self.beta + rate * ridge)
    (rule.threshold, rule.is_lasso) = (rate * lasso, lasso > 0)
    return rule
  }

  /// Updates the state and returns αz and the denominator.
  @inline(__always)
  private func advance<Vector: FactorVector>(
    _ parameters: Vector, _ gradient: Vector, _ first: UnsafeMutablePointer<Double>,
    _ second: UnsafeMutablePointer<Double>
  ) -> (Vector, Vector) {
    let before = Vector.load(second)
    let squares = before.plus(gradient.times(gradient))
    let root = squares.squareRoot()
    let z = Vector.load(first).plus(Vector.splat(rate).times(gradient))
      .minus(root.minus(before.squareRoot()).times(parameters))
    z.store(first)
    squares.store(second)
    return (z, root.plus(Vector.splat(Self.beta + rate * ridge)))
  }

  @inline(__always)
  func step<Vector: FactorVector>(
    _ parameters: Vector, gradient: Vector, _ first: UnsafeMutablePointer<Double>,
    _ second: UnsafeMutablePointer<Double>
  ) -> Vector {
    let (z, scale) = advance(parameters, gradient, first, second)
    return Vector.splat(0).minus(z).over(scale)
  }

  @inline(__always)
  func stepWeight(
    _ weight: Double, gradient: Double, _ first: UnsafeMutablePointer<Double>,
    _ second: UnsafeMutablePointer<Double>
  ) -> Double {
    let (z, scale) = advance(weight, gradient, first, second)
    let threshold = rate * lasso
    if lasso > 0, abs(z) <= threshold { return 0 }
    return -(z - (z < 0 ? -threshold : threshold)) / scale
  }
}
