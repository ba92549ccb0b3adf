// SPDX-License-Identifier: Apache-2.0

extension GibbsSampler {
  /// The evaluations on the test data after an iteration.
  ///
  /// Regression gives RMSE and MAE of predictions cut to the range of the training targets,
  /// classification the share of right classes and the log loss.
  public struct TestEvaluations: Sendable, Hashable {
    /// The parameters of this iteration alone.
    public var lastDraw: Evaluation

    /// The average of the predictions of all iterations so far.
    public var allDraws: Evaluation

    /// The average of the predictions of all iterations after the first five.
    ///
    /// Meaningless before there are any: it evaluates predictions of 0 at first, and of NaN in the fifth
    /// iteration.
    public var laterDraws: Evaluation
  }

  /// What the sampler tells after each iteration.
  public struct Report: Sendable {
    /// The iteration, counted from 0.
    public var iteration: Int

    /// The evaluation of the parameters of this iteration on the training data, without the mean absolute
    /// error.
    public var train: Evaluation

    /// The evaluation on the validation data, of the average over all draws in sampling and of this
    /// iteration otherwise; nil when none are given.
    public var validation: Evaluation?

    /// The evaluations on the test data; nil when none are given.
    public var test: TestEvaluations?

    /// The noise precision and the priors that this iteration used.
    public var hyperparameters: Hyperparameters

    /// The values that were refused in this iteration.
    public var guards: GuardCounts

    /// Whether a score of this iteration is NaN.
    ///
    /// In regression it counts as the greatest training target, so the evaluations do not show it.
    public var hasNaNScores: Bool

    /// The parameters of this iteration.
    public var machine: FactorizationMachine

    /// The time that the iteration took.
    public var learningTime: ElapsedTime
  }
}
