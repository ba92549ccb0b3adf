// SPDX-License-Identifier: Apache-2.0

extension GibbsSampler {
  /// What to learn and how.
  public struct Options: Sendable {
    /// Regression with normal noise, or classification with the probit link.
    public var task: LearningTask

    /// The number of iterations.
    public var iterations: Int

    /// Whether parameters are drawn from their conditional posteriors (Gibbs sampling); otherwise each is
    /// set to the mean of its own (alternating least squares).
    public var samples: Bool

    /// Whether the noise precision and the priors are drawn too; otherwise the noise precision is 1, the
    /// prior means are 0 and the precisions are the regularization.
    public var infersHyperparameters: Bool

    /// The precision of the bias' prior, whose mean is 0.
    public var biasRegularization: Double

    /// The precisions of the weights' priors, one a group.
    ///
    /// Where they are inferred these are used only until the first draw.
    public var weightRegularization: [Double]

    /// The precisions of the factors' priors, one a group.
    ///
    /// Where they are inferred these are used only until the first draw.
    public var factorRegularization: [Double]

    /// The metrics to report for validation and test data beside the usual figures.
    ///
    /// They belong to the predictions that would be written after the iteration.
    public var metrics: [Metric] = []

    /// Alternating least squares: coordinate descent with a fixed regularization (Rendle, Gantner,
    /// Freudenthaler and Schmidt-Thieme 2011, "Fast context-aware recommendations with factorization
    /// machines").
    public static func alternatingLeastSquares(
      task: LearningTask, iterations: Int, regularization: PerTerm<Double> = PerTerm(all: 0),
      groupCount: Int = 1
    ) -> Options {
      Options(
        task: task, iterations: iterations, samples: false, infersHyperparameters: false,
        regularization: regularization, groupCount: groupCount)
    }

    /// Markov chain Monte Carlo: Gibbs sampling of all parameters and hyperparameters (Freudenthaler,
    /// Schmidt-Thieme and Rendle 2011, "Bayesian factorization machines").
    public static func markovChainMonteCarlo(
      task: LearningTask, iterations: Int, regularization: PerTerm<Double> = PerTerm(all: 0),
      groupCount: Int = 1
    ) -> Options {
      Options(
        task: task, iterations: iterations, samples: true, infersHyperparameters: true,
        regularization: regularization, groupCount: groupCount)
    }

    /// Sets the options, the same regularization for all groups.
    public init(
      task: LearningTask, iterations: Int, samples: Bool, infersHyperparameters: Bool,
      regularization: PerTerm<Double>, groupCount: Int
    ) {
      self.task = task
      self.iterations = iterations
      self.samples = samples
      self.infersHyperparameters = infersHyperparameters
      biasRegularization = regularization.bias
      weightRegularization = Array(repeating: regularization.weights, count: groupCount)
      factorRegularization = Array(repeating: regularization.factors, count: groupCount)
    }
  }
}
