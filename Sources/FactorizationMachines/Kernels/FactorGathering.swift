// SPDX-License-Identifier: Apache-2.0

import CPlatform

/// Where factors begin: q, their Σ v x over the entries of a row, ids ascending.
///
/// The factors of a feature stand side by side, so q is gathered for several of them at once, from one
/// cache line an entry. A factor keeps its values until its own update, however many factors before it
/// change.
struct FactorGathering {
  let rows: SparseRows
  let cells: UnsafeMutablePointer<RowCell>

  /// The values of the first factor to begin, `stride` numbers apart, those of the others beside them.
  let values: UnsafePointer<Double>
  let stride: Int

  /// Where q goes for the factors after the first, for all rows factor by factor.
  let laterSums: UnsafeMutablePointer<Double>?

  /// The number of factors to begin, the first one included.
  let factorCount: Int
}

/// The factors that begin at once when they are `stride` numbers apart from feature to feature.
func gatheredFactorCount(stride: Int) -> Int { min(max(stride, 1), 4) }

/// Brings to `rows` what waits for them, and begins factors.
func gatherFactors(
  _ rows: Range<Int>, _ gathering: FactorGathering, pending: PendingFactor?, table: FactorTable
) {
  @inline(__always)
  func gather<Update: RowUpdate, Values: EntryValues>(
    _ update: Update, _ values: Values
  ) where Update.Cell == RowCell {
    switch gathering.factorCount {
    case 1: setSums(rows, gathering.rows, values, gathering.cells, update, table)
    case _ where gathering.stride < 4:
      setSums(rows, gathering, values, update, SIMD2<Double>.self)
    default: setSums(rows, gathering, values, update, SIMD4<Double>.self)
    }
  }
  @inline(__always)
  func gather<Update: RowUpdate>(_ update: Update) where Update.Cell == RowCell {
    if let values = gathering.rows.values {
      gather(update, StoredValues(values: values))
    } else {
      gather(update, UnitValues())
    }
  }
  guard let pending else { return gather(NoUpdate<RowCell>()) }
  switch pending.slots {
  case nil: gather(NoUpdate<RowCell>())
  case .unit(let slots): gather(FactorUpdate(slots: slots, table: pending.table))
  case .dense(let slots): gather(FactorUpdate(slots: slots, table: pending.table))
  case .general(let slots): gather(FactorUpdate(slots: slots, table: pending.table))
  }
}

/// A single factor, from its table: that is smaller than the lines of all factors.
@inline(__always)
private func setSums<Values: EntryValues, Update: RowUpdate>(
  _ rows: Range<Int>, _ matrix: SparseRows, _ values: Values,
  _ cells: UnsafeMutablePointer<RowCell>, _ update: Update, _ table: FactorTable
) where Update.Cell == RowCell {
  for row in rows {
    fm_prefetch_to_write(cells + (row &+ cellPrefetchDistance))
    var cell = cells[row]
    update.apply(row, to: &cell)
    var sum = 0.0
    for entry in matrix.entries(ofRow: row) {
      sum += table[Int(matrix.ids[entry])].x * values[entry]
    }
    cells[row] = RowCell(cell.x, sum)
  }
}

@inline(__always)
private func setSums<Values: EntryValues, Update: RowUpdate, Vector: FactorVector & SIMD>(
  _ rows: Range<Int>, _ gathering: FactorGathering, _ values: Values, _ update: Update,
  _: Vector.Type
) where Update.Cell == RowCell, Vector.Scalar == Double {
  let (matrix, cells) = (gathering.rows, gathering.cells)
  let later = gathering.laterSums
  for row in rows {
    fm_prefetch_to_write(cells + (row &+ cellPrefetchDistance))
    var cell = cells[row]
    update.apply(row, to: &cell)
    var sums = Vector.splat(0)
    for entry in matrix.entries(ofRow: row) {
      let v = Vector.load(gathering.values + Int(matrix.ids[entry]) &* gathering.stride)
      sums = sums.plus(v.times(Vector.splat(values[entry])))
    }
    cells[row] = RowCell(cell.x, sums[0])
    guard let later else { continue }
    for lane in 1..<gathering.factorCount {
      later[(lane &- 1) &* matrix.rowCount &+ row] = sums[lane]
    }
  }
}
