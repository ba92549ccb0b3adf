// SPDX-License-Identifier: Apache-2.0

// Passes over the cases for a relation. Every case refers to one row of it, so the rows take the part that
// the features of a conflict-free block have in the main table: sums are added up for each of them in
// the order of the cases, and their changes brought back to the cases.

/// Takes what a row gave to the errors before its weights changed away, and adds what it gives now.
struct BlockRowWeightUpdate: RowUpdate {
  static var changesCells: Bool { true }
  let mapping: UnsafePointer<UInt32>
  let changes: UnsafePointer<BlockRowChange>

  @inline(__always)
  func apply(_ index: Int, to error: inout Double) {
    let scores = changes[Int(mapping[index])].scores
    error = (error - scores.x) + scores.y
  }
}

struct BlockRowWeightSums: RowSums {
  let mapping: UnsafePointer<UInt32>
  let blockRows: UnsafeMutablePointer<BlockRow>

  @inline(__always)
  func add(_ index: Int, _ error: Double) {
    blockRows[Int(mapping[index])].errorSums.x += error
  }

  @inline(__always) func finish() {}
}

/// A pass over `cases` for the weights of a relation's features; the errors are `stride` numbers apart.
func streamBlockRowWeights(
  _ cases: Range<Int>, errors: UnsafeMutablePointer<Double>, stride: Int, update: ErrorUpdate?,
  table: FactorTable, sums: BlockRowWeightSums
) {
  @inline(__always)
  func pass<Update: RowUpdate>(_ update: Update) where Update.Cell == Double {
    streamErrors(cases, errors, stride, update, sums)
  }
  switch update {
  case nil: pass(NoUpdate<Double>())
  case .shift(let shift): pass(ErrorShift(shift: shift))
  case .weights(.unit(let slots)): pass(WeightUpdate(slots: slots, table: table))
  case .weights(.dense(let slots)): pass(WeightUpdate(slots: slots, table: table))
  case .weights(.general(let slots)): pass(WeightUpdate(slots: slots, table: table))
  case .blockRows(let update): pass(update)
  }
}

/// Adds up the errors of a list of cases for the rows of a relation; the mapping is in the order of that
/// list.
func addBlockRowErrors(
  _ cases: UnsafePointer<UInt32>, count: Int, errors: UnsafePointer<Double>, stride: Int,
  sums: BlockRowWeightSums
) {
  for index in 0..<count { sums.add(index, errors[Int(cases[index]) &* stride]) }
}

/// As ``BlockRowWeightUpdate`` for one factor, whose interaction with the rest of the case counts too.
struct BlockRowFactorUpdate: RowUpdate {
  static var changesCells: Bool { true }
  let mapping: UnsafePointer<UInt32>
  let changes: UnsafePointer<BlockRowChange>

  @inline(__always)
  func apply(_ index: Int, to cell: inout RowCell) {
    let change = changes[Int(mapping[index])]
    let rest = cell.y - change.sums.x
    let terms = change.scores + (SIMD2(repeating: rest) * change.sums)
    cell = RowCell((cell.x - terms.x) + terms.y, rest + change.sums.y)
  }
}

struct BlockRowFactorSums: RowSums {
  let mapping: UnsafePointer<UInt32>
  let blockRows: UnsafeMutablePointer<BlockRow>

  @inline(__always)
  func add(_ index: Int, _ cell: RowCell) {
    let row = blockRows + Int(mapping[index])
    let rest = cell.y - row.pointee.sum
    let powers = SIMD2(1, rest)
    row.pointee.errorSums += SIMD2(repeating: cell.x) * powers
    row.pointee.factorSums += SIMD2(repeating: rest) * powers
  }

  @inline(__always) func finish() {}
}

/// The rows that the cases refer to in one relation.
struct CaseBlockRows {
  let mapping: UnsafePointer<UInt32>
  let blockRows: UnsafeMutablePointer<BlockRow>
}

/// Begins a factor: sets q from the features of the main table and then of each relation, after the last
/// update of the factor before if there was one.
struct JoinedFactorStart: RowUpdate {
  static var changesCells: Bool { true }
  let last: BlockRowFactorUpdate?
  let rows: SparseRows
  let table: FactorTable
  let relations: UnsafeBufferPointer<CaseBlockRows>

  @inline(__always)
  func apply(_ index: Int, to cell: inout RowCell) {
    if let last { last.apply(index, to: &cell) }
    let values = AnyValues(values: rows.values)
    var sum = 0.0
    for entry in rows.entries(ofRow: index) {
      sum += table[Int(rows.ids[entry])].x * values[entry]
    }
    for relation in relations {
      sum += relation.blockRows[Int(relation.mapping[index])].sum
    }
    cell.y = sum
  }
}

/// What a pass for one factor does first.
enum JoinedFactorUpdate {
  case none
  case features(AnyBlockSlots, FactorTable)
  case blockRows(BlockRowFactorUpdate)
  case start(JoinedFactorStart)
}

/// A pass over `cases` for one factor of a relation's features.
func streamBlockRows(
  _ cases: Range<Int>, cells: UnsafeMutablePointer<RowCell>, update: JoinedFactorUpdate,
  sums: BlockRowFactorSums?
) {
  @inline(__always)
  func pass<Update: RowUpdate>(_ update: Update) where Update.Cell == RowCell {
    if let sums {
      streamRows(cases, cells: cells, update: update, sums: sums)
    } else {
      streamRows(cases, cells: cells, update: update, sums: NoSums())
    }
  }
  switch update {
  case .none: pass(NoUpdate<RowCell>())
  case .features(.unit(let slots), let table): pass(FactorUpdate(slots: slots, table: table))
  case .features(.dense(let slots), let table): pass(FactorUpdate(slots: slots, table: table))
  case .features(.general(let slots), let table): pass(FactorUpdate(slots: slots, table: table))
  case .blockRows(let update): pass(update)
  case .start(let start): pass(start)
  }
}

/// Adds up for the rows of a relation over a list of cases; the mapping is in the order of that list.
func addBlockRowTerms(
  _ cases: UnsafePointer<UInt32>, count: Int, cells: UnsafePointer<RowCell>,
  sums: BlockRowFactorSums
) {
  addRows(cases, count: count, cells: cells, sums: sums)
}
