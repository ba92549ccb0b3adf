// SPDX-License-Identifier: Apache-2.0

public import FactorizationMachines
import LibFMFormats

/// The features that depend on the value of one column alone, stored once for each value.
///
/// What would stand in every row of a user is instead one row of this block; each row of the main table
/// refers to one of them (Rendle 2013, "Scaling Factorization Machines to Relational Data").
public struct RelationBlock: Sendable {
  /// The column whose values have a row each.
  public let key: String

  /// The features of each value; ids count from 0 within the block.
  public let matrix: SparseMatrix

  /// The group of each feature, from 0 within the block.
  public let groups: [Int]

  /// The names of the columns whose features are in the block.
  public let columns: [String]

  private let rows: ByteDictionary
  private let keyColumn: Schema.Column
  private let missing: MissingValues

  /// Makes the block of an encoder that was fitted with this key among its relations.
  ///
  /// - Parameters:
  ///   - encoder: the encoder.
  ///   - key: the name of the key column.
  ///   - tables: all tables whose rows will refer to the block, those known when fitting.
  ///   - pool: who works.
  /// - Throws: `FormatError` for a row that cannot be encoded; `OutOfMemoryError`.
  public init(
    _ encoder: Encoder, key: String, tables: [CSVTable], pool: WorkerPool
  ) throws {
    let schema = encoder.schema
    let indices = schema.columns.indices.filter { schema.columns[$0].relation == key }
    guard let first = indices.first, let last = indices.last,
      let keyColumn = schema.columns.first(where: { $0.name == key })
    else { preconditionFailure("the encoder has no relation '\(key)'") }
    let start = schema.columns[first].firstFeature
    let collected = DatasetRows()
    rows = ByteDictionary()
    for table in tables {
      let representatives = try Self.representatives(
        in: table, key: keyColumn, missing: schema.missing, known: rows)
      let plan = try RowPlan(
        encoder, table: representatives, columns: Array(indices), withTarget: false)
      _ = try BlockPass(table: representatives, pool: pool).run(
        state: { _ in plan.makeEncoder() },
        work: { encoder, cells in encoder.encode(cells) },
        finish: { encoder, cells in collected.append(encoder, rowCount: cells.rowCount) })
    }
    for index in collected.rowIds.indices { collected.rowIds[index] -= UInt32(start) }
    matrix = try collected.dataset(
      featureCount: schema.columns[last].endFeature - start
    ).matrix
    groups = encoder.groups(of: start..<schema.columns[last].endFeature)
      .map { $0 - schema.columns[first].group }
    columns = indices.map { schema.columns[$0].name }
    self.key = key
    self.keyColumn = keyColumn
    missing = schema.missing
  }

  /// Writes the block's row of each row of a block of the main table, one a line.
  ///
  /// - Returns: how many entries these rows of the block have.
  /// - Throws: `BlockError` for a key that the tables did not have when the block was made.
  func writeRows(
    _ cells: CellTable, column: Int, to text: GrowableBuffer<UInt8>
  ) throws(BlockError) -> Int {
    text.count = 0
    var entryCount = 0
    for row in 0..<cells.rowCount {
      text.reserve(16)
      let value = Self.canonical(
        cells.bytes(row: row, column: column), key: keyColumn, missing: missing)
      guard let blockRow = rows.find(value) else {
        throw BlockError(
          offset: cells.offset(row: row, column: column),
          found: "\(QuotedText.quote(value)) is new in column '\(key)'",
          expected: "a file that does not change while it is read")
      }
      entryCount += matrix.entries(ofRow: blockRow).count
      text.count += IntegerText.write(UInt32(blockRow), to: text.base + text.count)
      text.append(Ascii.lineFeed)
    }
    return entryCount
  }

  /// The rows of a table in which a value of the key appears for the first time.
  private static func representatives(
    in table: CSVTable, key: Schema.Column, missing: MissingValues, known: ByteDictionary
  ) throws -> CSVTable {
    let column = try table.column(named: key.name)
    let selection = try table.selection ?? RecordSelection.all(of: table)
    var rows: [UInt32] = []
    var number = 0
    try table.forEachRow { cells, row in
      let count = known.count
      let value = canonical(cells.bytes(row: row, column: column), key: key, missing: missing)
      if known.add(value, at: 0) == count { rows.append(selection.rows[number]) }
      number += 1
      return nil
    }
    var result = table
    result.selection = RecordSelection(index: selection.index, rows: rows)
    return result
  }

  private static func canonical(
    _ cell: UnsafeBufferPointer<UInt8>, key: Schema.Column, missing: MissingValues
  ) -> UnsafeBufferPointer<UInt8> {
    if missing.contains(cell) { return UnsafeBufferPointer(start: cell.baseAddress, count: 0) }
    return key.isInteger ? CellNumber.withoutZeroFraction(cell) : cell
  }
}
