// SPDX-License-Identifier: Apache-2.0

import CPlatform

// Passes over the rows for the linear weights. The table holds (w, w − w′) for each feature, w being the
// value at the start of its update and w′ the new one; the first lane of a feature's sums holds
// Σ c x (e − w x), c being the weights of the cases.

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

struct WeightSums<Slots: BlockSlots, Weights: CaseWeights>: RowSums {
  let slots: Slots
  let weights: Weights
  let table: FactorTable
  let sums: UnsafeMutablePointer<SIMD2<Double>>

  @inline(__always)
  func add(_ index: Int, at place: Int, _ error: Double) {
    guard let entry = slots[index] else { return }
    let term = entry.x * (error - (table[entry.id].x * entry.x))
    sums[entry.id].x += weights.weighted(term, at: place)
  }

  @inline(__always) func finish() {}
}

/// The sum of a feature that every row has, kept at hand.
struct DenseWeightSums<Weights: CaseWeights>: RowSums {
  private let slots: DenseSlots
  private let weights: Weights
  private let old: Double
  private let target: UnsafeMutablePointer<SIMD2<Double>>
  private var sum: Double

  init(
    slots: DenseSlots, weights: Weights, table: FactorTable,
    sums: UnsafeMutablePointer<SIMD2<Double>>
  ) {
    self.slots = slots
    self.weights = weights
    old = table[slots.id].x
    target = sums + slots.id
    sum = target.pointee.x
  }

  @inline(__always)
  mutating func add(_ index: Int, at place: Int, _ error: Double) {
    let x = Double(slots.values[index])
    sum += weights.weighted(x * (error - (old * x)), at: place)
  }

  @inline(__always) func finish() { target.pointee.x = sum }
}

/// What a pass for the weights does first.
enum ErrorUpdate {
  case shift(Double)
  case weights(AnyBlockSlots)
}

/// A pass over `rows` for the linear weights; the errors are `stride` numbers apart, and `caseWeights` are
/// what the rows count in the sums.
func streamWeights(
  _ rows: Range<Int>, errors: UnsafeMutablePointer<Double>, stride: Int, update: ErrorUpdate?,
  sums: AnyBlockSlots?, caseWeights: UnsafePointer<Double>?, table: FactorTable,
  to accumulators: UnsafeMutablePointer<SIMD2<Double>>
) {
  @inline(__always)
  func pass<Update: RowUpdate, Weights: CaseWeights>(
    _ update: Update, _ weights: Weights
  ) where Update.Cell == Double {
    switch sums {
    case nil: streamErrors(rows, errors, stride, update, NoSums())
    case .unit(let slots):
      let sums = WeightSums(slots: slots, weights: weights, table: table, sums: accumulators)
      streamErrors(rows, errors, stride, update, sums)
    case .dense(let slots):
      let sums = DenseWeightSums(slots: slots, weights: weights, table: table, sums: accumulators)
      streamErrors(rows, errors, stride, update, sums)
    case .general(let slots):
      let sums = WeightSums(slots: slots, weights: weights, table: table, sums: accumulators)
      streamErrors(rows, errors, stride, update, sums)
    }
  }
  @inline(__always)
  func pass<Weights: CaseWeights>(_ weights: Weights) {
    switch update {
    case nil: pass(NoUpdate<Double>(), weights)
    case .shift(let shift): pass(ErrorShift(shift: shift), weights)
    case .weights(.unit(let slots)): pass(WeightUpdate(slots: slots, table: table), weights)
    case .weights(.dense(let slots)): pass(WeightUpdate(slots: slots, table: table), weights)
    case .weights(.general(let slots)): pass(WeightUpdate(slots: slots, table: table), weights)
    }
  }
  if let caseWeights { pass(StoredWeights(weights: caseWeights)) } else { pass(EqualWeights()) }
}

@inline(__always)
private func streamErrors<Update: RowUpdate, Sums: RowSums>(
  _ rows: Range<Int>, _ errors: UnsafeMutablePointer<Double>, _ stride: Int, _ update: Update,
  _ sums: Sums
) where Update.Cell == Double, Sums.Cell == Double {
  var sums = sums
  for row in rows {
    fm_prefetch_to_write(errors + (row &+ cellPrefetchDistance) &* stride)
    var error = errors[row &* stride]
    update.apply(row, to: &error)
    sums.add(row, at: row, error)
    if Update.changesCells { errors[row &* stride] = error }
  }
  sums.finish()
}

/// Adds up the terms of a block for the linear weights over a list of rows; nil lists them all.
func addWeightTerms(
  _ rows: UnsafePointer<UInt32>?, count: Int, errors: UnsafePointer<Double>, stride: Int,
  slots: AnyBlockSlots, caseWeights: UnsafePointer<Double>?, table: FactorTable,
  to accumulators: UnsafeMutablePointer<SIMD2<Double>>
) {
  @inline(__always)
  func add<Sums: RowSums>(_ sums: Sums) where Sums.Cell == Double {
    var sums = sums
    for index in 0..<count {
      let row = rows.map { Int($0[index]) } ?? index
      fm_prefetch(errors + (row &+ cellPrefetchDistance) &* stride)
      sums.add(index, at: row, errors[row &* stride])
    }
    sums.finish()
  }
  @inline(__always)
  func add<Weights: CaseWeights>(_ weights: Weights) {
    switch slots {
    case .unit(let slots):
      add(WeightSums(slots: slots, weights: weights, table: table, sums: accumulators))
    case .dense(let slots):
      add(DenseWeightSums(slots: slots, weights: weights, table: table, sums: accumulators))
    case .general(let slots):
      add(WeightSums(slots: slots, weights: weights, table: table, sums: accumulators))
    }
  }
  if let caseWeights { add(StoredWeights(weights: caseWeights)) } else { add(EqualWeights()) }
}
