// SPDX-License-Identifier: Apache-2.0

// Passes over the rows for one factor. The cell of a row is (e, q): its error and Σ x v. The table of a
// factor holds (v, v − v′) for each feature, v being the value at the start of its update and v′ the new
// one; sums hold (Σ c h e, Σ c h²) for each feature, h = x (q − x v), c being the weights of the cases.

typealias RowCell = SIMD2<Double>
typealias FactorTable = UnsafeMutablePointer<SIMD2<Double>>

struct FactorUpdate<Slots: BlockSlots>: RowUpdate {
  static var changesCells: Bool { true }
  let slots: Slots
  let table: FactorTable

  @inline(__always)
  func apply(_ index: Int, to cell: inout RowCell) {
    guard let entry = slots[index] else { return }
    let (old, change) = (table[entry.id].x, table[entry.id].y)
    let h = entry.x * (cell.y - (entry.x * old))
    cell = RowCell(cell.x - (h * change), cell.y - (entry.x * change))
  }
}

struct FactorSums<Slots: BlockSlots, Weights: CaseWeights>: RowSums {
  let slots: Slots
  let weights: Weights
  let table: FactorTable
  let sums: UnsafeMutablePointer<SIMD2<Double>>

  @inline(__always)
  func add(_ index: Int, at place: Int, _ cell: RowCell) {
    guard let entry = slots[index] else { return }
    let h = entry.x * (cell.y - (entry.x * table[entry.id].x))
    sums[entry.id] += weights.weighted(SIMD2(h * cell.x, h * h), at: place)
  }

  @inline(__always) func finish() {}
}

/// The sums of a feature that every row has, kept at hand.
struct DenseFactorSums<Weights: CaseWeights>: RowSums {
  private let slots: DenseSlots
  private let weights: Weights
  private let old: Double
  private let target: UnsafeMutablePointer<SIMD2<Double>>
  private var sum: SIMD2<Double>

  init(
    slots: DenseSlots, weights: Weights, table: FactorTable,
    sums: UnsafeMutablePointer<SIMD2<Double>>
  ) {
    self.slots = slots
    self.weights = weights
    old = table[slots.id].x
    target = sums + slots.id
    sum = target.pointee
  }

  @inline(__always)
  mutating func add(_ index: Int, at place: Int, _ cell: RowCell) {
    let x = Double(slots.values[index])
    let h = x * (cell.y - (x * old))
    sum += weights.weighted(SIMD2(h * cell.x, h * h), at: place)
  }

  @inline(__always) func finish() { target.pointee = sum }
}

/// Brings the update of one block to all `rows` and adds up the terms of the next.
@inline(__always)
func streamRows<Update: RowUpdate, Sums: RowSums>(
  _ rows: Range<Int>, cells: UnsafeMutablePointer<Update.Cell>, update: Update, sums: Sums
) where Update.Cell == Sums.Cell {
  var sums = sums
  for row in rows {
    var cell = cells[row]
    update.apply(row, to: &cell)
    sums.add(row, at: row, cell)
    if Update.changesCells { cells[row] = cell }
  }
  sums.finish()
}

/// Adds up the terms of a block over `rows`, the slots being in the order of that list.
@inline(__always)
func addRows<Sums: RowSums>(
  _ rows: UnsafePointer<UInt32>?, count: Int, cells: UnsafePointer<Sums.Cell>, sums: Sums
) {
  var sums = sums
  if let rows {
    for index in 0..<count {
      let row = Int(rows[index])
      sums.add(index, at: row, cells[row])
    }
  } else {
    for index in 0..<count { sums.add(index, at: index, cells[index]) }
  }
  sums.finish()
}

/// A pass over `rows` for one factor; `update` and `sums` name blocks by their slots, and `caseWeights` are
/// what the rows count in the sums.
func streamFactor(
  _ rows: Range<Int>, cells: UnsafeMutablePointer<RowCell>, update: AnyBlockSlots?,
  sums: AnyBlockSlots?, caseWeights: UnsafePointer<Double>?, table: FactorTable,
  to accumulators: UnsafeMutablePointer<SIMD2<Double>>
) {
  @inline(__always)
  func pass<Update: RowUpdate, Weights: CaseWeights>(
    _ update: Update, _ weights: Weights
  ) where Update.Cell == RowCell {
    switch sums {
    case nil: streamRows(rows, cells: cells, update: update, sums: NoSums())
    case .unit(let slots):
      streamRows(
        rows, cells: cells, update: update,
        sums: FactorSums(slots: slots, weights: weights, table: table, sums: accumulators))
    case .dense(let slots):
      streamRows(
        rows, cells: cells, update: update,
        sums: DenseFactorSums(slots: slots, weights: weights, table: table, sums: accumulators))
    case .general(let slots):
      streamRows(
        rows, cells: cells, update: update,
        sums: FactorSums(slots: slots, weights: weights, table: table, sums: accumulators))
    }
  }
  @inline(__always)
  func pass<Weights: CaseWeights>(_ weights: Weights) {
    switch update {
    case nil: pass(NoUpdate<RowCell>(), weights)
    case .unit(let slots): pass(FactorUpdate(slots: slots, table: table), weights)
    case .dense(let slots): pass(FactorUpdate(slots: slots, table: table), weights)
    case .general(let slots): pass(FactorUpdate(slots: slots, table: table), weights)
    }
  }
  if let caseWeights { pass(StoredWeights(weights: caseWeights)) } else { pass(EqualWeights()) }
}

/// Adds up the terms of a block for one factor over a list of rows; nil lists them all.
func addFactorTerms(
  _ rows: UnsafePointer<UInt32>?, count: Int, cells: UnsafePointer<RowCell>,
  slots: AnyBlockSlots, caseWeights: UnsafePointer<Double>?, table: FactorTable,
  to accumulators: UnsafeMutablePointer<SIMD2<Double>>
) {
  @inline(__always)
  func add<Weights: CaseWeights>(_ weights: Weights) {
    switch slots {
    case .unit(let slots):
      addRows(
        rows, count: count, cells: cells,
        sums: FactorSums(slots: slots, weights: weights, table: table, sums: accumulators))
    case .dense(let slots):
      addRows(
        rows, count: count, cells: cells,
        sums: DenseFactorSums(slots: slots, weights: weights, table: table, sums: accumulators))
    case .general(let slots):
      addRows(
        rows, count: count, cells: cells,
        sums: FactorSums(slots: slots, weights: weights, table: table, sums: accumulators))
    }
  }
  if let caseWeights { add(StoredWeights(weights: caseWeights)) } else { add(EqualWeights()) }
}

/// Brings the last update of the factor before to the errors of `rows` and sets their q from `table`.
func beginFactor(
  _ rows: Range<Int>, of matrix: SparseRows, cells: UnsafeMutablePointer<RowCell>,
  update: AnyBlockSlots?, updateTable: FactorTable, table: FactorTable
) {
  @inline(__always)
  func pass<Update: RowUpdate>(_ update: Update) where Update.Cell == RowCell {
    if let values = matrix.values {
      setSums(rows, matrix, StoredValues(values: values), cells, update, table)
    } else {
      setSums(rows, matrix, UnitValues(), cells, update, table)
    }
  }
  switch update {
  case nil: pass(NoUpdate<RowCell>())
  case .unit(let slots): pass(FactorUpdate(slots: slots, table: updateTable))
  case .dense(let slots): pass(FactorUpdate(slots: slots, table: updateTable))
  case .general(let slots): pass(FactorUpdate(slots: slots, table: updateTable))
  }
}

@inline(__always)
private func setSums<Values: EntryValues, Update: RowUpdate>(
  _ rows: Range<Int>, _ matrix: SparseRows, _ values: Values,
  _ cells: UnsafeMutablePointer<RowCell>, _ update: Update, _ table: FactorTable
) where Update.Cell == RowCell {
  for row in rows {
    var cell = cells[row]
    update.apply(row, to: &cell)
    var sum = 0.0
    for entry in matrix.start(ofRow: row)..<matrix.start(ofRow: row &+ 1) {
      sum += table[Int(matrix.ids[entry])].x * values[entry]
    }
    cells[row] = RowCell(cell.x, sum)
  }
}
