// SPDX-License-Identifier: Apache-2.0

package import FactorizationMachines

/// What whoever watches a run has seen of it.
package struct LearningCourse: Sendable, Equatable {
  /// What an iteration shows of itself.
  package struct Iteration: Sendable, Equatable {
    package var number: Int
    package var train: Evaluation
    package var validation: Evaluation?
    package var test: Evaluation?

    /// What was descended, penalties included, on the training and on the validation cases; with a dense
    /// head only, of which there are no checkpoints.
    package var loss: Double?
    package var validationLoss: Double?

    package init(
      number: Int, train: Evaluation, validation: Evaluation? = nil, test: Evaluation? = nil
    ) {
      self.number = number
      self.train = train
      self.validation = validation
      self.test = test
    }
  }

  /// The iteration whose result is used: the best on the validation data, if these are watched.
  package var best: Iteration?

  /// Whether the result to use is one that was kept, and not that of the last iteration.
  package var usesKept = false

  /// The best validation figure; nil when it is not watched.
  package var stopping: EarlyStopping?

  /// Whether learning has ended before its last iteration, as it did not get better.
  package var hasStopped = false

  /// What tells divergence.
  package var divergence = DivergenceWatch.History()

  /// Whether a warning has been given; there is one at most.
  package var hasWarned = false

  /// The draws in a posterior file up to here; nil when none are saved.
  package var draws: SavedDraws?

  /// What tells the draws of a run from others.
  package struct SavedDraws: Sendable, Equatable {
    /// The posterior file as the user named it, which may not be there yet.
    package var path: String

    /// The number of draws.
    package var count: Int

    /// The length of the file up to the last of them.
    package var byteCount: Int

    /// The number that tells what the file has up to there, see ``ContainerPlace/fingerprint``.
    package var fingerprint: UInt64
  }

  package init() {}
}

// MARK: In files

extension LearningCourse {
  private static let tag = FourLetters("cour")

  /// Writes the section of a course.
  ///
  /// - Throws: ``FormatError`` when the file cannot be written.
  func write(to writer: ContainerWriter) throws(FormatError) {
    var fields = ContainerFields()
    fields.append(optional: best) { fields, best in
      fields.append(UInt64(best.number))
      fields.append(best.train)
      fields.append(optional: best.validation) { $0.append($1) }
      fields.append(optional: best.test) { $0.append($1) }
    }
    fields.append(usesKept)
    fields.append(optional: stopping) { fields, stopping in
      fields.append(UInt64(stopping.patience))
      fields.append(stopping.prefersSmaller)
      fields.append(UInt64(stopping.iterationCount))
      fields.append(optional: stopping.best) { fields, best in
        fields.append(UInt64(best.iteration))
        fields.append(best.figure)
      }
    }
    fields.append(hasStopped)
    fields.append(divergence.hasWarned)
    fields.append(optional: divergence.firstGreatestScore) { $0.append($1) }
    fields.append(optional: divergence.lastFigure) { $0.append($1) }
    fields.append(hasWarned)
    fields.append(optional: draws) { fields, draws in
      fields.append(draws.path)
      fields.append(UInt64(draws.count))
      fields.append(UInt64(draws.byteCount))
      fields.append(draws.fingerprint)
    }
    try writer.write(Self.tag, fields)
  }

  /// Reads the section of a course; nil when there is none.
  ///
  /// - Throws: ``FormatError`` when it is damaged or holds something else.
  init?(from reader: ContainerReader) throws(FormatError) {
    guard var fields = try reader.sectionIfPresent(Self.tag) else { return nil }
    best = try fields.flag() ? try fields.courseIteration() : nil
    usesKept = try fields.flag()
    stopping = try fields.flag() ? try fields.stopping() : nil
    hasStopped = try fields.flag()
    divergence.hasWarned = try fields.flag()
    divergence.firstGreatestScore = try fields.optionalDouble()
    divergence.lastFigure = try fields.optionalDouble()
    hasWarned = try fields.flag()
    draws = try fields.flag() ? try fields.draws() : nil
    try fields.finish()
  }
}

extension ContainerFields {
  /// Appends whether there is a value, and the value.
  fileprivate mutating func append<Value>(
    optional value: Value?, _ append: (inout ContainerFields, Value) -> Void
  ) {
    self.append(value != nil)
    if let value { append(&self, value) }
  }

  fileprivate mutating func append(_ evaluation: Evaluation) {
    append(evaluation.figure)
    append(optional: evaluation.greatestScore) { $0.append($1) }
    append(optional: evaluation.meanAbsoluteError) { $0.append($1) }
    append(optional: evaluation.logLoss) { $0.append($1) }
    append(UInt64(evaluation.metrics.count))
    for (metric, value) in evaluation.metrics.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      append(metric.rawValue)
      append(value)
    }
  }
}

extension SectionReader {
  fileprivate mutating func optionalDouble() throws(FormatError) -> Double? {
    try flag() ? try double() : nil
  }

  fileprivate mutating func draws() throws(FormatError) -> LearningCourse.SavedDraws {
    LearningCourse.SavedDraws(
      path: try text(), count: try count(), byteCount: try count(), fingerprint: try integer())
  }

  fileprivate mutating func courseIteration() throws(FormatError) -> LearningCourse.Iteration {
    LearningCourse.Iteration(
      number: try count(), train: try evaluation(),
      validation: try flag() ? try evaluation() : nil, test: try flag() ? try evaluation() : nil)
  }

  fileprivate mutating func evaluation() throws(FormatError) -> Evaluation {
    var evaluation = Evaluation(figure: try double())
    evaluation.greatestScore = try optionalDouble()
    evaluation.meanAbsoluteError = try optionalDouble()
    evaluation.logLoss = try optionalDouble()
    for _ in 0..<(try count(ofSize: 16)) {
      let name = try text()
      guard let metric = Metric(rawValue: name) else { throw misfit("a metric '\(name)'") }
      evaluation.metrics[metric] = try double()
    }
    return evaluation
  }

  fileprivate mutating func stopping() throws(FormatError) -> EarlyStopping {
    let patience = try count()
    let prefersSmaller = try flag()
    let iterationCount = try count()
    let best =
      try flag() ? EarlyStopping.Best(iteration: try count(), figure: try double()) : nil
    guard patience >= 1, best?.iteration ?? -1 < iterationCount else {
      throw misfit("a patience of \(patience) and a best iteration after the last")
    }
    return EarlyStopping(
      patience: patience, prefersSmaller: prefersSmaller, best: best,
      iterationCount: iterationCount)
  }
}
