// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

extension FactorizationMachine {
  /// The scores of all rows of a matrix, in the order of additions that SGD uses.
  ///
  /// - Parameters:
  ///   - matrix: the rows; all ids must be below the number of features.
  ///   - pool: the workers; the result does not depend on their number.
  /// - Returns: one score a row.
  /// - Throws: ``OutOfMemoryError``.
  public func scores(
    of matrix: SparseMatrix, pool: WorkerPool
  ) throws(OutOfMemoryError)
    -> AlignedBuffer<Double>
  {
    precondition(matrix.columnCount <= shape.featureCount)
    let scores = try AlignedBuffer<Double>(count: matrix.rowCount)
    let rows = SparseRows(matrix)
    withParameterPointers { parameters in
      pool.forEachRange(of: matrix.rowCount, grain: 4_096) { range in
        writeScores(
          of: range, in: rows, bias: bias, parameters: parameters,
          to: scores.base + range.lowerBound)
      }
    }
    return scores
  }

  /// The predictions for all rows of a matrix.
  ///
  /// - Parameters:
  ///   - matrix: the rows; all ids must be below the number of features.
  ///   - task: regression predicts the score, cut to `targetRange` when there is one; classification
  ///     the probability of the positive class, 1 / (1 + exp(−score)).
  ///   - targetRange: the range of the training targets.
  ///   - pool: the workers; the result does not depend on their number.
  /// - Returns: one prediction a row.
  /// - Throws: ``OutOfMemoryError``.
  public func predictions(
    for matrix: SparseMatrix, task: LearningTask, targetRange: TargetRange?, pool: WorkerPool
  ) throws(OutOfMemoryError) -> AlignedBuffer<Double> {
    let predictions = try scores(of: matrix, pool: pool)
    let clip = targetRange.map(TargetClip.init)
    pool.forEachRange(of: matrix.rowCount, grain: 4_096) { range in
      turnIntoPredictions(
        predictions.base + range.lowerBound, count: range.count, task: task, clip: clip)
    }
    return predictions
  }

  /// Calls `body` with the parameters for reading.
  func withParameterPointers<Result, Failure: Error>(
    _ body: (ParameterPointers) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try withParameters { weights, factors throws(Failure) in
      try body(
        ParameterPointers(
          shape: shape, weights: UnsafeMutablePointer(mutating: weights),
          factors: UnsafeMutablePointer(mutating: factors)))
    }
  }
}

/// Turns scores into predictions: regression cuts them to the range if there is one, classification
/// turns them into probabilities of the positive class.
func turnIntoPredictions(
  _ scores: UnsafeMutablePointer<Double>, count: Int, task: LearningTask, clip: TargetClip?
) {
  switch task {
  case .regression:
    guard let clip else { return }
    for row in 0..<count { scores[row] = clip(scores[row]) }
  case .classification:
    for row in 0..<count { scores[row] = 1 / (1 + exp(-scores[row])) }
  }
}
