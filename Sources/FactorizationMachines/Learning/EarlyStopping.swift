// SPDX-License-Identifier: Apache-2.0

/// Decides from one validation figure an iteration which iterate is the best so far and when to stop.
///
///     var stopping = EarlyStopping(patience: 5)
///     try solver.run { stopping.decide(on: $0.validation?.figure ?? .nan) }
///     let machine = solver.keptMachine ?? solver.machine
public struct EarlyStopping: Sendable, Hashable {
  /// The iteration with the best figure, and that figure.
  public struct Best: Sendable, Hashable {
    /// The iteration, counted from 0.
    public var iteration: Int

    /// Its figure; never NaN.
    public var figure: Double

    /// Describes an iteration.
    public init(iteration: Int, figure: Double) {
      self.iteration = iteration
      self.figure = figure
    }
  }

  /// The number of iterations without improvement after which to stop; at least 1.
  public let patience: Int

  /// Whether a smaller figure is the better one.
  public let prefersSmaller: Bool

  /// The best iteration so far, the first of equal ones; nil as long as all figures were NaN.
  public private(set) var best: Best?

  /// The number of figures taken.
  public private(set) var iterationCount: Int

  /// Starts without any figure, or goes on after some.
  ///
  /// - Parameters:
  ///   - patience: the number of iterations without improvement after which to stop; at least 1.
  ///   - prefersSmaller: whether a smaller figure is the better one.
  ///   - best: the best iteration so far.
  ///   - iterationCount: the number of figures taken so far, greater than that iteration.
  public init(
    patience: Int, prefersSmaller: Bool = true, best: Best? = nil, iterationCount: Int = 0
  ) {
    precondition(patience >= 1)
    precondition(best.map { (0..<iterationCount).contains($0.iteration) } ?? true)
    self.patience = patience
    self.prefersSmaller = prefersSmaller
    self.best = best
    self.iterationCount = iterationCount
  }

  /// Takes the next iteration's figure.
  ///
  /// - Parameter figure: the validation figure; NaN is never an improvement.
  /// - Returns: ``LearningDecision/keep`` for the best iteration so far, ``LearningDecision/stop`` after
  ///   ``patience`` iterations without a better one, and ``LearningDecision/proceed`` otherwise.
  public mutating func decide(on figure: Double) -> LearningDecision {
    defer { iterationCount += 1 }
    if improves(figure) {
      best = Best(iteration: iterationCount, figure: figure)
      return .keep
    }
    return iterationCount - (best?.iteration ?? -1) >= patience ? .stop : .proceed
  }

  private func improves(_ figure: Double) -> Bool {
    guard let best else { return !figure.isNaN }
    return prefersSmaller ? figure < best.figure : figure > best.figure
  }
}
