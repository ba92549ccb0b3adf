// SPDX-License-Identifier: Apache-2.0

// Passes over the rows of a relation for one conflict-free block of its features after the other. The
// operations are those of the passes down the columns.

/// Brings new weights of a block to the rows.
struct FeatureWeightUpdate<Slots: BlockSlots>: RowUpdate {
  static var changesCells: Bool { true }
  let slots: Slots
  let table: FactorTable

  @inline(__always)
  func apply(_ index: Int, to row: inout BlockRow) {
    guard let entry = slots[index] else { return }
    row.changeWeight(x: entry.x, change: table[entry.id].y)
  }
}

/// Brings one new factor of a block to the rows.
struct FeatureFactorUpdate<Slots: BlockSlots>: RowUpdate {
  static var changesCells: Bool { true }
  let slots: Slots
  let table: FactorTable

  @inline(__always)
  func apply(_ index: Int, to row: inout BlockRow) {
    guard let entry = slots[index] else { return }
    let term = table[entry.id]
    row.changeFactor(x: entry.x, old: term.x, change: term.y)
  }
}

/// Adds up for the weights of a block.
struct FeatureWeightTerms<Slots: BlockSlots>: RowSums {
  let slots: Slots
  let sums: UnsafeMutablePointer<SIMD2<Double>>

  @inline(__always)
  func add(_ index: Int, at _: Int, _ row: BlockRow) {
    guard let entry = slots[index] else { return }
    sums[entry.id].x += entry.x * row.errorSums.x
  }

  @inline(__always) func finish() {}
}

/// Adds up for one factor of a block.
struct FeatureFactorTerms<Slots: BlockSlots>: RowSums {
  let slots: Slots
  let table: FactorTable
  let sums: UnsafeMutablePointer<SIMD2<Double>>

  @inline(__always)
  func add(_ index: Int, at _: Int, _ row: BlockRow) {
    guard let entry = slots[index] else { return }
    let x = Float(entry.x)
    sums[entry.id] += row.factorTerms(
      x: entry.x, square: Double(x * x), factor: table[entry.id].x)
  }

  @inline(__always) func finish() {}
}

/// What a relation's features are updated in.
enum FeatureParameter {
  case weights
  case factor
}

/// A pass over `rows`: brings the update of the block whose slots are `update` to them and adds up the
/// terms of the block whose slots are `terms`.
func streamFeatures(
  _ rows: Range<Int>, of blockRows: UnsafeMutablePointer<BlockRow>, _ parameter: FeatureParameter,
  update: AnyBlockSlots?, terms: AnyBlockSlots?, table: FactorTable,
  to sums: UnsafeMutablePointer<SIMD2<Double>>
) {
  @inline(__always)
  func pass<Update: RowUpdate>(_ update: Update) where Update.Cell == BlockRow {
    @inline(__always)
    func add<Slots: BlockSlots>(_ slots: Slots) {
      switch parameter {
      case .weights:
        let terms = FeatureWeightTerms(slots: slots, sums: sums)
        streamRows(rows, cells: blockRows, update: update, sums: terms)
      case .factor:
        let terms = FeatureFactorTerms(slots: slots, table: table, sums: sums)
        streamRows(rows, cells: blockRows, update: update, sums: terms)
      }
    }
    switch terms {
    case nil: streamRows(rows, cells: blockRows, update: update, sums: NoSums())
    case .unit(let slots): add(slots)
    case .dense(let slots): add(slots)
    case .general(let slots): add(slots)
    }
  }
  @inline(__always)
  func apply<Slots: BlockSlots>(_ slots: Slots) {
    switch parameter {
    case .weights: pass(FeatureWeightUpdate(slots: slots, table: table))
    case .factor: pass(FeatureFactorUpdate(slots: slots, table: table))
    }
  }
  switch update {
  case nil: pass(NoUpdate<BlockRow>())
  case .unit(let slots): apply(slots)
  case .dense(let slots): apply(slots)
  case .general(let slots): apply(slots)
  }
}

/// Adds up the terms of a block over a list of rows, the slots being in the order of that list; nil lists
/// them all.
func addFeatureTerms(
  _ rows: UnsafePointer<UInt32>?, count: Int, of blockRows: UnsafePointer<BlockRow>,
  _ parameter: FeatureParameter, slots: AnyBlockSlots, table: FactorTable,
  to sums: UnsafeMutablePointer<SIMD2<Double>>
) {
  @inline(__always)
  func add<Slots: BlockSlots>(_ slots: Slots) {
    switch parameter {
    case .weights:
      let terms = FeatureWeightTerms(slots: slots, sums: sums)
      addRows(rows, count: count, cells: blockRows, sums: terms)
    case .factor:
      let terms = FeatureFactorTerms(slots: slots, table: table, sums: sums)
      addRows(rows, count: count, cells: blockRows, sums: terms)
    }
  }
  switch slots {
  case .unit(let slots): add(slots)
  case .dense(let slots): add(slots)
  case .general(let slots): add(slots)
  }
}
