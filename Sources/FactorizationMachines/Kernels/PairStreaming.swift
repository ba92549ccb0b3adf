// SPDX-License-Identifier: Apache-2.0

// Passes over the rows for one factor when every row has exactly two entries of value 1, one in each of
// two blocks. Then q needs no memory: it is the sum of two table entries, less the change of the left
// one once that is made. Tables and sums are those of factor streaming; the cell of a row is its error.

/// The ids of a row's two entries, the left block's and the right block's.
typealias IDPair = SIMD2<UInt32>

/// Brings the update of the left block to a row.
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

/// Brings the update of the right block to a row.
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

/// Adds up the terms of the left block.
struct LeftSums: RowSums {
  let ids: UnsafePointer<IDPair>
  let table: FactorTable
  let sums: UnsafeMutablePointer<SIMD2<Double>>

  @inline(__always)
  func add(_ index: Int, _ error: Double) {
    let (left, right) = (table[Int(ids[index].x)].x, table[Int(ids[index].y)].x)
    let h = (left + right) - left
    sums[Int(ids[index].x)] += SIMD2(h * error, h * h)
  }

  @inline(__always) func finish() {}
}

/// Adds up the terms of the right block, whose left neighbours have been updated.
struct RightSums: RowSums {
  let ids: UnsafePointer<IDPair>
  let table: FactorTable
  let sums: UnsafeMutablePointer<SIMD2<Double>>

  @inline(__always)
  func add(_ index: Int, _ error: Double) {
    let (left, right) = (table[Int(ids[index].x)], table[Int(ids[index].y)].x)
    let h = ((left.x + right) - left.y) - right
    sums[Int(ids[index].y)] += SIMD2(h * error, h * h)
  }

  @inline(__always) func finish() {}
}

/// Updates of the left block and sums of the right one.
func streamLeftToRight(
  _ rows: Range<Int>, errors: UnsafeMutablePointer<Double>, ids: UnsafePointer<IDPair>,
  table: FactorTable, to sums: UnsafeMutablePointer<SIMD2<Double>>
) {
  streamRows(
    rows, cells: errors, update: LeftUpdate(ids: ids, table: table),
    sums: RightSums(ids: ids, table: table, sums: sums))
}

/// Updates of the right block for the factor of `updateTable` and sums of the left one for the next.
func streamRightToLeft(
  _ rows: Range<Int>, errors: UnsafeMutablePointer<Double>, ids: UnsafePointer<IDPair>,
  updateTable: FactorTable, table: FactorTable, to sums: UnsafeMutablePointer<SIMD2<Double>>
) {
  streamRows(
    rows, cells: errors, update: RightUpdate(ids: ids, table: updateTable),
    sums: LeftSums(ids: ids, table: table, sums: sums))
}

/// Updates of the left block.
func streamLeft(
  _ rows: Range<Int>, errors: UnsafeMutablePointer<Double>, ids: UnsafePointer<IDPair>,
  table: FactorTable
) {
  streamRows(
    rows, cells: errors, update: LeftUpdate(ids: ids, table: table), sums: NoSums())
}

/// Updates of the right block.
func streamRight(
  _ rows: Range<Int>, errors: UnsafeMutablePointer<Double>, ids: UnsafePointer<IDPair>,
  table: FactorTable
) {
  streamRows(
    rows, cells: errors, update: RightUpdate(ids: ids, table: table), sums: NoSums())
}

/// Sums of the left block over a list of rows, `ids` being in its order; nil lists all rows.
func addLeftTerms(
  _ rows: UnsafePointer<UInt32>?, count: Int, errors: UnsafePointer<Double>,
  ids: UnsafePointer<IDPair>, table: FactorTable, to sums: UnsafeMutablePointer<SIMD2<Double>>
) {
  addRows(
    rows, count: count, cells: errors, sums: LeftSums(ids: ids, table: table, sums: sums))
}

/// Sums of the right block over a list of rows, `ids` being in its order; nil lists all rows.
func addRightTerms(
  _ rows: UnsafePointer<UInt32>?, count: Int, errors: UnsafePointer<Double>,
  ids: UnsafePointer<IDPair>, table: FactorTable, to sums: UnsafeMutablePointer<SIMD2<Double>>
) {
  addRows(
    rows, count: count, cells: errors, sums: RightSums(ids: ids, table: table, sums: sums))
}
