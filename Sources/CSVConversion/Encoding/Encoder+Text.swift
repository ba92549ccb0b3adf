// SPDX-License-Identifier: Apache-2.0

public import FactorizationMachines
public import LibFMFormats

extension Encoder {
  /// Encodes a table as text in libFM's format, row for row in the table's order.
  ///
  /// Features that are in none of the given relations are written, so that without any the text is
  /// complete in itself.
  ///
  /// - Parameters:
  ///   - table: the rows.
  ///   - file: receives the text; not committed.
  ///   - relations: blocks that the rows refer to, each with a file that receives the references.
  ///   - weights: what each row counts, and a file that receives it, one number a line, for libFM's
  ///     `-weights`.
  ///   - mentionsLastFeature: whether the first row has the last feature of the main table with the value
  ///     0 if it lacks it. Programs count features by the greatest id, and those of relations follow.
  ///   - pool: who works.
  /// - Returns: what was written.
  /// - Throws: `FormatError` for a row that cannot be encoded, or when writing fails.
  @discardableResult
  public func encode(
    _ table: CSVTable, to file: WholeFile,
    relations: [(block: RelationBlock, references: WholeFile)] = [],
    weights: (weighting: RowWeighting, file: WholeFile)? = nil,
    mentionsLastFeature: Bool = false, pool: WorkerPool
  ) throws -> EncodingReport {
    let plan = try RowPlan(
      self, table: table, columns: columns(outside: relations.map(\.block.key)),
      weighting: weights?.weighting)
    let keyColumns = try relations.map { try table.column(named: $0.block.key) }
    let lastFeature = mentionsLastFeature ? lastMainFeature : nil
    let workers = try BlockPass(table: table, pool: pool).run(
      state: { _ in TextWorker(plan, relationCount: relations.count) },
      work: { worker, cells in
        if let error = worker.encoder.encode(cells) { return error }
        worker.rows.write(
          worker.encoder, rowCount: cells.rowCount,
          firstRowFeature: cells.blockIndex == 0 ? lastFeature : nil)
        worker.encoder.weights?.write(to: worker.weightLines)
        do throws(BlockError) {
          for (index, relation) in relations.enumerated() {
            worker.joinedEntryCount += try relation.block.writeRows(
              cells, column: keyColumns[index], to: worker.references[index])
          }
          return nil
        } catch {
          return error
        }
      },
      finish: { worker, _ in
        try file.write(UnsafeRawBufferPointer(worker.rows.text.elements))
        for (text, relation) in zip(worker.references, relations) {
          try relation.references.write(UnsafeRawBufferPointer(text.elements))
        }
        try weights?.file.write(UnsafeRawBufferPointer(worker.weightLines.elements))
      })
    return report(plan, workers: workers)
  }

  /// Whether every table that the encoder was fitted on has the last feature of the main table.
  public var hasLastMainFeature: Bool {
    guard let column = schema.columns.last(where: { $0.relation == nil }) else { return true }
    switch column.role {
    case .category, .set, .date: return column.bucket == nil && column.missing == nil
    case .hashed, .number, .implicit, .target, .ignored: return false
    }
  }

  /// The columns that are in none of the relations with these keys.
  private func columns(outside keys: [String]) -> [Int] {
    schema.columns.indices.filter { index in
      schema.columns[index].relation.map { !keys.contains($0) } ?? true
    }
  }

  /// The greatest id of the main table, if it has any.
  private var lastMainFeature: UInt32? {
    schema.mainFeatureCount > schema.firstFeature ? UInt32(schema.mainFeatureCount - 1) : nil
  }

  /// The first rows of a table as they would be written.
  ///
  /// - Parameters:
  ///   - table: the rows.
  ///   - rowCount: how many of them.
  ///   - relationKeys: the key columns of the relations that would be written beside them.
  ///   - mentionsLastFeature: as for ``encode(_:to:relations:mentionsLastFeature:pool:)``.
  /// - Returns: the text of the rows.
  /// - Throws: `FormatError` for a row that cannot be encoded.
  public func preview(
    _ table: CSVTable, rowCount: Int, relationKeys: [String] = [],
    mentionsLastFeature: Bool = false
  ) throws -> String {
    let plan = try RowPlan(self, table: table, columns: columns(outside: relationKeys))
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
    rows.write(
      encoder, rowCount: min(rowCount, cells.rowCount),
      firstRowFeature: mentionsLastFeature ? lastMainFeature : nil)
    return withExtendedLifetime(rows) { String(decoding: rows.text.elements, as: UTF8.self) }
  }

  private func report(
    _ plan: RowPlan, workers: [TextWorker]
  ) -> EncodingReport {
    var report = EncodingReport()
    report.hasTarget = plan.hasTarget
    let names = plan.columns.map { schema.columns[$0].name }
    for worker in workers {
      report.rowCount += worker.encoder.rowCount
      report.entryCount += worker.rows.entryCount
      report.joinedEntryCount += worker.rows.entryCount + worker.joinedEntryCount
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
}

/// What one worker needs to encode blocks as text.
private final class TextWorker {
  let encoder: RowEncoder
  let rows = TextRows()

  /// The references to each relation.
  let references: [GrowableBuffer<UInt8>]

  /// The weights of the rows, where they are wanted.
  let weightLines = GrowableBuffer<UInt8>()

  /// How many entries of relations the rows refer to.
  var joinedEntryCount = 0

  init(_ plan: RowPlan, relationCount: Int) {
    encoder = plan.makeEncoder()
    references = (0..<relationCount).map { _ in GrowableBuffer() }
  }
}
