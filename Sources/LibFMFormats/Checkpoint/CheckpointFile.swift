// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines

/// A file from which a solver goes on with the same bits as if it had never stopped.
///
///     try solver.run { … } checkpoint: { snapshot in
///       if snapshot.progress.iterationCount.isMultiple(of: 10) {
///         try CheckpointFile.write(snapshot, to: "run.checkpoint")
///       }
///     }
///     // Later, with a solver made from the same data and options:
///     try solver.restore(CheckpointFile("run.checkpoint").snapshot())
///
/// It is a container (see ``ContainerFormat``) of the kind "ckpt": `prog`, the solver and where it stands;
/// `mach` and `kept`, the parameters; sections of each solver; `cond`, what must be the same; `cour`, what
/// was seen of the run; `rlog`, the lines of its log.
public struct CheckpointFile: Sendable {
  /// Something that must be the same when learning goes on, as the flag `-dim` and its value.
  public struct Condition: Sendable, Hashable {
    /// What it is, unique among the conditions.
    public var name: String

    /// Its value, as shown when it differs.
    public var value: String

    /// Makes a condition.
    public init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  /// The file as the user named it.
  public let path: String

  /// The name of the solver.
  public let solverName: String

  /// The number of iterations done.
  public let iterationCount: Int

  /// What must be the same when learning goes on.
  public let conditions: [Condition]

  /// What was seen of the run; nil when nobody watched it.
  package let course: LearningCourse?

  static let kind = ContainerKind(FourLetters("ckpt"), version: 1, name: "a checkpoint")

  private let reader: ContainerReader
  private let shape: FactorizationMachine.Shape
  private let keepsMachine: Bool

  /// Opens a checkpoint; the snapshot itself is not read yet.
  ///
  /// - Throws: ``FormatError`` when the file cannot be read, is none or of a later version, has been cut off
  ///   or is damaged.
  public init(_ path: String) throws(FormatError) {
    self.path = path
    reader = try ContainerReader(path, kind: Self.kind)
    var fields = try reader.section(Tag.progress)
    solverName = try fields.text()
    iterationCount = try fields.count()
    let (usesBias, usesWeights) = (try fields.flag(), try fields.flag())
    let (factorCount, featureCount) = (try fields.count(), try fields.count())
    guard max(factorCount, featureCount) <= Int(Int32.max) else {
      throw fields.misfit("\(featureCount) features with \(factorCount) factors")
    }
    shape = FactorizationMachine.Shape(
      usesBias: usesBias, usesWeights: usesWeights, factorCount: factorCount,
      featureCount: featureCount)
    keepsMachine = try fields.flag()
    try fields.finish()
    conditions = try reader.conditions()
    course = try LearningCourse(from: reader)
  }

  /// Reads the state of the solver.
  ///
  /// - Throws: ``FormatError`` when the checkpoint is of another solver, is damaged or contradicts itself;
  ///   `OutOfMemoryError`.
  public func snapshot<Snapshot: CheckpointedSnapshot>(
    _: Snapshot.Type = Snapshot.self
  ) throws -> Snapshot {
    guard solverName == Snapshot.solverName else {
      throw FormatError(
        path: path, found: "a checkpoint of the solver '\(solverName)'",
        expected: "one of '\(Snapshot.solverName)'")
    }
    let progress = SolverProgress(
      iterationCount: iterationCount,
      machine: try reader.machine(Tag.machine, shape: shape),
      keptMachine: keepsMachine ? try reader.machine(Tag.keptMachine, shape: shape) : nil)
    return try Snapshot(from: CheckpointInput(reader: reader, progress: progress))
  }

  /// The lines of the log up to the checkpoint; nil when none was kept.
  ///
  /// - Throws: ``FormatError`` when they are damaged.
  package func logLines() throws(FormatError) -> [UInt8]? {
    guard var section = try reader.sectionIfPresent(Tag.log) else { return nil }
    return try section.withNumbers(count: section.remaining, as: UInt8.self) { Array($0) }
  }

  /// Compares conditions with those of the checkpoint, all of which are expected when `isComplete`.
  ///
  /// - Throws: ``FormatError`` that names all that differ.
  public func check(_ present: [Condition], isComplete: Bool = true) throws(FormatError) {
    let former = Dictionary(conditions.map { ($0.name, $0.value) }) { first, _ in first }
    let known = Set(present.map(\.name))
    let missing = isComplete ? conditions.filter { !known.contains($0.name) } : []
    let differences =
      present.filter { former[$0.name] != $0.value }.map {
        "\($0.name) was \(former[$0.name] ?? Self.notGiven) and is \($0.value)"
      } + missing.map { "\($0.name) was \($0.value) and is \(Self.notGiven)" }
    guard differences.isEmpty else {
      throw FormatError(
        path: path,
        found: "the checkpoint is of another run: " + differences.joined(separator: ", "),
        advice: "repeat the flags and files of that run, or begin anew without the checkpoint")
    }
  }

  /// What messages show for a condition that there is not.
  package static let notGiven = "not given"

  /// Writes a checkpoint, which appears when all of it is on the disk: a file of that name stays whole
  /// whenever the process or the machine is stopped.
  ///
  /// - Parameters:
  ///   - snapshot: the state of a solver.
  ///   - path: the file.
  ///   - conditions: what must be the same when learning goes on.
  /// - Throws: ``FormatError`` when the file cannot be written; a former one is then as it was.
  public static func write(
    _ snapshot: some CheckpointedSnapshot, to path: String, conditions: [Condition] = []
  ) throws(FormatError) {
    try write(snapshot, to: path, conditions: conditions, course: nil, logLines: nil)
  }

  /// Writes a checkpoint with what was seen of the run and the lines of its log.
  ///
  /// - Throws: ``FormatError`` as the public function.
  package static func write(
    _ snapshot: some CheckpointedSnapshot, to path: String, conditions: [Condition],
    course: LearningCourse?, logLines: [UInt8]?
  ) throws(FormatError) {
    let writer = try ContainerWriter(path, kind: Self.kind)
    try writer.write(Tag.progress, progressFields(snapshot))
    try writer.write(conditions)
    try course?.write(to: writer)
    try writer.write(snapshot.progress.machine, Tag.machine)
    if let machine = snapshot.progress.keptMachine { try writer.write(machine, Tag.keptMachine) }
    try snapshot.write(to: CheckpointOutput(writer: writer))
    if let logLines {
      try writer.write(Tag.log, byteCount: logLines.count) { body throws(FormatError) in
        try body.write(logLines)
      }
    }
    try writer.commit(durably: true)
  }

  private static func progressFields<Snapshot: CheckpointedSnapshot>(
    _ snapshot: Snapshot
  ) -> ContainerFields {
    let progress = snapshot.progress
    let shape = progress.machine.shape
    var fields = ContainerFields()
    fields.append(Snapshot.solverName)
    fields.append(UInt64(progress.iterationCount))
    fields.append(shape.usesBias)
    fields.append(shape.usesWeights)
    fields.append(UInt64(shape.factorCount))
    fields.append(UInt64(shape.featureCount))
    fields.append(progress.keptMachine != nil)
    return fields
  }
}

private enum Tag {
  static let progress = FourLetters("prog")
  static let machine = FourLetters("mach")
  static let keptMachine = FourLetters("kept")
  static let conditions = FourLetters("cond")
  static let log = FourLetters("rlog")
}

extension ContainerWriter {
  fileprivate func write(_ conditions: [CheckpointFile.Condition]) throws(FormatError) {
    var fields = ContainerFields()
    fields.append(UInt64(conditions.count))
    for condition in conditions {
      fields.append(condition.name)
      fields.append(condition.value)
    }
    try write(Tag.conditions, fields)
  }
}

extension ContainerReader {
  fileprivate func conditions() throws(FormatError) -> [CheckpointFile.Condition] {
    var fields = try section(Tag.conditions)
    var conditions: [CheckpointFile.Condition] = []
    for _ in 0..<(try fields.count(ofSize: 16)) {
      conditions.append(.init(name: try fields.text(), value: try fields.text()))
    }
    try fields.finish()
    return conditions
  }
}
