// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines

/// Models with a dense head as text: what is learned about the columns, then the sections of a machine.
///
///     #dense head
///     task regression
///     method adam
///     seed 42
///     targets 0 5.5                  (the range of the training targets)
///     activation linear
///     averages yes                   (whether means and variances are those of batches)
///     columns 3
///     #inputs: scale, shift, mean, variance, kernel
///     1.01 0.02 0.3 0.04 -0.5        (a line for each input: linear terms of the columns, then products)
///     #columns of the features
///     0                              (a line for each feature)
///     #global bias W0
///     …
enum DenseHeadText {
  private static let label = "#dense head"
  private static let inputsLabel = "#inputs: scale, shift, mean, variance, kernel"
  private static let columnsLabel = "#columns of the features"

  /// Whether a text is a model with a dense head.
  static func begins(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    text.starts(with: label.utf8)
  }

  // MARK: Writing

  /// Writes a model to a file, which appears when all is written.
  ///
  /// - Throws: ``FormatError`` when the file cannot be written.
  static func write(
    _ model: TrainedModel, _ head: DenseHead, to path: String, digits: Int, pool: WorkerPool
  ) throws(FormatError) {
    let (file, training) = (try WholeFile(path), model.training)
    try file.write(
      """
      \(label)
      task \(training.task)
      method \(training.method)
      seed \(training.seed)
      targets \(training.targetRange.lower) \(training.targetRange.upper)
      activation \(head.activation.rawValue)
      averages \(head.hasAverages ? "yes" : "no")
      columns \(training.groups.groupCount)
      \(inputsLabel)

      """)
    for input in 0..<head.inputCount {
      let numbers = [head.scales, head.shifts, head.means, head.variances, head.kernel]
        .map { GeneralFormat.text($0[input], digits: digits) }
      try file.write(numbers.joined(separator: " ") + "\n")
    }
    try file.write(columnsLabel + "\n")
    for feature in 0..<training.groups.featureCount {
      try file.write("\(training.groups[feature])\n")
    }
    try ModelFile.write(model.machine, to: file, digits: digits, pool: pool)
    try file.commit()
  }

  // MARK: Reading

  /// Reads a text in memory, which errors call `path`.
  static func read(
    _ text: UnsafeBufferPointer<UInt8>, path: String, requirements: ModelRequirements
  ) throws -> ModelFile.Content {
    var lines = NumberLines(text, path: path, dropsReturns: true)
    try expect(label, &lines)
    let tasks = ["regression": LearningTask.regression, "classification": .classification]
    let task = try value("task", &lines, "regression or classification") { tasks[$0] }
    let method = try value("method", &lines, "the name of a method") { $0.isEmpty ? nil : $0 }
    let seed = try value("seed", &lines, "a whole number") { UInt32($0) }
    let targets = try value("targets", &lines, "two numbers, the smaller one first") { range($0) }
    let activations = DenseHead.Activation.allCases.map(\.rawValue).joined(separator: ", ")
    let activation = try value("activation", &lines, "one of \(activations)") {
      DenseHead.Activation(rawValue: $0)
    }
    let hasAverages = try value("averages", &lines, "yes or no") {
      ["yes": true, "no": false][$0]
    }
    let greatestCount = GroupsReader.greatestGroupCount
    let columnCount = try value("columns", &lines, "a number from 1 to \(greatestCount)") { text in
      Int(text).flatMap { (1...greatestCount).contains($0) ? $0 : nil }
    }
    try expect(inputsLabel, &lines)
    var head = try inputs(&lines, activation: activation)
    head.hasAverages = hasAverages
    let columns = try columns(&lines, below: columnCount)
    let machine = try ModelFile.read(
      lines.rest, path: path, requirements: requirements, linesBefore: lines.lineNumber)
    let inputCount = DenseHead.inputCount(of: machine.shape, columnCount: columnCount)
    guard head.inputCount == inputCount, inputCount > 0 else {
      throw FormatError(
        path: path, found: "the head has \(head.inputCount) inputs",
        expected: "\(inputCount), those of \(columnCount) columns",
        advice: "is the file that of a single model?")
    }
    guard columns.count == machine.shape.featureCount else {
      throw FormatError(
        path: path, found: "there are columns for \(columns.count) features",
        expected: "\(machine.shape.featureCount), as many as the model has",
        advice: "is the file cut short?")
    }
    let training = TrainingDescription(
      task: task, method: method, targetRange: targets, shape: machine.shape,
      groups: try FeatureGroups(columns, groupCount: columnCount), seed: seed)
    // The sections of a machine do not tell the task.
    try requirements.check(machine.shape, training: training, path: path)
    return ModelFile.Content(machine: machine, training: training, head: head)
  }

  private static func expect(_ label: String, _ lines: inout NumberLines) throws(FormatError) {
    let line = lines.next()
    guard lines.isLabel(line, label) else {
      throw lines.error(found(line), expected: "the line '\(label)'")
    }
  }

  private static func found(_ line: NumberLines.Line?) -> String {
    line.map { "found " + QuotedText.quote($0) } ?? "the file ends"
  }

  /// What stands behind a name and a blank in the next line.
  private static func value<Value>(
    _ name: String, _ lines: inout NumberLines, _ expected: String, _ parse: (String) -> Value?
  ) throws(FormatError) -> Value {
    let line = lines.next()
    let text = line.map { String(decoding: $0, as: UTF8.self) } ?? ""
    guard text.hasPrefix(name + " "), let value = parse(String(text.dropFirst(name.count + 1)))
    else { throw lines.error(found(line), expected: "'\(name)' and \(expected)") }
    return value
  }

  private static func range(_ text: String) -> TargetRange? {
    let bounds = text.split(separator: " ").compactMap { Float($0) }
    // A NaN among the targets makes both bounds one.
    guard bounds.count == 2, !(bounds[0] > bounds[1]) else { return nil }
    return TargetRange(lower: bounds[0], upper: bounds[1])
  }

  /// The lines of the inputs, up to the next label, which is taken too.
  private static func inputs(
    _ lines: inout NumberLines, activation: DenseHead.Activation
  ) throws(FormatError) -> DenseHead {
    var head = DenseHead(inputCount: 0, activation: activation)
    var numbers = Array(repeating: 0.0, count: 5)
    var line = lines.next()
    while let present = line, !lines.isLabel(present) {
      let result = numbers.withUnsafeMutableBufferPointer { numbers in
        Result { () throws(FormatError) in
          try lines.numbers(
            present, into: numbers.baseAddress.unsafelyUnwrapped, count: numbers.count,
            noun: "numbers", expected: "those that '\(inputsLabel)' names")
        }
      }
      try result.get()
      guard !(numbers[3] < 0) else {
        throw lines.error("found a variance of \(numbers[3])", expected: "0 or more")
      }
      head.scales.append(numbers[0])
      head.shifts.append(numbers[1])
      head.means.append(numbers[2])
      head.variances.append(numbers[3])
      head.kernel.append(numbers[4])
      line = lines.next()
    }
    guard lines.isLabel(line, columnsLabel) else {
      throw lines.error(found(line), expected: "the line '\(columnsLabel)'")
    }
    return head
  }

  /// The lines of the features' columns; the next one is a label.
  private static func columns(
    _ lines: inout NumberLines, below count: Int
  ) throws(FormatError) -> [UInt32] {
    var columns: [UInt32] = []
    while let first = lines.rest.first, first != Ascii.hash, let line = lines.next() {
      let column = UInt32(String(decoding: line, as: UTF8.self))
      guard let column, column < count else {
        throw lines.error(found(line), expected: "a column from 0 to \(count - 1)")
      }
      columns.append(column)
    }
    return columns
  }
}
