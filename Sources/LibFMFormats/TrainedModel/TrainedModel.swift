// SPDX-License-Identifier: Apache-2.0

public import FactorizationMachines

/// A machine together with what must be known to predict as its training run did.
///
/// In a file, "the full format", it is one of this project's binary files (a header, then sections that
/// each carry a checksum; all numbers little-endian) of the kind "modl", version 1, with the sections
///
///     desc   task, method, target range, shape, features of each block, seed, settings, number of groups
///     grps   the group of each feature (u32 each); absent when there is one group
///     bias   the global bias (f64); absent when the machine has none
///     wght   the linear weight of each feature (f64 each); absent when the machine has none
///     fact   the factors (f64 each), those of one feature after those of another; absent without factors
///     head   the dense head: activation, whether its averages have begun, then scales, shifts, means,
///            variances and kernel; absent when scores are plain sums
///
/// so that every parameter comes back with all its bits.
public struct TrainedModel: Sendable {
  /// How the machine was learned.
  public let training: TrainingDescription

  /// The parameters.
  public let machine: FactorizationMachine

  /// The last layer over the columns, which are the groups of the training; nil when scores are plain sums.
  public let head: DenseHead?

  /// Joins a machine and the description of its training.
  ///
  /// - Precondition: the shapes are equal, and a head has as many inputs as they ask for.
  public init(
    machine: FactorizationMachine, training: TrainingDescription, head: DenseHead? = nil
  ) {
    precondition(machine.shape == training.shape, "the description is that of another machine")
    precondition(head.map { $0.inputCount == training.headInputCount } ?? true)
    self.machine = machine
    self.training = training
    self.head = head
  }

  /// Reads a model in the full format; the file may be a pipe.
  ///
  /// - Throws: ``FormatError`` when the file cannot be read, is of another kind or of a later version, or
  ///   is damaged; `OutOfMemoryError`.
  public static func load(_ path: String) throws -> TrainedModel {
    let input = try InputBytes(path: path)
    guard ContainerFormat.isContainer(input) else {
      throw FormatError(
        path: path, found: "this is no model in the full format",
        expected: "a model saved with -model_format full",
        advice:
          "a text does not tell how to predict; FactorizationMachine.load reads its parameters")
    }
    return try TrainedModel(input, path: path)
  }

  /// Writes the model in the full format.
  ///
  /// - Parameter path: the file, which appears when all is written; see ``WholeFile``.
  /// - Throws: ``FormatError`` when the file cannot be written.
  public func write(to path: String) throws(FormatError) {
    let writer = try ContainerWriter(path, kind: Self.kind)
    try training.write(to: writer)
    try machine.write(to: writer)
    try head?.write(to: writer)
    try writer.commit()
  }

  /// Writes the model as text: with a head as `-save_model` does, without one as ``ModelFile``.
  ///
  /// - Parameters:
  ///   - path: the file, which appears when all is written; see ``WholeFile``.
  ///   - digits: the number of significant digits, from 1 to 17; 17 bring every number back exactly.
  ///   - pool: the workers to share the work; the bytes are the same for any number of them.
  /// - Throws: ``FormatError`` when the file cannot be written.
  public func writeText(
    to path: String, digits: Int = GeneralFormat.standardDigits,
    pool: WorkerPool = WorkerPool(workerCount: 1)
  ) throws(FormatError) {
    guard let head else {
      return try ModelFile.write(machine, to: path, digits: digits, pool: pool)
    }
    try DenseHeadText.write(self, head, to: path, digits: digits, pool: pool)
  }

  static let kind = ContainerKind(FourLetters("modl"), version: 1, name: "a model file")

  /// Reads a container that is open already.
  init(
    _ input: InputBytes, path: String, requirements: ModelRequirements = ModelRequirements()
  ) throws {
    let reader = try ContainerReader(input, path: path, kind: Self.kind)
    training = try TrainingDescription(from: reader)
    try requirements.check(training.shape, training: training, path: path)
    head = try DenseHead(from: reader, training: training)
    machine = try FactorizationMachine(from: reader, shape: training.shape)
  }
}

extension FactorizationMachine {
  /// Reads the parameters of a model that was saved as text or in the full format.
  ///
  /// - Throws: ``FormatError`` when the file cannot be read, is no model or is damaged;
  ///   `OutOfMemoryError`.
  public static func load(_ path: String) throws -> FactorizationMachine {
    try ModelFile.read(path)
  }
}
