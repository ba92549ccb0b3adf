// SPDX-License-Identifier: Apache-2.0

import CPlatform

// Passes over rows that have exactly two entries of value 1, one in each of two blocks. Then q needs no
// memory: it is the sum of two table entries, less the change of the left one once that is made. Tables
// and sums are those of factor and weight streaming; the cell of a row is its error, and what it counts
// (`caseWeights`, nil for 1) stands in the same place.

/// The ids of a row's two entries, the left block's and the right block's.
typealias IDPair = SIMD2<UInt32>

/// Rows in the order in which a pass visits them.
struct PairRows {
  let count: Int

  /// Where the error of each row stands; nil for one after the other.
  let positions: UnsafePointer<UInt32>?
  let ids: UnsafePointer<IDPair>

  /// The ids of one side.
  func slots(_ side: PairSide) -> UnitSlots {
    let words = UnsafeRawPointer(ids).assumingMemoryBound(to: UInt32.self)
    return UnitSlots(ids: words + side.rawValue, stride: 2)
  }
}

/// A block of a pair, by the place of its id.
enum PairSide: Int {
  case left
  case right
}

/// Brings the factor's update of the left block to a row.
struct LeftUpdate: RowUpdate {
  static var changesCells: Bool { true }
  let ids: UnsafePointer<IDPair>
  let table: FactorTable

  @inline(__always)
  func apply(_ index: Int, to error: inout Double) {
    let (left, right) = (table[Int(ids[index].x)], table[Int(ids[index].y)].x)
    let h = (left.x + right) - left.x
    error -= h * left.y
  }
}

/// Brings the factor's update of the right block to a row.
struct RightUpdate: RowUpdate {
  static var changesCells: Bool { true }
  let ids: UnsafePointer<IDPair>
  let table: FactorTable

  @inline(__always)
  func apply(_ index: Int, to error: inout Double) {
    let (left, right) = (table[Int(ids[index].x)], table[Int(ids[index].y)])
    let h = ((left.x + right.x) - left.y) - right.x
    error -= h * right.y
  }
}

/// Adds up the factor's terms of the left block.
struct LeftSums<Weights: CaseWeights>: RowSums {
  let ids: UnsafePointer<IDPair>
  let weights: Weights
  let table: FactorTable
  let sums: UnsafeMutablePointer<SIMD2<Double>>

  @inline(__always)
  func add(_ index: Int, at place: Int, _ error: Double) {
    let (left, right) = (table[Int(ids[index].x)].x, table[Int(ids[index].y)].x)
    let h = (left + right) - left
    sums[Int(ids[index].x)] += weights.weighted(SIMD2(h * error, h * h), at: place)
  }

  @inline(__always) func finish() {}
}

/// Adds up the factor's terms of the right block, whose left neighbours have been updated.
struct RightSums<Weights: CaseWeights>: RowSums {
  let ids: UnsafePointer<IDPair>
  let weights: Weights
  let table: FactorTable
  let sums: UnsafeMutablePointer<SIMD2<Double>>

  @inline(__always)
  func add(_ index: Int, at place: Int, _ error: Double) {
    let (left, right) = (table[Int(ids[index].x)], table[Int(ids[index].y)].x)
    let h = ((left.x + right) - left.y) - right
    sums[Int(ids[index].y)] += weights.weighted(SIMD2(h * error, h * h), at: place)
  }

  @inline(__always) func finish() {}
}

/// An update that the next pass over a pair's rows takes along.
enum PairUpdate {
  /// Lowers all errors.
  case shift(Double)

  /// Changes weights of the right block.
  case weights(FactorTable)

  /// Changes a factor of the right block.
  case factor(FactorTable)
}

/// Takes `update` along, which is no factor's, and adds up the terms of the left block's weights.
func streamLeftWeights(
  _ rows: PairRows, errors: UnsafeMutablePointer<Double>, update: PairUpdate?,
  caseWeights: UnsafePointer<Double>?, table: FactorTable,
  to sums: UnsafeMutablePointer<SIMD2<Double>>
) {
  @inline(__always)
  func pass<Weights: CaseWeights>(_ weights: Weights) {
    let terms = WeightSums(slots: rows.slots(.left), weights: weights, table: table, sums: sums)
    if case .shift(let shift) = update {
      streamPair(rows, errors, ErrorShift(shift: shift), terms)
    } else {
      streamPair(rows, errors, NoUpdate(), terms)
    }
  }
  if let caseWeights { pass(StoredWeights(weights: caseWeights)) } else { pass(EqualWeights()) }
}

/// Brings the left block's weights to the errors and adds up the terms of the right one's.
func streamRightWeights(
  _ rows: PairRows, errors: UnsafeMutablePointer<Double>, caseWeights: UnsafePointer<Double>?,
  table: FactorTable, to sums: UnsafeMutablePointer<SIMD2<Double>>
) {
  @inline(__always)
  func pass<Weights: CaseWeights>(_ weights: Weights) {
    streamPair(
      rows, errors, WeightUpdate(slots: rows.slots(.left), table: table),
      WeightSums(slots: rows.slots(.right), weights: weights, table: table, sums: sums))
  }
  if let caseWeights { pass(StoredWeights(weights: caseWeights)) } else { pass(EqualWeights()) }
}

/// Takes `update` along and adds up the terms of the left block for a factor.
func streamLeftFactor(
  _ rows: PairRows, errors: UnsafeMutablePointer<Double>, update: PairUpdate?,
  caseWeights: UnsafePointer<Double>?, table: FactorTable,
  to sums: UnsafeMutablePointer<SIMD2<Double>>
) {
  @inline(__always)
  func pass<Weights: CaseWeights>(_ weights: Weights) {
    let terms = LeftSums(ids: rows.ids, weights: weights, table: table, sums: sums)
    switch update {
    case nil: streamPair(rows, errors, NoUpdate(), terms)
    case .shift(let shift): streamPair(rows, errors, ErrorShift(shift: shift), terms)
    case .weights(let table):
      streamPair(rows, errors, WeightUpdate(slots: rows.slots(.right), table: table), terms)
    case .factor(let table):
      streamPair(rows, errors, RightUpdate(ids: rows.ids, table: table), terms)
    }
  }
  if let caseWeights { pass(StoredWeights(weights: caseWeights)) } else { pass(EqualWeights()) }
}

/// Brings the left block's factor to the errors and adds up the terms of the right one's.
func streamRightFactor(
  _ rows: PairRows, errors: UnsafeMutablePointer<Double>, caseWeights: UnsafePointer<Double>?,
  table: FactorTable, to sums: UnsafeMutablePointer<SIMD2<Double>>
) {
  @inline(__always)
  func pass<Weights: CaseWeights>(_ weights: Weights) {
    streamPair(
      rows, errors, LeftUpdate(ids: rows.ids, table: table),
      RightSums(ids: rows.ids, weights: weights, table: table, sums: sums))
  }
  if let caseWeights { pass(StoredWeights(weights: caseWeights)) } else { pass(EqualWeights()) }
}

@inline(__always)
private func streamPair<Update: RowUpdate, Sums: RowSums>(
  _ rows: PairRows, _ errors: UnsafeMutablePointer<Double>, _ update: Update, _ sums: Sums
) where Update.Cell == Double, Sums.Cell == Double {
  guard let positions = rows.positions else {
    streamRows(0..<rows.count, cells: errors, update: update, sums: sums)
    return
  }
  var sums = sums
  for index in 0..<rows.count {
    let position = Int(positions[index])
    // The rows of a cell stand one after the other.
    fm_prefetch_to_write(errors + (position &+ cellPrefetchDistance))
    var error = errors[position]
    update.apply(index, to: &error)
    sums.add(index, at: position, error)
    if Update.changesCells { errors[position] = error }
  }
  sums.finish()
}
