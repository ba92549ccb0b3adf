// SPDX-License-Identifier: Apache-2.0

/// What is to be learned from the targets.
public enum LearningTask: Sendable, Hashable {
  /// Real targets, squared error.
  case regression

  /// Two classes, targets −1 and +1.
  case classification
}

/// How well predictions meet the targets of a data set.
public struct Evaluation: Sendable, Hashable {
  /// The root mean squared error in regression, the share of right classes in classification; NaN for
  /// a data set without cases.
  public var figure: Double

  /// The greatest magnitude of a score before it is cut to any range; nil when it is not measured.
  ///
  /// NaN when a score is, otherwise infinite when a score is.
  public var greatestScore: Double?

  /// The metrics that were asked for.
  public var metrics: [Metric: Double] = [:]

  /// The mean absolute error; regression only.
  public var meanAbsoluteError: Double?

  /// The mean of −log₁₀ p of the true class, probabilities cut to 0.01…0.99; classification by ALS and
  /// MCMC only.
  public var logLoss: Double?

  /// Joins the figures of an evaluation.
  public init(figure: Double, meanAbsoluteError: Double? = nil, logLoss: Double? = nil) {
    self.figure = figure
    self.meanAbsoluteError = meanAbsoluteError
    self.logLoss = logLoss
  }
}

/// What a solver tells after each iteration.
public struct IterationReport: Sendable, Hashable {
  /// The iteration, counted from 0.
  public var iteration: Int

  /// The evaluation on the training data.
  public var train: Evaluation

  /// The evaluation on the validation data; nil when none are given.
  public var validation: Evaluation?

  /// The evaluation on the test data; nil when none are given.
  public var test: Evaluation?

  /// The time that learning took.
  public var learningTime: ElapsedTime

  /// The time that the last of the evaluations took.
  public var evaluationTime: ElapsedTime
}

/// What a solver shall do after an iteration.
public enum LearningDecision: Sendable, Hashable {
  /// Go on with the next iteration.
  case proceed

  /// Keep a copy of this iteration's result beside the present one, in place of any kept before, and go
  /// on.
  case keep

  /// Stop as if this had been the last iteration.
  case stop
}
