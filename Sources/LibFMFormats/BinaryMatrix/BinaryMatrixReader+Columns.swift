// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines

extension BinaryMatrixReader {
  /// Turns a matrix around while it is read: a counting sort from the mapped file into the final arrays.
  ///
  /// Every worker owns a range of the result's rows and takes from each column the entries that fall
  /// into it: found by bisection, as rows ascend within a column. Where they do not, one worker does all.
  func readColumns(_ file: BinaryMatrixFile, rowCount: Int? = nil) throws -> SparseMatrix {
    let header = file.header.transposed
    try file.checkFeatureCount(header.columnCount, atByte: 16)
    try file.checkCaseCount(header.rowCount, expected: rowCount)
    let (pieces, _) = try file.pieces(pool: pool)
    let contents = try file.contents(of: pieces, pool: pool) { $0.content(of: $1) }
    return try file.withWords { words in
      let hasValues = contents.contains(where: \.hasValues)
      let offsets = try AlignedBuffer<Int>(count: header.rowCount + 1)
      let ids = try AlignedBuffer<UInt32>(count: header.entryCount)
      let values = hasValues ? try AlignedBuffer<Float>(count: header.entryCount) : nil

      let source = ColumnSource(
        words: words, pieces: pieces, ascends: contents.allSatisfy(\.ascends))
      forEachRowRange(of: header.rowCount, source) { range in
        source.countEntries(ofRows: range, in: offsets.base + 1)
      }
      let rowWidth = startRows(offsets)
      forEachRowRange(of: header.rowCount, source) { range in
        source.scatter(
          toRows: range, cursors: offsets.base + 1, ids: ids.base, values: values?.base)
      }
      return SparseMatrix(
        rowCount: header.rowCount, columnCount: header.columnCount, rowWidth: rowWidth ?? 0,
        offsets: rowWidth == nil ? offsets : nil, ids: ids, values: values)
    }
  }

  private func forEachRowRange(
    of rowCount: Int, _ source: ColumnSource, _ job: (Range<Int>) -> Void
  ) {
    if source.ascends {
      pool.forEachRange(of: rowCount, grain: 1 << 12, job)
    } else {
      job(0..<rowCount)
    }
  }

  /// Turns the counts behind the first element into where each row begins; filling the rows then moves
  /// them on to where each ends.
  ///
  /// - Returns: the number of entries of a row, if it is always the same.
  private func startRows(_ offsets: AlignedBuffer<Int>) -> Int? {
    let rowCount = offsets.count - 1
    let counts = offsets.base + 1
    let width = rowCount > 0 ? counts[0] : 0
    var isUniform = true
    var end = 0
    for row in 0..<rowCount {
      let count = counts[row]
      isUniform = isUniform && count == width
      counts[row] = end
      end &+= count
    }
    return isUniform ? width : nil
  }
}

/// A file by columns, for workers that pick out what belongs to a range of rows.
private struct ColumnSource: @unchecked Sendable {
  let words: UnsafePointer<UInt32>
  let pieces: [BinaryMatrixPiece]

  /// Whether rows ascend within each column; if not, only the range of all rows may be asked for.
  let ascends: Bool

  func countEntries(ofRows range: Range<Int>, in counts: UnsafeMutablePointer<Int>) {
    for piece in pieces {
      piece.forEachRow(of: words) { _, entries, count in
        for entry in part(of: entries, count, inRows: range) {
          counts[Int(UInt32(littleEndian: entries[2 &* entry]))] &+= 1
        }
      }
    }
  }

  func scatter(
    toRows range: Range<Int>, cursors: UnsafeMutablePointer<Int>,
    ids: UnsafeMutablePointer<UInt32>, values: UnsafeMutablePointer<Float>?
  ) {
    for piece in pieces {
      piece.forEachRow(of: words) { column, entries, count in
        for entry in part(of: entries, count, inRows: range) {
          let row = Int(UInt32(littleEndian: entries[2 &* entry]))
          let target = cursors[row]
          cursors[row] = target &+ 1
          ids[target] = UInt32(truncatingIfNeeded: column)
          if let values {
            values[target] = Float(
              bitPattern: UInt32(littleEndian: entries[2 &* entry &+ 1]))
          }
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
    return Range(uncheckedBounds: (start, max(start, end)))
  }

  /// The first entry of a column whose row is not before `row`.
  @inline(__always)
  private func firstEntry(
    of entries: UnsafePointer<UInt32>, _ count: Int, atOrAfter row: Int
  ) -> Int {
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
