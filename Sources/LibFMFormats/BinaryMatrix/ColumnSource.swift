// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines

/// A file by columns, from which workers pick what belongs to a range of rows.
///
/// Every worker takes from each column the entries whose rows are in its range: found by bisection, as
/// rows ascend within a column. Where they do not, one worker takes all.
struct ColumnSource: @unchecked Sendable {
  let words: UnsafePointer<UInt32>
  let pieces: [BinaryMatrixPiece]

  /// The matrix as it is by rows.
  let header: BinaryMatrixHeader

  /// Whether rows ascend within each column.
  let ascends: Bool

  /// Shares the rows out.
  func forEachRowRange(_ pool: WorkerPool, _ job: (Range<Int>) -> Void) {
    if ascends {
      pool.forEachRange(of: header.rowCount, grain: 1 << 12, job)
    } else {
      job(0..<header.rowCount)
    }
  }

  /// Counts the entries of each row.
  func count(rows range: Range<Int>, in counts: UnsafeMutablePointer<Int>) {
    forEachEntry(ofRows: range) { _, row, _ in counts[row] &+= 1 }
  }

  /// Fills rows; each row's cursor moves on from its beginning to its end.
  func scatter(
    toRows range: Range<Int>, cursors: UnsafeMutablePointer<Int>,
    ids: UnsafeMutablePointer<UInt32>, values: UnsafeMutablePointer<Float>?
  ) {
    forEachEntry(ofRows: range) { column, row, bits in
      let target = cursors[row]
      cursors[row] = target &+ 1
      ids[target] = UInt32(truncatingIfNeeded: column)
      if let values { values[target] = Float(bitPattern: bits) }
    }
  }

  /// Fills rows of `width` entries.
  ///
  /// - Returns: whether no row has more.
  func scatter(
    toRows range: Range<Int>, width: UInt8, fills: UnsafeMutablePointer<UInt8>,
    ids: UnsafeMutablePointer<UInt32>, values: UnsafeMutablePointer<Float>?
  ) -> Bool {
    var fits = true
    forEachEntry(ofRows: range) { column, row, bits in
      let fill = fills[row]
      fits = fits && fill < width
      if fits {
        fills[row] = fill &+ 1
        let target = row &* Int(width) &+ Int(fill)
        ids[target] = UInt32(truncatingIfNeeded: column)
        if let values { values[target] = Float(bitPattern: bits) }
      }
    }
    return fits
  }

  /// Calls `body` with the entries of a range of rows, column by column.
  @inline(__always)
  private func forEachEntry(
    ofRows range: Range<Int>, _ body: (_ column: Int, _ row: Int, _ bits: UInt32) -> Void
  ) {
    for piece in pieces {
      piece.forEachRow(of: words) { column, entries, count in
        for entry in part(of: entries, count, inRows: range) {
          body(
            column, Int(UInt32(littleEndian: entries[2 &* entry])),
            UInt32(littleEndian: entries[2 &* entry &+ 1]))
        }
      }
    }
  }

  @inline(__always)
  private func part(
    of entries: UnsafePointer<UInt32>, _ count: Int, inRows range: Range<Int>
  ) -> Range<Int> {
    guard ascends else { return 0..<count }
    let start = firstEntry(of: entries, count, atOrAfter: range.lowerBound)
    let end = firstEntry(of: entries, count, atOrAfter: range.upperBound)
    return Range(uncheckedBounds: (start, end))
  }

  /// The first entry of a column whose row is not before `row`.
  @inline(__always)
  private func firstEntry(
    of entries: UnsafePointer<UInt32>, _ count: Int, atOrAfter row: Int
  ) -> Int {
    if row == 0 { return 0 }
    if row == header.rowCount { return count }
    var (low, high) = (0, count)
    while low < high {
      let middle = (low &+ high) &>> 1
      if Int(UInt32(littleEndian: entries[2 &* middle])) < row {
        low = middle &+ 1
      } else {
        high = middle
      }
    }
    return low
  }
}
