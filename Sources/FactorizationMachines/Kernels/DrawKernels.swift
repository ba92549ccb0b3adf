// SPDX-License-Identifier: Apache-2.0

/// What the scores of draws become, and the average of that.
struct DrawLink: Sendable {
  let task: LearningTask
  let clip: TargetClip

  /// The average over draws whose predictions add up to `sum`.
  @inline(__always)
  func average(_ sum: Double, over drawCount: Int) -> Double {
    samplerPrediction(of: sum / Double(drawCount), task: task, clip: clip)
  }
}

/// Adds the predictions of a draw to the sums of `cases`: scores cut to the range of the training targets
/// in regression, probabilities, which take the scores' place, in classification.
///
/// `kept`, if given, receives them as well, those of the first case first.
func addPredictions(
  of cases: Range<Int>, _ link: DrawLink, scores: UnsafeMutablePointer<Double>,
  to sums: UnsafeMutablePointer<Double>, keeping kept: UnsafeMutablePointer<Double>?
) {
  let clip = link.clip
  switch link.task {
  case .regression:
    for row in cases {
      let prediction = clip(scores[row])
      sums[row] += prediction
      if let kept { kept[row &- cases.lowerBound] = prediction }
    }
  case .classification:
    for row in cases {
      let prediction = libFMNormalCDF(scores[row])
      scores[row] = prediction
      sums[row] += prediction
      if let kept { kept[row &- cases.lowerBound] = prediction }
    }
  }
}

/// The means and the sums of squared deviations from them, brought up to date value by value (Welford
/// 1962, "Note on a method for calculating corrected sums of squares and products").
struct RunningMoments: Sendable {
  /// Σ (x − mean)², one a case; at last the standard deviations.
  let squares: AlignedBuffer<Double>

  private let means: AlignedBuffer<Double>

  /// - Throws: ``OutOfMemoryError``.
  init(count: Int) throws(OutOfMemoryError) {
    squares = try AlignedBuffer(count: count)
    means = try AlignedBuffer(count: count)
  }

  /// Adds the next value of each of the `cases`, which makes it `count` values for each.
  func add(_ values: UnsafePointer<Double>, _ cases: Range<Int>, count: Int) {
    let (squares, means) = (squares.base, means.base)
    let share = 1 / Double(count)
    for row in cases {
      let difference = values[row] - means[row]
      means[row] += difference * share
      squares[row] += difference * (values[row] - means[row])
    }
  }

  /// Puts √(Σ (x − mean)² / (count − 1) + variance) in the place of the sums of squares.
  func turnIntoDeviations(_ cases: Range<Int>, count: Int, addingVariance variance: Double) {
    let squares = squares.base
    for row in cases {
      squares[row] = (squares[row] / Double(count - 1) + variance).squareRoot()
    }
  }
}
