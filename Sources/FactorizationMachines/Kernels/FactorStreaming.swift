// SPDX-License-Identifier: Apache-2.0

import CPlatform

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
    fm_prefetch_to_write(cells + (row &+ cellPrefetchDistance))
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
      fm_prefetch(cells + (row &+ cellPrefetchDistance))
      sums.add(index, at: row, cells[row])
    }
  } else {
    for index in 0..<count { sums.add(index, at: index, cells[index]) }
  }
  sums.finish()
}

/// What waits to be brought to the cells: the change of a block, and then the q with which a factor begins.
struct PendingFactor {
  /// The block that has changed, if there is one.
  var slots: AnyBlockSlots?

  /// The table of the factor that has changed.
  let table: FactorTable

  /// Σ v x of each row for the factor that begins; nil when none does.
  var sums: UnsafePointer<Double>?
}

/// Begins a factor whose q is known, once the last update of the factor before is made.
struct FactorStart<Last: RowUpdate>: RowUpdate where Last.Cell == RowCell {
  static var changesCells: Bool { true }
  let last: Last
  let sums: UnsafePointer<Double>

  @inline(__always)
  func apply(_ index: Int, to cell: inout RowCell) {
    last.apply(index, to: &cell)
    cell.y = sums[index]
  }
}

/// A pass over `rows` for one factor: brings `pending` to them and adds up the terms of the block whose slots
/// are `terms`; `caseWeights` are what the rows count in the sums.
func streamFactor(
  _ rows: Range<Int>, cells: UnsafeMutablePointer<RowCell>, pending: PendingFactor?,
  terms: AnyBlockSlots?, caseWeights: UnsafePointer<Double>?, table: FactorTable,
  to accumulators: UnsafeMutablePointer<SIMD2<Double>>, vectorWidth: Int = WideVectors.width
) {
  let done =
    caseWeights == nil
    ? streamWideFactor(
      rows, cells: cells, pending: pending, terms: terms, table: table, to: accumulators,
      width: vectorWidth) : 0
  let rows = rows.lowerBound &+ done..<rows.upperBound
  @inline(__always)
  func pass<Update: RowUpdate, Weights: CaseWeights>(
    _ update: Update, _ weights: Weights
  ) where Update.Cell == RowCell {
    switch terms {
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
  func pass<Update: RowUpdate>(_ update: Update) where Update.Cell == RowCell {
    if let caseWeights {
      pass(update, StoredWeights(weights: caseWeights))
    } else {
      pass(update, EqualWeights())
    }
  }
  @inline(__always)
  func begin<Last: RowUpdate>(_ last: Last) where Last.Cell == RowCell {
    if let sums = pending?.sums {
      pass(FactorStart(last: last, sums: sums))
    } else {
      pass(last)
    }
  }
  guard let pending else { return pass(NoUpdate<RowCell>()) }
  switch pending.slots {
  case nil: begin(NoUpdate<RowCell>())
  case .unit(let slots): begin(FactorUpdate(slots: slots, table: pending.table))
  case .dense(let slots): begin(FactorUpdate(slots: slots, table: pending.table))
  case .general(let slots): begin(FactorUpdate(slots: slots, table: pending.table))
  }
}

/// Adds up the terms of a block for one factor over a list of rows; nil lists them all.
func addFactorTerms(
  _ rows: UnsafePointer<UInt32>?, count: Int, cells: UnsafeMutablePointer<RowCell>,
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
    case .dense:
      // Every row has an entry.
      streamFactor(
        0..<count, cells: cells, pending: nil, terms: slots, caseWeights: caseWeights,
        table: table, to: accumulators)
    case .general(let slots):
      addRows(
        rows, count: count, cells: cells,
        sums: FactorSums(slots: slots, weights: weights, table: table, sums: accumulators))
    }
  }
  if let caseWeights { add(StoredWeights(weights: caseWeights)) } else { add(EqualWeights()) }
}
