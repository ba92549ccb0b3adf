// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines
import LibFMFormats

/// Finds the columns whose cell depends on the value of a key column alone.
///
/// Remembers eight bytes for each value of the key and each column that is still in question.
struct ConstantColumns {
  let key: Schema.Column
  let candidates: [Schema.Column]
  let missing: MissingValues

  private final class State {
    let keys = ByteDictionary()
    var isConstant: [Bool]
    var fingerprints: [[UInt64]]

    init(count: Int) {
      isConstant = Array(repeating: true, count: count)
      fingerprints = Array(repeating: [], count: count)
    }
  }

  /// The names of these columns, the key among them.
  ///
  /// - Throws: `FormatError` when a table cannot be read or lacks the key.
  func names(in tables: [CSVTable]) throws -> Set<String> {
    let state = State(count: candidates.count)
    let pool = WorkerPool(workerCount: 1)
    for table in tables {
      let keyColumn = try table.column(named: key.name)
      let columns = candidates.map { table.columns.firstIndex(of: $0.name) }
      _ = try BlockPass(table: table, pool: pool).run(
        state: { _ -> State in state },
        work: { (state: State, cells: CellTable) -> BlockError? in
          for row in 0..<cells.rowCount {
            let known = state.keys.count
            let entry = state.keys.add(
              canonical(cells.bytes(row: row, column: keyColumn), key), at: 0)
            for (index, column) in columns.enumerated() where state.isConstant[index] {
              let value = column.map {
                fingerprint(cells.bytes(row: row, column: $0), candidates[index])
              }
              if entry == known {
                state.fingerprints[index].append(value ?? 0)
              } else if value != state.fingerprints[index][entry] {
                state.isConstant[index] = false
                state.fingerprints[index] = []
              }
            }
          }
          return nil
        })
    }
    return Set(candidates.indices.filter { state.isConstant[$0] }.map { candidates[$0].name })
  }

  private func canonical(
    _ cell: UnsafeBufferPointer<UInt8>, _ column: Schema.Column
  ) -> UnsafeBufferPointer<UInt8> {
    if missing.contains(cell) { return UnsafeBufferPointer(start: cell.baseAddress, count: 0) }
    return column.isInteger ? CellNumber.withoutZeroFraction(cell) : cell
  }

  /// A number that differs for different cells, but for one chance in 2⁶⁴.
  private func fingerprint(
    _ cell: UnsafeBufferPointer<UInt8>, _ column: Schema.Column
  ) -> UInt64 {
    let key = ByteKey(canonical(cell, column))
    return key.word &+ UInt64(key.length) &* 0x9E37_79B9_7F4A_7C15
  }
}
