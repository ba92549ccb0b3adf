// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// The evaluation of scores against targets, as one chain of additions in row order.
///
/// Regression cuts scores to the target range if that is known. Classification counts a case as right
/// when score and target have the same sign, 0 counting as positive.
struct EvaluationChain {
  private let task: LearningTask
  private let clip: TargetClip?
  private var squares = 0.0
  private var absolutes = 0.0
  private var rightCount = 0
  private var caseCount = 0
  private var greatestScore = ScoreMagnitude()

  init(task: LearningTask, clip: TargetClip?) {
    self.task = task
    self.clip = clip
  }

  /// Adds the next rows.
  mutating func add(
    scores: UnsafePointer<Double>, targets: UnsafePointer<Float>, count: Int
  ) {
    caseCount += count
    var greatestScore = greatestScore
    defer { self.greatestScore = greatestScore }
    switch task {
    case .regression:
      var (squares, absolutes) = (squares, absolutes)
      for row in 0..<count {
        let prediction = clip?(scores[row]) ?? scores[row]
        let error = prediction - Double(targets[row])
        squares += error * error
        absolutes += abs(error)
        greatestScore.include(scores[row])
      }
      (self.squares, self.absolutes) = (squares, absolutes)
    case .classification:
      var right = 0
      for row in 0..<count {
        let (score, target) = (scores[row], targets[row])
        if (score >= 0 && target >= 0) || (score < 0 && target < 0) { right &+= 1 }
        greatestScore.include(score)
      }
      rightCount += right
    }
  }

  /// The figures of all rows so far.
  var evaluation: Evaluation {
    var evaluation =
      switch task {
      case .regression:
        Evaluation(
          figure: average(squares, over: caseCount).squareRoot(),
          meanAbsoluteError: average(absolutes, over: caseCount))
      case .classification:
        Evaluation(figure: average(Double(rightCount), over: caseCount))
      }
    evaluation.greatestScore = greatestScore.value
    return evaluation
  }
}

/// `sum / count`, with the sign that x86-64 gives to the NaN of an empty average wherever this runs.
func average(_ sum: Double, over count: Int) -> Double {
  count == 0 ? -Double.nan : sum / Double(count)
}
