// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines
import Synchronization

extension BinaryMatrixReader {
  /// Turns a matrix around while it is read: a counting sort from the mapped file into the final arrays.
  func readColumns(_ file: BinaryMatrixFile, rowCount: Int? = nil) throws -> SparseMatrix {
    let header = file.header.transposed
    try file.checkFeatureCount(header.columnCount, atByte: 16)
    try file.checkCaseCount(header.rowCount, expected: rowCount)
    let (pieces, _) = try file.pieces(pool: pool)
    let contents = try file.contents(of: pieces, pool: pool) { $0.content(of: $1) }
    let ids = try AlignedBuffer<UInt32>(dataCount: header.entryCount)
    let values =
      contents.contains(where: \.hasValues)
      ? try AlignedBuffer<Float>(dataCount: header.entryCount) : nil
    return try file.withWords { words in
      let source = ColumnSource(
        words: words, pieces: pieces, header: header, ascends: contents.allSatisfy(\.ascends))
      let rowWidth = try fillUniformRows(from: source, ids: ids, values: values)
      let offsets = try rowWidth == nil ? fillRows(from: source, ids: ids, values: values) : nil
      return SparseMatrix(
        rowCount: header.rowCount, columnCount: header.columnCount, rowWidth: rowWidth ?? 0,
        offsets: offsets, ids: ids, values: values)
    }
  }

  /// Fills rows that have all the same number of entries: nothing needs to be counted then, and the place
  /// in a row is one byte.
  ///
  /// - Returns: the number of entries of a row; nil when rows differ.
  private func fillUniformRows(
    from source: ColumnSource, ids: AlignedBuffer<UInt32>, values: AlignedBuffer<Float>?
  ) throws(OutOfMemoryError) -> Int? {
    let header = source.header
    if header.entryCount == 0 { return 0 }
    guard header.entryCount % header.rowCount == 0 else { return nil }
    let width = header.entryCount / header.rowCount
    guard let byteWidth = UInt8(exactly: width) else { return nil }
    let fills = try AlignedBuffer<UInt8>(count: header.rowCount)
    let isUniform = Atomic<Bool>(true)
    source.forEachRowRange(pool) { range in
      let fits = source.scatter(
        toRows: range, width: byteWidth, fills: fills.base, ids: ids.base, values: values?.base)
      if !fits { isUniform.store(false, ordering: .relaxed) }
    }
    return isUniform.load(ordering: .relaxed) ? width : nil
  }

  /// Fills rows of any number of entries.
  ///
  /// - Returns: where each row begins.
  private func fillRows(
    from source: ColumnSource, ids: AlignedBuffer<UInt32>, values: AlignedBuffer<Float>?
  ) throws(OutOfMemoryError) -> AlignedBuffer<Int> {
    let rowCount = source.header.rowCount
    let offsets = try AlignedBuffer<Int>(count: rowCount + 1)
    let cursors = offsets.base + 1
    source.forEachRowRange(pool) { source.count(rows: $0, in: cursors) }
    // Counts turn into where each row begins, and by filling the rows into where each ends.
    var end = 0
    for row in 0..<rowCount {
      let count = cursors[row]
      cursors[row] = end
      end &+= count
    }
    source.forEachRowRange(pool) {
      source.scatter(toRows: $0, cursors: cursors, ids: ids.base, values: values?.base)
    }
    return offsets
  }
}
