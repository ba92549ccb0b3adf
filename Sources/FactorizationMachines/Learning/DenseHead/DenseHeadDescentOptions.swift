// SPDX-License-Identifier: Apache-2.0

extension DenseHeadDescent {
  /// How the gradient of a batch moves all parameters.
  public enum Optimizer: Sendable, Hashable {
    /// As ``MiniBatchDescent/Optimizer/adam``, with 10⁻⁷ in the denominator.
    case adam

    /// As ``MiniBatchDescent/Optimizer/adaGrad``.
    case adaGrad

    /// The learning rate that usually does: 0.001 for Adam, 0.1 for AdaGrad.
    public var defaultLearningRate: Double { self == .adam ? 0.001 : 0.1 }
  }

  /// What to learn and how.
  public struct Options: Sendable {
    /// Regression with the squared error, or classification with the logistic loss.
    public var task: LearningTask

    /// How parameters move.
    public var optimizer: Optimizer

    /// The number of passes over the training data.
    public var iterations: Int

    /// The learning rates, not negative: `bias` for all parameters of the head, `weights` and `factors`
    /// for those of features.
    public var learningRates: PerTerm<Double>

    /// The factors λ of the penalties λ‖θ‖², not negative, on the unit's bias, on all linear weights and
    /// on all factors, in every batch.
    public var regularization: PerTerm<Double>

    /// The factor of the penalty on the unit's kernel, not negative.
    public var kernelRegularization: Double

    /// The number of cases of a batch, at least 1; the last batch of an iteration may be smaller.
    ///
    /// Nil for ``DenseHeadDescent/defaultBatchSize(caseCount:)``.
    public var batchSize: Int?

    /// Whether each iteration visits the cases in a new random order.
    public var shuffles: Bool

    /// The Euclidean norm to which the gradient of a batch, penalties and all parameters together, is
    /// cut; above 0, nil for no limit.
    public var normLimit: Double?

    /// The metrics to report for validation and test data beside the usual figures.
    public var metrics: [Metric]

    /// Sets the options; without learning rates the optimizer supplies one.
    public init(
      task: LearningTask, optimizer: Optimizer = .adam, iterations: Int,
      learningRates: PerTerm<Double>? = nil,
      regularization: PerTerm<Double> = Self.defaultRegularization,
      kernelRegularization: Double = Self.defaultKernelRegularization, batchSize: Int? = nil,
      shuffles: Bool = true, normLimit: Double? = Self.defaultNormLimit, metrics: [Metric] = []
    ) {
      self.task = task
      self.optimizer = optimizer
      self.iterations = iterations
      self.learningRates = learningRates ?? PerTerm(all: optimizer.defaultLearningRate)
      self.regularization = regularization
      self.kernelRegularization = kernelRegularization
      self.batchSize = batchSize
      self.shuffles = shuffles
      self.normLimit = normLimit
      self.metrics = metrics
    }

    /// The penalties where none are given: 2·10⁻⁴ on weights and factors.
    public static let defaultRegularization = PerTerm(bias: 0, weights: 2e-4, factors: 2e-4)

    /// The penalty on the kernel where none is given.
    public static let defaultKernelRegularization = 0.1

    /// The limit of the gradient's norm where none is given.
    public static let defaultNormLimit = 0.5

    /// Whether all numbers are within their ranges.
    var areInRange: Bool {
      let factors = [learningRates, regularization].flatMap { [$0.bias, $0.weights, $0.factors] }
      return (factors + [kernelRegularization]).allSatisfy { $0 >= 0 } && batchSize ?? 1 >= 1
        && normLimit ?? 1 > 0
    }
  }
}
