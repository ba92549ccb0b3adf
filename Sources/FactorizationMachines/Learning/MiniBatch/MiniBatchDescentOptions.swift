// SPDX-License-Identifier: Apache-2.0

extension MiniBatchDescent {
  /// How the gradient *g* of a batch moves a parameter θ, at the learning rate α.
  ///
  /// Only parameters of features that occur in the batch move, and only their state changes.
  public enum Optimizer: Sendable, Hashable {
    /// Adam (Kingma and Ba 2015, "Adam: a method for stochastic optimization", algorithm 1).
    ///
    ///     m ← 0.9 m + 0.1 g,  v ← 0.999 v + 0.001 g²
    ///     θ ← θ − α m / (1 − 0.9ᵗ) / (√(v / (1 − 0.999ᵗ)) + 10⁻⁸)
    ///
    /// The *lazy* variant of sparse gradients, as in PyTorch's `SparseAdam`: between two batches with a
    /// feature its moments neither decay nor move its parameters. *t* counts all batches.
    case adam

    /// AdaGrad (Duchi, Hazan and Singer 2011, "Adaptive subgradient methods", figure 1, diagonal
    /// matrices).
    ///
    ///     n ← n + g²,  θ ← θ − α g / (√n + 10⁻¹⁰)
    case adaGrad

    /// FTRL-Proximal (McMahan et al. 2013, "Ad click prediction: a view from the trenches", algorithm
    /// 1) with β = 1.
    ///
    ///     z ← z + g − (√(n + g²) − √n) θ / α,  n ← n + g²
    ///     θ ← −(z − sgn(z) λ₁) / ((β + √n) / α + λ₂), or 0 where |z| ≤ λ₁
    ///
    /// λ₁ is `l1` for linear weights and 0 for the bias and the factors, whose symmetry it would not
    /// break. λ₂ is the ``Options/regularization``; both are weighed against the sum of the gradients
    /// of all batches, and the L2 penalty is not in *g*. *z* starts with −θβ/α: so parameters start
    /// where they are, and factors with λ₂ = 0 move as with AdaGrad, by −α g / (β + √n).
    case ftrl(l1: Double)

    /// The learning rate that usually does: 0.001 for Adam, 0.1 for the others.
    public var defaultLearningRate: Double { self == .adam ? 0.001 : 0.1 }
  }

  /// What to learn and how.
  public struct Options: Sendable {
    /// Regression with half the squared error, or classification with the logistic loss.
    public var task: LearningTask

    /// How parameters move.
    public var optimizer: Optimizer

    /// The number of passes over the training data.
    public var iterations: Int

    /// The learning rates, α; not negative.
    public var learningRates: PerTerm<Double>

    /// The factors of the L2 penalty, λ; not negative.
    public var regularization: PerTerm<Double>

    /// The number of cases of a batch, at least 1; the last batch of an iteration may be smaller.
    ///
    /// Nil for ``MiniBatchDescent/defaultBatchSize(caseCount:)``.
    public var batchSize: Int?

    /// Whether each iteration visits the cases in a new random order.
    ///
    /// Up to 2²² cases are shuffled as a whole, more in blocks of 2¹⁴ neighbours, and then the cases
    /// of every 256 blocks that come together: data larger than memory are read in long pieces.
    public var shuffles: Bool

    /// The Euclidean norm to which the gradient of a batch, all parameters together, is cut; above 0,
    /// nil for no limit.
    public var normLimit: Double?

    /// The metrics to report for validation and test data beside the usual figures.
    public var metrics: [Metric]

    /// Sets the options; without learning rates the optimizer supplies one.
    public init(
      task: LearningTask, optimizer: Optimizer, iterations: Int,
      learningRates: PerTerm<Double>? = nil,
      regularization: PerTerm<Double> = PerTerm(all: 0), batchSize: Int? = nil,
      shuffles: Bool = true, normLimit: Double? = nil, metrics: [Metric] = []
    ) {
      self.task = task
      self.optimizer = optimizer
      self.iterations = iterations
      self.learningRates = learningRates ?? PerTerm(all: optimizer.defaultLearningRate)
      self.regularization = regularization
      self.batchSize = batchSize
      self.shuffles = shuffles
      self.normLimit = normLimit
      self.metrics = metrics
    }

    /// Whether all numbers are within their ranges.
    var areInRange: Bool {
      let factors = [learningRates, regularization].flatMap { [$0.bias, $0.weights, $0.factors] }
      let lasso = if case .ftrl(let l1) = optimizer { l1 } else { 0.0 }
      return (factors + [lasso]).allSatisfy { $0 >= 0 } && batchSize ?? 1 >= 1
        && normLimit ?? 1 > 0
    }
  }
}
