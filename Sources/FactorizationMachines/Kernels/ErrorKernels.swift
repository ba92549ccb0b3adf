// SPDX-License-Identifier: Apache-2.0

/// Sums over the training cases, each one chain of additions in the order of the cases.
struct ErrorSums {
  /// 1 + Σ e².
  var squares = 1.0

  /// Σ (e − w₀).
  var beyondBias = 0.0

  /// Σ of the squared errors of predictions, which are scores cut to the target range.
  var predictionSquares = 0.0
}

/// Turns scores into errors and adds up.
///
/// The errors of predictions are added up only when their range is given.
func subtractTargets<Target: BinaryFloatingPoint>(
  _ targets: UnsafePointer<Target>, from scores: CaseErrors, count: Int, bias: Double,
  clip: TargetClip?
) -> ErrorSums {
  var sums = ErrorSums()
  for row in 0..<count {
    let score = scores[row]
    let target = Double(targets[row])
    if let clip {
      let predictionError = clip(score) - target
      sums.predictionSquares += predictionError * predictionError
    }
    let error = score - target
    scores[row] = error
    sums.squares += error * error
    sums.beyondBias += error - bias
  }
  return sums
}
