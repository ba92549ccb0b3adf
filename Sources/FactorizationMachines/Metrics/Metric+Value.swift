// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

extension Metric {
  /// The figure for predictions of cases; see ``value(of:targets:)``.
  package func value(
    of predictions: AlignedBuffer<Double>, targets: AlignedBuffer<Float>
  ) -> Double {
    withExtendedLifetime((predictions, targets)) {
      value(of: predictions.elements, targets: targets.elements)
    }
  }

  /// The figure for predictions of cases.
  ///
  /// - Parameters:
  ///   - predictions: one a case: in regression the score cut to the range of the training targets, in
  ///     classification the probability of the positive class.
  ///   - targets: one a case, more are ignored; in classification positive or not.
  /// - Returns: the figure; NaN without cases, and when a prediction is NaN (but for accuracy, where it
  ///   counts as wrong), and for the area under the curve when a class has no cases.
  public func value(
    of predictions: UnsafeBufferPointer<Double>, targets: UnsafeBufferPointer<Float>
  ) -> Double {
    precondition(targets.count >= predictions.count)
    let count = predictions.count
    switch self {
    case .rootMeanSquaredError:
      var squares = 0.0
      for row in 0..<count {
        let error = predictions[row] - Double(targets[row])
        squares += error * error
      }
      return average(squares, over: count).squareRoot()
    case .meanAbsoluteError:
      var absolutes = 0.0
      for row in 0..<count { absolutes += abs(predictions[row] - Double(targets[row])) }
      return average(absolutes, over: count)
    case .logLoss:
      var losses = 0.0
      for row in 0..<count {
        losses -= log(cut(targets[row] > 0 ? predictions[row] : 1 - predictions[row]))
      }
      return average(losses, over: count)
    case .areaUnderCurve:
      return shareOfOrderedPairs(predictions, targets)
    case .accuracy:
      var right = 0
      for row in 0..<count {
        let prediction = predictions[row]
        if targets[row] > 0 ? prediction >= 0.5 : prediction < 0.5 { right += 1 }
      }
      return average(Double(right), over: count)
    }
  }
}

/// A probability within [ε, 1 − ε]; NaN stays NaN.
private func cut(_ probability: Double) -> Double {
  let least = Double.ulpOfOne
  if probability < least { return least }
  return probability > 1 - least ? 1 - least : probability
}

/// The share of pairs of a positive and a negative case in which the positive one has the greater
/// prediction, by one pass over both classes' sorted predictions.
private func shareOfOrderedPairs(
  _ predictions: UnsafeBufferPointer<Double>, _ targets: UnsafeBufferPointer<Float>
) -> Double {
  var positives: [Double] = []
  var negatives: [Double] = []
  for row in predictions.indices {
    if predictions[row].isNaN { return .nan }
    if targets[row] > 0 {
      positives.append(predictions[row])
    } else {
      negatives.append(predictions[row])
    }
  }
  guard !positives.isEmpty, !negatives.isEmpty else { return .nan }
  positives.sort()
  negatives.sort()
  // Twice the number of pairs in order, ties counting once: an exact integer.
  var orderedPairs = 0
  var below = 0
  var notAbove = 0
  for positive in positives {
    while below < negatives.count, negatives[below] < positive { below += 1 }
    while notAbove < negatives.count, negatives[notAbove] <= positive { notAbove += 1 }
    orderedPairs += below + notAbove
  }
  return Double(orderedPairs) / (2 * Double(positives.count) * Double(negatives.count))
}
