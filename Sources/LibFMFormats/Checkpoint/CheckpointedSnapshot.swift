// SPDX-License-Identifier: Apache-2.0

public import FactorizationMachines

/// A solver's snapshot that a checkpoint can hold.
public protocol CheckpointedSnapshot: SolverSnapshot {
  /// What checkpoints call the solver.
  static var solverName: String { get }

  /// Writes the sections beside those of ``SolverSnapshot/progress``.
  ///
  /// - Throws: ``FormatError`` when the file cannot be written.
  func write(to output: CheckpointOutput) throws(FormatError)

  /// Reads these sections.
  ///
  /// - Throws: ``FormatError`` when they are missing, damaged or contradict each other; `OutOfMemoryError`.
  init(from input: CheckpointInput) throws
}

/// Where a snapshot writes its sections.
public struct CheckpointOutput {
  package let writer: ContainerWriter
}

/// Where a snapshot finds its sections.
public struct CheckpointInput {
  package let reader: ContainerReader

  /// What has been read already.
  public let progress: SolverProgress
}

extension StochasticGradientDescent.Snapshot: CheckpointedSnapshot {
  /// What checkpoints call the solver.
  public static let solverName = "sgd"

  /// Writes the sections beside those of ``progress``.
  public func write(to output: CheckpointOutput) {}

  /// Reads these sections.
  public init(from input: CheckpointInput) {
    self.init(progress: input.progress)
  }
}

extension AdaptiveRegularization.Snapshot: CheckpointedSnapshot {
  /// What checkpoints call the solver.
  public static let solverName = "sgda"
  private static let penaltiesTag = FourLetters("pena")
  private static let gradientsTag = FourLetters("grad")

  /// Writes the sections beside those of ``progress``.
  public func write(to output: CheckpointOutput) throws(FormatError) {
    let shape = progress.machine.shape
    try output.writer.write(penalties, Self.penaltiesTag, shape: shape)
    try output.writer.write(gradients, Self.gradientsTag, shape: shape)
  }

  /// Reads these sections.
  public init(from input: CheckpointInput) throws {
    let shape = input.progress.machine.shape
    self.init(
      progress: input.progress,
      penalties: try input.reader.arrays(Self.penaltiesTag, shape: shape),
      gradients: try input.reader.arrays(Self.gradientsTag, shape: shape))
  }
}
