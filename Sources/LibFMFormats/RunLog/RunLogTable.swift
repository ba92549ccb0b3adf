// SPDX-License-Identifier: Apache-2.0

/// A log read back: what was measured in each iteration.
public struct RunLogTable: Sendable {
  /// The file as the user named it.
  public let path: String

  /// The names of the columns, in the order of the file; no two are equal.
  public let columns: [String]

  /// The number of iterations, at least one.
  public let iterationCount: Int

  /// Whether the last line has no end, as while it is being written; it is not part of the table.
  public let endsAbruptly: Bool

  private let values: [[Double]]
  private let places: [String: Int]

  init(path: String, columns: [String], values: [[Double]], endsAbruptly: Bool) {
    self.path = path
    self.columns = columns
    self.values = values
    self.endsAbruptly = endsAbruptly
    iterationCount = values.first?.count ?? 0
    places = Dictionary(uniqueKeysWithValues: zip(columns, columns.indices))
  }

  /// A number for each iteration, NaN for what was not measured; nil when there is no such column.
  public subscript(column: String) -> [Double]? {
    places[column].map { values[$0] }
  }
}
