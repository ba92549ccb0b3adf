// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// The predictions for test cases: of the last draw, and summed over all draws and over those after the
/// first five.
final class TestAverages {
  let dataset: Dataset

  /// The scores of the last draw, and in classification after ``add(_:iteration:)`` its probabilities.
  let last: AlignedBuffer<Double>

  /// Whether a score was NaN.
  private(set) var sawNaN = false

  private let sums: AlignedBuffer<Double>
  private let laterSums: AlignedBuffer<Double>
  private let task: LearningTask
  private let clip: TargetClip

  init(_ dataset: Dataset, task: LearningTask, clip: TargetClip) throws(OutOfMemoryError) {
    self.dataset = dataset
    self.task = task
    self.clip = clip
    last = try AlignedBuffer(count: dataset.caseCount)
    sums = try AlignedBuffer(count: dataset.caseCount)
    laterSums = try AlignedBuffer(count: dataset.caseCount)
  }

  /// The predictions so far, in the memory of this object.
  var predictionSums: GibbsSampler.PredictionSums {
    GibbsSampler.PredictionSums(last: last, allDraws: sums, laterDraws: laterSums)
  }

  /// Takes over predictions for as many cases.
  func restore(_ other: GibbsSampler.PredictionSums) {
    let count = dataset.caseCount
    last.base.update(from: other.last.base, count: count)
    sums.base.update(from: other.allDraws.base, count: count)
    laterSums.base.update(from: other.laterDraws.base, count: count)
  }

  /// Adds the scores of `rows` in ``last`` to the sums; different rows may be added in parallel.
  func add(_ rows: Range<Int>, iteration: Int) {
    let (last, sums, laterSums) = (last.base, sums.base, laterSums.base)
    for row in rows {
      let prediction: Double
      switch task {
      case .regression: prediction = clip(last[row])
      case .classification:
        prediction = libFMNormalCDF(last[row])
        last[row] = prediction
      }
      sums[row] += prediction
      if iteration >= 5 { laterSums[row] += prediction }
    }
  }

  /// Evaluates the last draw and both averages, rows in order.
  func evaluate(iteration: Int) -> GibbsSampler.TestEvaluations {
    // The divisor of the draws after the first five wraps around before there are any, as in libFM.
    let laterCount = UInt32(truncatingIfNeeded: iteration) &- 4
    let factors = (1.0, 1 / Double(iteration + 1), 1 / Double(laterCount))
    return switch task {
    case .regression: regressionEvaluations(factors)
    case .classification:
      GibbsSampler.TestEvaluations(
        lastDraw: classification(of: last.base, times: factors.0),
        allDraws: classification(of: sums.base, times: factors.1),
        laterDraws: classification(of: laterSums.base, times: factors.2))
    }
  }

  /// What is written for the test cases: the average over `drawCount` draws, or with nil the last draw;
  /// cut to the target range in regression and to 0...1 in classification.
  func predictions(averagedOver drawCount: Int?) throws(OutOfMemoryError) -> AlignedBuffer<Double> {
    let predictions = try AlignedBuffer<Double>(count: dataset.caseCount)
    for row in 0..<dataset.caseCount {
      let prediction = drawCount.map { sums.base[row] / Double($0) } ?? last.base[row]
      predictions.base[row] = samplerPrediction(of: prediction, task: task, clip: clip)
    }
    return predictions
  }

  private func regressionEvaluations(
    _ factors: (Double, Double, Double)
  )
    -> GibbsSampler.TestEvaluations
  {
    var squares = (0.0, 0.0, 0.0)
    var absolutes = (0.0, 0.0, 0.0)
    let (last, sums, laterSums) = (last.base, sums.base, laterSums.base)
    let targets = dataset.targets.base
    let clip = clip
    var sawNaN = false
    for row in 0..<dataset.caseCount {
      let target = Double(targets[row])
      if last[row].isNaN { sawNaN = true }
      let error = clip(last[row] * factors.0) - target
      squares.0 += error * error
      absolutes.0 += abs(error)
      let averageError = clip(sums[row] * factors.1) - target
      squares.1 += averageError * averageError
      absolutes.1 += abs(averageError)
      let laterError = clip(laterSums[row] * factors.2) - target
      squares.2 += laterError * laterError
      absolutes.2 += abs(laterError)
    }
    self.sawNaN = sawNaN
    let count = dataset.caseCount
    func evaluation(_ squares: Double, _ absolutes: Double) -> Evaluation {
      Evaluation(
        figure: average(squares, over: count).squareRoot(),
        meanAbsoluteError: average(absolutes, over: count))
    }
    return GibbsSampler.TestEvaluations(
      lastDraw: evaluation(squares.0, absolutes.0), allDraws: evaluation(squares.1, absolutes.1),
      laterDraws: evaluation(squares.2, absolutes.2))
  }

  private func classification(
    of predictions: UnsafePointer<Double>, times factor: Double
  )
    -> Evaluation
  {
    var rightCount = 0
    var logLoss = 0.0
    for row in 0..<dataset.caseCount {
      let p = predictions[row] * factor
      let positive = dataset.targets.base[row] > 0
      if positive ? p >= 0.5 : p < 0.5 { rightCount += 1 }
      var cut = p > 0.99 ? 0.99 : p
      cut = cut < 0.01 ? 0.01 : cut
      logLoss -= log10(positive ? cut : 1 - cut)
    }
    let loss = average(logLoss, over: dataset.caseCount)
    return Evaluation(
      figure: average(Double(rightCount), over: dataset.caseCount),
      // The sign that x86-64 gives to a NaN that comes out of arithmetic.
      logLoss: loss.isNaN ? -Double.nan : loss)
  }
}
