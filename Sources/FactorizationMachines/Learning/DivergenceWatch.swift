// SPDX-License-Identifier: Apache-2.0

/// Sees from the reports of a solver when learning diverges, and says so once.
///
/// The regression figures cannot tell: predictions are cut to the range of the targets, NaN included. So
/// the scores of the training cases before the cut are looked at, which contain every parameter that was
/// learned. An iteration diverges
/// - when a score is NaN or infinite;
/// - in regression when the training error exceeds that of always predicting the middle of the range of
///   targets, and the greatest score exceeds ten times the greatest target in magnitude, or twice that
///   while the error has not fallen since the iteration before; single draws of a sampler scatter, and
///   have to exceed a thousand times the greatest target;
/// - in classification when the greatest score exceeds 1000 and ten times that of the first iteration.
public struct DivergenceWatch: Sendable {
  private let task: LearningTask
  private let train: Dataset
  private let suspect: DivergenceWarning.Suspect

  /// What has been seen so far.
  public private(set) var history: History

  /// What a watch remembers of the iterations that it has seen.
  public struct History: Sendable, Hashable {
    /// Whether a warning has been given.
    public var hasWarned = false

    /// The greatest score of the first iteration; nil before it.
    public var firstGreatestScore: Double?

    /// The training error of the last iteration; nil before the first.
    public var lastFigure: Double?

    /// The history before the first iteration.
    public init() {}
  }

  /// Prepares watching one run of a solver.
  ///
  /// - Parameters:
  ///   - task: what is learned.
  ///   - train: the cases that are learned from.
  ///   - suspect: what to name as the likely cause beside large feature values.
  ///   - history: what has been seen of the run before.
  public init(
    task: LearningTask, train: Dataset, suspect: DivergenceWarning.Suspect,
    history: History = History()
  ) {
    self.task = task
    self.train = train
    self.suspect = suspect
    self.history = history
  }

  /// Looks at the next iteration.
  ///
  /// - Parameters:
  ///   - train: the evaluation on the training data; without ``Evaluation/greatestScore`` nothing is seen.
  ///   - iteration: the iteration, counted from 0.
  /// - Returns: a warning at the first iteration that diverges; nil otherwise and ever after.
  public mutating func warning(
    for train: Evaluation, iteration: Int
  ) -> DivergenceWarning? {
    guard !history.hasWarned, let greatestScore = train.greatestScore else { return nil }
    defer {
      history.firstGreatestScore = history.firstGreatestScore ?? greatestScore
      history.lastFigure = train.figure
    }
    guard !greatestScore.isFinite || explodes(greatestScore, train.figure) else { return nil }
    history.hasWarned = true
    return DivergenceWarning(
      iteration: iteration, greatestScore: greatestScore, suspect: suspect,
      largestValue: self.train.matrix.largestValue,
      badTarget: badTarget,
      largestCaseWeight: largestCaseWeight)
  }

  private var badTarget: Int? {
    withExtendedLifetime(train.targets) {
      train.targets.elements.prefix(train.caseCount).firstIndex { !$0.isFinite }
    }
  }

  /// The greatest weight of a case, where it makes steps longer.
  private var largestCaseWeight: Double? {
    guard case .learningRates = suspect, let weights = train.caseWeights else { return nil }
    return withExtendedLifetime(weights) {
      weights.elements.prefix(train.caseCount).max().flatMap { $0 > 1 ? $0 : nil }
    }
  }

  /// How many times the greatest target a score may reach.
  private func toleratedMultiple(for figure: Double) -> Double {
    if case .initialDeviation = suspect { return 1_000 }
    let hasFallen = history.lastFigure.map { figure < $0 } ?? true
    return hasFallen ? 10 : 2
  }

  private func explodes(_ greatestScore: Double, _ figure: Double) -> Bool {
    switch task {
    case .regression:
      let (lower, upper) = (Double(train.targetRange.lower), Double(train.targetRange.upper))
      let greatestTarget = max(abs(lower), abs(upper))
      return figure > (upper - lower) / 2
        && greatestScore > toleratedMultiple(for: figure) * greatestTarget
    case .classification:
      guard let firstGreatestScore = history.firstGreatestScore else { return false }
      return greatestScore > max(1_000, 10 * firstGreatestScore)
    }
  }
}
