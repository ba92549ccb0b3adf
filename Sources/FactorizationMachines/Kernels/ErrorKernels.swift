// SPDX-License-Identifier: Apache-2.0

/// Sums over the training cases with their weights c, each one chain of additions in the order of the
/// cases.
struct ErrorSums {
  /// 1 + Σ c e².
  var squares = 1.0

  /// Σ c (e − w₀).
  var beyondBias = 0.0

  /// Σ of the squared errors of predictions, which are scores cut to the target range, without weights.
  var predictionSquares = 0.0
}

/// Turns scores into errors and adds up.
///
/// The errors of predictions are added up only when their range is given.
func subtractTargets<Target: BinaryFloatingPoint>(
  _ targets: UnsafePointer<Target>, weights: UnsafePointer<Double>?, from scores: CaseErrors,
  count: Int, bias: Double, clip: TargetClip?
) -> ErrorSums {
  guard let weights else {
    return subtractTargets(targets, EqualWeights(), from: scores, count, bias, clip)
  }
  return subtractTargets(
    targets, StoredWeights(weights: weights), from: scores, count, bias, clip)
}

@inline(__always)
private func subtractTargets<Target: BinaryFloatingPoint, Weights: CaseWeights>(
  _ targets: UnsafePointer<Target>, _ weights: Weights, from scores: CaseErrors, _ count: Int,
  _ bias: Double, _ clip: TargetClip?
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
    sums.squares += weights.weighted(error * error, at: row)
    sums.beyondBias += weights.weighted(error - bias, at: row)
  }
  return sums
}
