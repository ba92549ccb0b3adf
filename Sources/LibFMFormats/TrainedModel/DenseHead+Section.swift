// SPDX-License-Identifier: Apache-2.0

public import FactorizationMachines

extension TrainingDescription {
  /// The number of inputs that a dense head over the groups has.
  var headInputCount: Int { DenseHead.inputCount(of: shape, columnCount: groups.groupCount) }
}

extension DenseHeadMachine {
  /// The machine of a model, with the groups of its training for columns; nil when it has no head.
  ///
  /// - Precondition: the parts belong to one model.
  public init?(
    _ machine: FactorizationMachine, _ training: TrainingDescription?, _ head: DenseHead?
  ) {
    guard let training, let head else { return nil }
    self.init(machine: machine, columns: training.groups, head: head)
  }
}

extension DenseHead {
  private static let tag = FourLetters("head")

  /// Writes the section of a head.
  ///
  /// - Throws: ``FormatError`` when the file cannot be written.
  func write(to writer: ContainerWriter) throws(FormatError) {
    var fields = ContainerFields()
    fields.append(activation.rawValue)
    fields.append(hasAverages)
    for numbers in [scales, shifts, means, variances, kernel] { fields.append(numbers) }
    try writer.write(Self.tag, fields)
  }

  /// Reads the section of a head; nil when there is none.
  ///
  /// - Throws: ``FormatError`` when it is damaged or does not fit the training.
  init?(from reader: ContainerReader, training: TrainingDescription) throws(FormatError) {
    guard var fields = try reader.sectionIfPresent(Self.tag) else { return nil }
    let name = try fields.text()
    guard let activation = Activation(rawValue: name) else {
      throw fields.misfit("the activation '\(name)'")
    }
    self.init(inputCount: training.headInputCount, activation: activation)
    hasAverages = try fields.flag()
    for part in [\DenseHead.scales, \.shifts, \.means, \.variances, \.kernel] {
      let numbers = try fields.doubles()
      guard numbers.count == inputCount else {
        throw fields.misfit("\(numbers.count) inputs", expected: "\(inputCount)")
      }
      self[keyPath: part] = numbers
    }
    guard variances.allSatisfy({ $0 >= 0 || $0.isNaN }) else {
      throw fields.misfit("a variance below 0")
    }
    try fields.finish()
  }
}
