// SPDX-License-Identifier: Apache-2.0

/// A name that stands for no metric of a task.
public struct MetricNameError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What is wrong with a name.
  public enum Reason: Sendable, Hashable {
    /// No metric has this name.
    case unknown

    /// The metric is not defined for the task.
    case otherTask

    /// The name was given before.
    case repeated
  }

  /// The name as given.
  public var name: String

  /// The task that a metric was wanted for.
  public var task: LearningTask

  /// What is wrong with the name.
  public var reason: Reason

  /// What happened and which names would do, in a sentence.
  public var description: String {
    let choices = Metric.allCases.filter { $0.task == task }.map(\.rawValue)
      .joined(separator: ", ")
    return switch reason {
    case .unknown: "'\(name)' is not a metric; for \(task) choose from \(choices)"
    case .otherTask: "the metric '\(name)' is not defined for \(task); choose from \(choices)"
    case .repeated: "the metric '\(name)' is given twice"
    }
  }
}
