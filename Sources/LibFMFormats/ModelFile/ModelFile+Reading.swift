// SPDX-License-Identifier: Apache-2.0

public import FactorizationMachines

extension ModelFile {
  /// Reads a machine in either format; the file decides its shape.
  ///
  /// - Throws: ``FormatError`` when the file cannot be read or is no model; `OutOfMemoryError`.
  public static func read(_ path: String) throws -> FactorizationMachine {
    try load(path).machine
  }

  /// Reads a machine in either format that must have a given shape.
  ///
  /// - Throws: ``FormatError`` when the file cannot be read, is no model or has another shape; the
  ///   message names what differs. `OutOfMemoryError`.
  public static func read(
    _ path: String, shape: FactorizationMachine.Shape
  ) throws -> FactorizationMachine {
    try load(path, requirements: ModelRequirements(shape: shape)).machine
  }

  /// Reads a model in either format, which its first bytes tell; the file may be a pipe.
  ///
  /// - Throws: ``FormatError`` when the file cannot be read, is no model, is damaged, or does not meet the
  ///   requirements; the message names everything that differs. `OutOfMemoryError`.
  public static func load(
    _ path: String, requirements: ModelRequirements = ModelRequirements()
  ) throws -> Content {
    let input = try InputBytes(path: path)
    if ContainerFormat.isContainer(input) {
      let model = try TrainedModel(input, path: path, requirements: requirements)
      return Content(
        machine: model.machine, training: model.training, head: model.head, isFull: true)
    }
    return try withExtendedLifetime(input) {
      if DenseHeadText.begins(input.buffer) {
        return try DenseHeadText.read(input.buffer, path: path, requirements: requirements)
      }
      return Content(machine: try read(input.buffer, path: path, requirements: requirements))
    }
  }

  /// Reads a machine as the original does: by position alone, for a given shape.
  ///
  /// Labels are skipped, not compared. Of each number the beginning that is one counts, 0 without any.
  /// A line of factors is split at every blank, but a line without blanks counts as empty, so that a
  /// machine with one factor cannot be read. Further lines are ignored.
  ///
  /// The full format, which the original does not know, is read like ``read(_:shape:)``.
  ///
  /// - Returns: nil when the file is missing, too short, or has another number of factors in a line.
  /// - Throws: `OutOfMemoryError`; for the full format also ``FormatError``.
  public static func readByPosition(
    _ path: String, shape: FactorizationMachine.Shape
  ) throws -> FactorizationMachine? {
    guard let input = try? InputBytes(path: path) else { return nil }
    if ContainerFormat.isContainer(input) {
      return try TrainedModel(input, path: path, requirements: ModelRequirements(shape: shape))
        .machine
    }
    return try withExtendedLifetime(input) {
      try readByPosition(input.buffer, path: path, shape: shape)
    }
  }

  /// Reads a text in memory by position.
  static func readByPosition(
    _ text: UnsafeBufferPointer<UInt8>, path: String, shape: FactorizationMachine.Shape
  ) throws -> FactorizationMachine? {
    var machine = try FactorizationMachine(shape: shape)
    var lines = NumberLines(text, path: path, dropsReturns: false)
    if shape.usesBias {
      guard lines.next() != nil, let line = lines.next() else { return nil }
      machine.bias = lines.leadingNumber(of: line)
    }
    let isComplete = machine.withMutableParameters { weights, factors in
      if shape.usesWeights {
        guard lines.next() != nil else { return false }
        for feature in 0..<shape.featureCount {
          guard let line = lines.next() else { return false }
          weights[feature] = lines.leadingNumber(of: line)
        }
      }
      guard lines.next() != nil else { return false }
      for feature in 0..<shape.featureCount {
        guard let line = lines.next() else { return false }
        let row = factors + feature * shape.factorStride
        var count = 0
        if line.contains(Ascii.blank) {
          lines.forEachPiece(of: line) { piece in
            if count < shape.factorCount { row[count] = lines.leadingNumber(of: piece) }
            count += 1
          }
        }
        guard count == shape.factorCount else { return false }
      }
      return true
    }
    return isComplete ? machine : nil
  }

  /// Reads a text in memory, which errors call `path` and begin to count lines after `linesBefore`.
  static func read(
    _ text: UnsafeBufferPointer<UInt8>, path: String,
    requirements: ModelRequirements = ModelRequirements(), linesBefore: Int = 0
  ) throws -> FactorizationMachine {
    let layout = try ModelLayout(text, path: path, linesBefore: linesBefore)
    try requirements.check(layout.shape, training: nil, path: path)
    var shape = layout.shape
    // Without features there is no line to count factors in.
    if shape.featureCount == 0 { shape.factorCount = requirements.factorCount ?? 0 }
    var machine = try FactorizationMachine(shape: shape)
    var lines = NumberLines(text, path: path, dropsReturns: true, linesBefore: linesBefore)
    if shape.usesBias {
      _ = lines.next()
      if let line = lines.next() { machine.bias = try lines.number(line) }
    }
    try machine.withMutableParameters { weights, factors in
      if shape.usesWeights {
        _ = lines.next()
        for feature in 0..<shape.featureCount {
          if let line = lines.next() { weights[feature] = try lines.number(line) }
        }
      }
      _ = lines.next()
      for feature in 0..<shape.featureCount {
        if let line = lines.next() {
          try lines.numbers(
            line, into: factors + feature * shape.factorStride, count: shape.factorCount)
        }
      }
    }
    return machine
  }
}
