// SPDX-License-Identifier: Apache-2.0

// Passes over the rows for the linear weights. The table holds (w, w − w′) for each feature, w being the
// value at the start of its update and w′ the new one; the first lane of a feature's sums holds
// Σ x (e − w x).

struct WeightUpdate<Slots: BlockSlots>: RowUpdate {
  static var changesCells: Bool { true }
  let slots: Slots
  let table: FactorTable

  @inline(__always)
  func apply(_ index: Int, to error: inout Double) {
    guard let entry = slots[index] else { return }
    error -= entry.x * table[entry.id].y
  }
}

/// Lowers every error by the same number.
struct ErrorShift: RowUpdate {
  static var changesCells: Bool { true }
  let shift: Double

  @inline(__always) func apply(_ index: Int, to error: inout Double) { error -= shift }
}

struct WeightSums<Slots: BlockSlots>: RowSums {
  let slots: Slots
  let table: FactorTable
  let sums: UnsafeMutablePointer<SIMD2<Double>>

  @inline(__always)
  func add(_ index: Int, _ error: Double) {
    guard let entry = slots[index] else { return }
    sums[entry.id].x += entry.x * (error - (table[entry.id].x * entry.x))
  }

  @inline(__always) func finish() {}
}

/// The sum of a feature that every row has, kept at hand.
struct DenseWeightSums: RowSums {
  private let slots: DenseSlots
  private let old: Double
  private let target: UnsafeMutablePointer<SIMD2<Double>>
  private var sum: Double

  init(slots: DenseSlots, table: FactorTable, sums: UnsafeMutablePointer<SIMD2<Double>>) {
    self.slots = slots
    old = table[slots.id].x
    target = sums + slots.id
    sum = target.pointee.x
  }

  @inline(__always)
  mutating func add(_ index: Int, _ error: Double) {
    let x = Double(slots.values[index])
    sum += x * (error - (old * x))
  }

  @inline(__always) func finish() { target.pointee.x = sum }
}

/// What a pass for the weights does first.
enum ErrorUpdate {
  case shift(Double)
  case weights(AnyBlockSlots)
}

/// A pass over `rows` for the weights; the errors are `stride` numbers apart.
func streamWeights(
  _ rows: Range<Int>, errors: UnsafeMutablePointer<Double>, stride: Int, update: ErrorUpdate?,
  sums: AnyBlockSlots?, table: FactorTable, to accumulators: UnsafeMutablePointer<SIMD2<Double>>
) {
  @inline(__always)
  func pass<Update: RowUpdate>(_ update: Update) where Update.Cell == Double {
    switch sums {
    case nil: streamErrors(rows, errors, stride, update, NoSums())
    case .unit(let slots):
      let sums = WeightSums(slots: slots, table: table, sums: accumulators)
      streamErrors(rows, errors, stride, update, sums)
    case .dense(let slots):
      let sums = DenseWeightSums(slots: slots, table: table, sums: accumulators)
      streamErrors(rows, errors, stride, update, sums)
    case .general(let slots):
      let sums = WeightSums(slots: slots, table: table, sums: accumulators)
      streamErrors(rows, errors, stride, update, sums)
    }
  }
  switch update {
  case nil: pass(NoUpdate<Double>())
  case .shift(let shift): pass(ErrorShift(shift: shift))
  case .weights(.unit(let slots)): pass(WeightUpdate(slots: slots, table: table))
  case .weights(.dense(let slots)): pass(WeightUpdate(slots: slots, table: table))
  case .weights(.general(let slots)): pass(WeightUpdate(slots: slots, table: table))
  }
}

@inline(__always)
private func streamErrors<Update: RowUpdate, Sums: RowSums>(
  _ rows: Range<Int>, _ errors: UnsafeMutablePointer<Double>, _ stride: Int, _ update: Update,
  _ sums: Sums
) where Update.Cell == Double, Sums.Cell == Double {
  var sums = sums
  for row in rows {
    var error = errors[row &* stride]
    update.apply(row, to: &error)
    sums.add(row, error)
    if Update.changesCells { errors[row &* stride] = error }
  }
  sums.finish()
}

/// Adds up the terms of a block for the weights over a list of rows; nil lists them all.
func addWeightTerms(
  _ rows: UnsafePointer<UInt32>?, count: Int, errors: UnsafePointer<Double>, stride: Int,
  slots: AnyBlockSlots, table: FactorTable, to accumulators: UnsafeMutablePointer<SIMD2<Double>>
) {
  @inline(__always)
  func add<Sums: RowSums>(_ sums: Sums) where Sums.Cell == Double {
    var sums = sums
    for index in 0..<count {
      let row = rows.map { Int($0[index]) } ?? index
      sums.add(index, errors[row &* stride])
    }
    sums.finish()
  }
  switch slots {
  case .unit(let slots): add(WeightSums(slots: slots, table: table, sums: accumulators))
  case .dense(let slots): add(DenseWeightSums(slots: slots, table: table, sums: accumulators))
  case .general(let slots): add(WeightSums(slots: slots, table: table, sums: accumulators))
  }
}
