// SPDX-License-Identifier: Apache-2.0

import LibFMFormats

/// Turns a log of events into a table of how often each combination of values occurs.
///
/// The new table has the named columns and `count`, a row for each distinct combination in the order of
/// its first appearance. Memory grows with the number of combinations.
public struct EventCounting: Sendable, Hashable {
  /// The columns whose combinations are counted, by name or number.
  public var columns: [String]

  /// A column every value of which is crossed with all combinations of the others; combinations that do
  /// not occur get the count 0.
  public var filledColumn: String?

  /// The most rows that the new table may have.
  public var maximumRowCount: Int

  /// The name of the column with the counts.
  public static let countColumn = "count"

  /// Counts combinations of some columns.
  public init(columns: [String], filledColumn: String? = nil, maximumRowCount: Int = 100_000_000) {
    self.columns = columns
    self.filledColumn = filledColumn
    self.maximumRowCount = maximumRowCount
  }

  /// The table of counts, in a temporary file.
  ///
  /// - Throws: `FormatError` when the table cannot be read, lacks a column, or the new one would have
  ///   too many rows.
  public func apply(to table: CSVTable, missing: MissingValues) throws -> CSVTable {
    let places = try columns.map { try table.column($0) }
    let names = places.map { table.columns[$0] }
    guard !names.contains(Self.countColumn), Set(places).count == places.count else {
      throw FormatError(
        path: table.path,
        found: names.contains(Self.countColumn)
          ? "a column to count by is named '\(Self.countColumn)'"
          : "a column to count by is named twice",
        expected: "different columns, none of them '\(Self.countColumn)'")
    }
    let filled = try filledColumn.map { reference in
      let place = try table.column(reference)
      guard let index = places.firstIndex(of: place) else {
        throw FormatError(
          path: table.path, found: "column '\(reference)' is not among those to count by",
          expected: "one of \(names.map { "'\($0)'" }.joined(separator: ", "))")
      }
      return index
    }
    let counts = try combinations(table, places: places, missing: missing)
    var writer = try CountedTable(names: names + [Self.countColumn], path: table.path)
    if let filled {
      try fill(counts, column: filled, missing: missing, path: table.path, into: &writer)
    } else {
      try check(counts.tuples.count, path: table.path)
      for entry in 0..<counts.tuples.count {
        try writer.append(
          counts.values(of: entry), count: counts.tuples.occurrences(entry))
      }
    }
    return try writer.finish(skipsInitialSpace: table.format.skipsInitialSpace)
  }

  private func combinations(
    _ table: CSVTable, places: [Int], missing: MissingValues
  ) throws -> Combinations {
    let raw = Combinations(columns: places.map { _ in ByteDictionary() })
    var ids = Array(repeating: UInt32(0), count: places.count)
    // All missing values are one.
    let missingText = Array((missing.texts.contains("") ? "" : missing.texts.first ?? "").utf8)
    try table.forEachRow { cells, row in
      for (index, place) in places.enumerated() {
        let cell = cells.bytes(row: row, column: place)
        let value =
          missing.contains(cell)
          ? missingText.withUnsafeBufferPointer { raw.columns[index].add($0, at: 0) }
          : raw.columns[index].add(cell, at: 0)
        ids[index] = UInt32(value)
      }
      raw.add(ids, occurrences: 1)
      return nil
    }
    return raw.joiningIntegers()
  }

  private func fill(
    _ counts: Combinations, column: Int, missing: MissingValues, path: String,
    into writer: inout CountedTable
  ) throws {
    let others = Combinations(columns: counts.columns)
    for entry in 0..<counts.tuples.count {
      var ids = counts.ids(of: entry)
      ids[column] = 0
      others.add(ids, occurrences: 1)
    }
    let values = counts.columns[column]
    let (rowCount, overflow) = others.tuples.count.multipliedReportingOverflow(by: values.count)
    try check(overflow ? .max : rowCount, path: path)
    for other in 0..<others.tuples.count {
      var ids = others.ids(of: other)
      for value in 0..<values.count {
        ids[column] = UInt32(value)
        let count = counts.occurrences(ids)
        // A missing value is counted where it occurs, but no value to cross with.
        if count == 0, missing.contains(values.text(value)) { continue }
        try writer.append(counts.values(of: ids), count: count)
      }
    }
  }

  private func check(_ rowCount: Int, path: String) throws(FormatError) {
    guard rowCount > maximumRowCount else { return }
    throw FormatError(
      path: path, found: "counting would make \(rowCount) rows",
      expected: "at most \(maximumRowCount)", advice: "raise the limit with --max-rows")
  }
}
