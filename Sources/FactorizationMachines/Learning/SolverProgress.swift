// SPDX-License-Identifier: Apache-2.0

/// Where a solver stands after an iteration.
public struct SolverProgress: Sendable {
  /// The number of iterations done.
  public var iterationCount: Int

  /// The machine as of the last iteration.
  public var machine: FactorizationMachine

  /// The machine of the last iteration for which ``LearningDecision/keep`` was answered.
  public var keptMachine: FactorizationMachine?

  /// Describes where a solver stands.
  public init(
    iterationCount: Int = 0, machine: FactorizationMachine,
    keptMachine: FactorizationMachine? = nil
  ) {
    precondition(iterationCount >= 0)
    self.iterationCount = iterationCount
    self.machine = machine
    self.keptMachine = keptMachine
  }

  /// Copies a machine into ``keptMachine``.
  mutating func keep(_ machine: FactorizationMachine) throws(OutOfMemoryError) {
    if keptMachine == nil { keptMachine = try FactorizationMachine(shape: machine.shape) }
    keptMachine?.assign(from: machine)
  }
}

/// Everything that a solver needs to go on with the same bits as if it had never stopped.
///
/// A snapshot that a solver hands out while it runs refers to the solver's own memory, so that none of it
/// is copied: write it somewhere before the call ends, as the next iteration changes it.
public protocol SolverSnapshot: Sendable {
  /// What all solvers have: iterations done and machines.
  var progress: SolverProgress { get set }
}

/// A solver that can go on from a snapshot.
public protocol ResumableSolver: ~Copyable {
  associatedtype Snapshot: SolverSnapshot

  /// Continues after the iteration of a snapshot of the same learning, with the same bits as if that had
  /// gone on.
  ///
  /// - Throws: ``SnapshotMismatchError`` when the snapshot's sizes are not the solver's; then the solver is
  ///   as before.
  mutating func restore(_ snapshot: Snapshot) throws(SnapshotMismatchError)

  /// Keeps the present result, as after ``LearningDecision/keep``.
  ///
  /// - Throws: ``OutOfMemoryError``.
  mutating func keep() throws(OutOfMemoryError)
}

/// A snapshot does not belong to the solver that was to go on from it.
public struct SnapshotMismatchError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What differs, in a sentence.
  public var description: String

  /// Checks the size of a part of a snapshot.
  static func check(_ part: String, _ count: Int?, expected: Int?) throws(SnapshotMismatchError) {
    guard count != expected else { return }
    func text(_ count: Int?) -> String { count.map { "\($0)" } ?? "none" }
    throw SnapshotMismatchError(
      description: "the snapshot's number of \(part) is \(text(count)), the solver's "
        + text(expected))
  }

  /// Checks that machines have the solver's shape.
  static func check(
    _ progress: SolverProgress, shape: FactorizationMachine.Shape
  ) throws(SnapshotMismatchError) {
    for machine in [progress.machine, progress.keptMachine].compactMap(\.self)
    where machine.shape != shape {
      throw SnapshotMismatchError(
        description: "the snapshot is of \(machine.shape), the solver learns \(shape)")
    }
  }
}
