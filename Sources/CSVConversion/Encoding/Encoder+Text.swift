// SPDX-License-Identifier: Apache-2.0

public import FactorizationMachines
public import LibFMFormats

extension Encoder {
  /// Encodes a table as text in libFM's format, row for row in the table's order.
  ///
  /// Features of relations are written as well, so that the text is complete in itself; for tables
  /// written with relations see ``RelationWriter``.
  ///
  /// - Parameters:
  ///   - table: the rows.
  ///   - file: receives the text; not committed.
  ///   - pool: who works.
  /// - Throws: `FormatError` for a row that cannot be encoded, or when writing fails.
  @discardableResult
  public func encode(
    _ table: CSVTable, to file: WholeFile, pool: WorkerPool
  ) throws -> EncodingReport {
    let plan = try RowPlan(self, table: table, columns: Array(schema.columns.indices))
    return try encode(plan, pool: pool, firstRowFeature: nil) { bytes in try file.write(bytes) }
  }

  /// The first rows of a table as they would be written.
  ///
  /// - Throws: `FormatError` for a row that cannot be encoded.
  public func preview(_ table: CSVTable, rowCount: Int) throws -> String {
    let plan = try RowPlan(self, table: table, columns: Array(schema.columns.indices))
    let block = RecordBlock(capacity: RecordSource.standardBlockSize)
    let source = RecordSource(table)
    let cells = CellTable(columnCount: table.columns.count)
    let encoder = plan.makeEncoder()
    let rows = TextRows()
    guard try source.next(into: block) else { return "" }
    cells.split(block, format: table.format)
    if let error = BlockError.first(encoder.encode(cells), cells.error) {
      throw source.formatError(error, in: block)
    }
    rows.write(encoder, rowCount: min(rowCount, cells.rowCount))
    return String(decoding: rows.text.elements, as: UTF8.self)
  }

  /// Encodes some columns of a table and hands the text on in order.
  func encode(
    _ plan: RowPlan, pool: WorkerPool, firstRowFeature: UInt32?,
    alongside: ((CellTable) throws -> Void)? = nil,
    _ send: (UnsafeRawBufferPointer) throws -> Void
  ) throws -> EncodingReport {
    let workers = try BlockPass(table: plan.table, pool: pool).run(
      state: { _ in (encoder: plan.makeEncoder(), rows: TextRows()) },
      work: { worker, cells in
        if let error = worker.encoder.encode(cells) { return error }
        worker.rows.write(
          worker.encoder, rowCount: cells.rowCount,
          firstRowFeature: cells.blockIndex == 0 ? firstRowFeature : nil)
        return nil
      },
      finish: { worker, cells in
        try send(UnsafeRawBufferPointer(worker.rows.text.elements))
        try alongside?(cells)
      })
    return report(plan, workers: workers)
  }

  private func report(
    _ plan: RowPlan, workers: [(encoder: RowEncoder, rows: TextRows)]
  ) -> EncodingReport {
    var report = EncodingReport()
    report.hasTarget = plan.hasTarget
    let names = plan.columns.map { schema.columns[$0].name }
    for worker in workers {
      report.rowCount += worker.encoder.rowCount
      report.entryCount += worker.rows.entryCount
      report.missingTargetCount += worker.encoder.missingTargetCount
      for (name, count) in zip(names, worker.encoder.unknownCounts) where count > 0 {
        report.unknownCounts[name, default: 0] += count
      }
    }
    let known = Set(schema.columns.map(\.name) + schema.ignoredColumns.map(\.name))
    report.extraColumns = plan.table.columns.dropFirst(plan.table.unnamedIndexCount)
      .filter { !known.contains($0) && $0 != schema.target?.name }
    return report
  }

  /// Learns which items each key has.
  ///
  /// - Throws: `FormatError` for a row that cannot be encoded.
  mutating func gatherImplicitSets(from table: CSVTable, pool: WorkerPool) throws {
    for (index, column) in schema.columns.enumerated() {
      guard case .implicit(let keyName, let itemName) = column.role,
        let key = schema.columns.firstIndex(where: { $0.name == keyName }),
        let item = schema.columns.firstIndex(where: { $0.name == itemName })
      else { continue }
      let keyColumn = schema.columns[key]
      let itemColumn = schema.columns[item]
      let plan = try RowPlan(self, table: table, columns: [key, item], withTarget: false)
      let shift = UInt32(column.firstFeature) &- UInt32(itemColumn.firstFeature)
      let workers = try BlockPass(table: table, pool: pool).run(
        state: { _ in PairCollector(plan.makeEncoder()) },
        work: { collector, cells in
          collector.collect(
            cells, excludedKeys: [keyColumn.bucket, keyColumn.missing],
            excludedItem: itemColumn.missing, shift: shift)
        })
      var pairs = workers.flatMap(\.pairs)
      implicitSets[index] = ImplicitSets(
        pairs: &pairs, firstKey: UInt32(keyColumn.firstFeature),
        keyCount: keyColumn.featureCount)
    }
  }
}

/// The pairs of key and item that one worker has seen.
private final class PairCollector {
  private(set) var pairs: [UInt64] = []
  private let encoder: RowEncoder

  init(_ encoder: RowEncoder) {
    self.encoder = encoder
  }

  func collect(
    _ cells: CellTable, excludedKeys: [UInt32?], excludedItem: UInt32?, shift: UInt32
  ) -> BlockError? {
    if let error = encoder.encode(cells) { return error }
    let keys = ColumnEntries(encoder.outputs[0])
    let items = ColumnEntries(encoder.outputs[1])
    for row in 0..<cells.rowCount {
      let key = keys.ids[row]
      if key == EncodedColumn.none || excludedKeys.contains(key) { continue }
      let range =
        items.ends.map { ends in (row == 0 ? 0 : Int(ends[row - 1]))..<Int(ends[row]) }
        ?? row..<row + 1
      for index in range {
        let item = items.ids[index]
        if item == EncodedColumn.none || item == excludedItem { continue }
        pairs.append(UInt64(key) << 32 | UInt64(item &+ shift))
      }
    }
    return nil
  }
}
