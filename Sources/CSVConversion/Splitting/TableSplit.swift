// SPDX-License-Identifier: Apache-2.0

import LibFMFormats

/// How the rows of one table are shared out between training and test.
public struct TableSplit: Sendable, Hashable {
  /// What decides.
  public enum Rule: Sendable, Hashable {
    /// Chance, row by row.
    case rows

    /// Chance, value by value of a column: no value is on both sides.
    case values(column: String)

    /// Time: the latest rows by a column of dates or numbers are the test.
    case time(column: String)
  }

  /// What decides.
  public var rule: Rule

  /// The share of the rows that goes to the test, above 0 and below 1.
  public var testShare: Double

  /// Where the random numbers begin.
  public var seed: UInt64

  /// Splits by a rule.
  public init(_ rule: Rule, testShare: Double = 0.2, seed: UInt64 = 0) {
    self.rule = rule
    self.testShare = testShare
    self.seed = seed
  }

  /// The two parts of a table, each in the table's order; takes twelve bytes a row.
  ///
  /// - Throws: `FormatError` when the table cannot be read, lacks the column, or has a row without time.
  public func apply(
    to table: CSVTable, missing: MissingValues
  ) throws -> (train: CSVTable, test: CSVTable) {
    let index = try RecordIndex.of(table)
    let isTest =
      switch rule {
      case .rows: byChance(rowCount: index.count)
      case .values(let column):
        try byValue(table, column: try table.column(column), missing: missing)
      case .time(let column):
        try byTime(table, column: try table.column(column), missing: missing)
      }
    var train = table
    var test = table
    let rows = UInt32(0)..<UInt32(index.count)
    train.selection = RecordSelection(index: index, rows: rows.filter { !isTest[Int($0)] })
    test.selection = RecordSelection(index: index, rows: rows.filter { isTest[Int($0)] })
    return (train, test)
  }

  private func testCount(of rowCount: Int) -> Int {
    Int((Double(rowCount) * testShare).rounded())
  }

  private func byChance(rowCount: Int) -> [Bool] {
    var isTest = Array(repeating: true, count: testCount(of: rowCount))
    isTest += Array(repeating: false, count: rowCount - isTest.count)
    var random = SeededRandom(seed: seed)
    random.shuffle(&isTest)
    return isTest
  }

  private func byValue(
    _ table: CSVTable, column: Int, missing: MissingValues
  ) throws -> [Bool] {
    let values = ByteDictionary()
    var valueOfRow: [UInt32] = []
    try table.forEachRow { cells, row in
      let cell = cells.bytes(row: row, column: column)
      // All missing values are one, and 196.0 is 196 wherever it stands.
      let value =
        missing.contains(cell)
        ? UnsafeBufferPointer(start: cell.baseAddress, count: 0)
        : CellNumber.withoutZeroFraction(cell)
      valueOfRow.append(UInt32(values.add(value, at: 0)))
      return nil
    }
    var order = Array(0..<values.count)
    var random = SeededRandom(seed: seed)
    random.shuffle(&order)
    var isTestValue = Array(repeating: false, count: values.count)
    var rest = testCount(of: valueOfRow.count)
    for value in order where rest > 0 {
      isTestValue[value] = true
      rest -= values.occurrences(value)
    }
    return valueOfRow.map { isTestValue[Int($0)] }
  }

  private func byTime(
    _ table: CSVTable, column: Int, missing: MissingValues
  ) throws -> [Bool] {
    let name = table.columns[column]
    var times: [Double] = []
    try table.forEachRow { cells, row in
      let cell = cells.bytes(row: row, column: column)
      // Any number orders rows, Unix seconds among them.
      let time = CellNumber.value(cell) ?? CalendarDate(cell).map { Double($0.unixSeconds) }
      guard let time, time.isFinite else {
        if missing.contains(cell) {
          return BlockError(
            offset: cells.offset(row: row, column: column),
            found: "this row has no time in column '\(name)'",
            expected: "a date or a number, which decides the side it is on",
            advice: "remove the row")
        }
        return CellErrors.notADate(
          cell, offset: cells.offset(row: row, column: column), column: name)
      }
      times.append(time)
      return nil
    }
    // Of rows with the same time the later ones in the file count as later.
    let order = times.indices.sorted { (times[$0], $0) < (times[$1], $1) }
    var isTest = Array(repeating: false, count: times.count)
    for row in order.suffix(testCount(of: times.count)) { isTest[row] = true }
    return isTest
  }
}

extension CSVTable {
  /// The same rows in a random order; takes twelve bytes a row.
  ///
  /// - Throws: `FormatError` when the table cannot be read.
  public func shuffled(seed: UInt64) throws -> CSVTable {
    var random = SeededRandom(seed: seed)
    let selection = try selection ?? RecordSelection.all(of: self)
    var rows = selection.rows
    random.shuffle(&rows)
    var result = self
    result.selection = RecordSelection(index: selection.index, rows: rows)
    return result
  }

  /// Calls `body` for one row after the other, until it returns an error.
  ///
  /// - Throws: `FormatError` for that error, or when the table cannot be read.
  func forEachRow(_ body: (CellTable, _ row: Int) throws -> BlockError?) throws {
    let source = RecordSource(self)
    let block = RecordBlock(capacity: RecordSource.standardBlockSize)
    let cells = CellTable(columnCount: columns.count)
    while try source.next(into: block) {
      cells.split(block, format: format)
      for row in 0..<cells.rowCount {
        if let error = try body(cells, row) { throw source.formatError(error, in: block) }
      }
      if let error = cells.error { throw source.formatError(error, in: block) }
    }
  }
}

extension RecordSelection {
  /// All records of a table in order.
  static func all(of table: CSVTable) throws -> RecordSelection {
    let index = try RecordIndex.of(table)
    return RecordSelection(index: index, rows: Array(0..<UInt32(index.count)))
  }
}
