// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines
import LibFMFormats

extension Encoder {
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
