// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines
public import LibFMFormats

/// Predictions that libFM has written, one for each row of a table.
public struct PredictionColumn {
  private var lines: LineReader
  private let target: Schema.Target?
  private let path: String
  private var predictions: [String] = []

  /// Reads a file of predictions, one number a line.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - schema: the schema of the encoder, if the target is to be understood: a logarithm is turned
  ///     back, and the predicted class is named.
  /// - Throws: `FormatError` when the file cannot be read or has a line that is no number.
  public init(path: String, schema: Schema? = nil) throws(FormatError) {
    self.path = path
    lines = try LineReader(path: path)
    target = schema?.target
    while let line = lines.next() {
      let text = line.last == "\r" ? String(line.dropLast()) : line
      guard let value = Double(text) else {
        throw lines.error("'\(line.prefix(40))' is not a number", expected: "one prediction a line")
      }
      predictions.append(
        target?.transform == .log1p ? CSVText.number(exponentialMinusOne(value)) : text)
    }
  }

  /// The names of the columns that are added: `prediction`, and for a two-valued target
  /// `predicted_NAME`.
  public var names: [String] {
    guard let target, target.positive != nil else { return ["prediction"] }
    return ["prediction", "predicted_\(target.name)"]
  }

  /// Copies a table with the predictions added.
  ///
  /// - Parameters:
  ///   - table: the rows that were predicted.
  ///   - send: receives the text in order.
  /// - Throws: `FormatError` when the numbers of rows and predictions differ or a row cannot be read, and
  ///   what `send` throws.
  public func write(
    besides table: CSVTable, to send: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    var rowCount = 0
    try table.forEachRow { _, _ in
      rowCount += 1
      return nil
    }
    guard rowCount == predictions.count else {
      throw FormatError(
        path: path, found: "there are \(predictions.count) predictions",
        expected: "\(rowCount), one for each row of \(table.path)",
        advice: "give the table that the test file was made from")
    }
    let separator = table.format.separator
    let classes = target?.positive.map { (positive: $0, negative: target?.negative ?? "") }
    let position = Position()
    try TableCopy(table, names: names, pool: WorkerPool(workerCount: 1)).run(
      state: { position },
      prepare: { _, _ in nil },
      append: { position, _, text in
        let prediction = predictions[position.row]
        position.row += 1
        text.append(separator)
        text.append(prediction)
        if let classes {
          let isPositive = (Double(prediction) ?? 0) >= 0.5
          for byte in CSVText.field(
            isPositive ? classes.positive : classes.negative, after: separator)
          {
            text.append(byte)
          }
        }
      },
      to: send)
  }

  private final class Position {
    var row = 0
  }
}
