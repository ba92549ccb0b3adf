// SPDX-License-Identifier: Apache-2.0

/// A design matrix by columns (compressed sparse columns).
///
/// Column *j* holds the entries `offsets[j]..<offsets[j + 1]` of `rows` and `values`: rows ascending, the
/// entries that one row repeats in the order of that row. It has exactly the columns of its matrix.
struct ColumnView: Sendable {
  let columnCount: Int

  /// Where each column begins: `columnCount + 1` ascending entry indices.
  let offsets: AlignedBuffer<Int>

  /// The rows of the entries, column after column.
  let rows: AlignedBuffer<UInt32>

  /// The values of the entries; absent when all are 1.
  let values: AlignedBuffer<Float>?

  /// Turns a matrix around by a counting sort, shared out by rows.
  ///
  /// - Throws: ``OutOfMemoryError``.
  init(_ matrix: SparseMatrix, pool: WorkerPool) throws(OutOfMemoryError) {
    columnCount = matrix.columnCount
    // One row of cursors a part, so that all can fill the same column in row order.
    let partCount = matrix.partCount(for: pool)
    let cursors = try AlignedBuffer<Int>(count: partCount * columnCount)
    let offsets = try AlignedBuffer<Int>(count: columnCount + 1)
    let rows = try AlignedBuffer<UInt32>(count: matrix.entryCount)
    let values = try matrix.values.map { _ throws(OutOfMemoryError) in
      try AlignedBuffer<Float>(count: matrix.entryCount)
    }
    self.offsets = offsets
    self.rows = rows
    self.values = values
    let source = SparseRows(matrix)
    pool.runTasks(partCount) { [columnCount] part in
      let range = WorkerPool.range(of: source.rowCount, worker: part, workerCount: partCount)
      countColumns(
        of: source.start(ofRow: range.lowerBound)..<source.start(ofRow: range.upperBound),
        ids: source.ids, to: cursors.base + part * columnCount)
    }
    var end = 0
    for column in 0..<columnCount {
      offsets.base[column] = end
      for part in 0..<partCount {
        let count = cursors.base[part * columnCount + column]
        cursors.base[part * columnCount + column] = end
        end += count
      }
    }
    offsets.base[columnCount] = end
    pool.runTasks(partCount) { [columnCount] part in
      scatterRows(
        WorkerPool.range(of: source.rowCount, worker: part, workerCount: partCount), of: source,
        cursors: cursors.base + part * columnCount, to: rows.base, values?.base)
    }
  }
}

private func countColumns(
  of entries: Range<Int>, ids: UnsafePointer<UInt32>, to counts: UnsafeMutablePointer<Int>
) {
  for entry in entries { counts[Int(ids[entry])] &+= 1 }
}

private func scatterRows(
  _ range: Range<Int>, of source: SparseRows, cursors: UnsafeMutablePointer<Int>,
  to rows: UnsafeMutablePointer<UInt32>, _ values: UnsafeMutablePointer<Float>?
) {
  for row in range {
    for entry in source.start(ofRow: row)..<source.start(ofRow: row &+ 1) {
      let column = Int(source.ids[entry])
      let target = cursors[column]
      cursors[column] = target &+ 1
      rows[target] = UInt32(truncatingIfNeeded: row)
      if let values, let sourceValues = source.values { values[target] = sourceValues[entry] }
    }
  }
}

/// The pointers of a column view, for the kernels: taken once outside a loop, valid while it lives.
struct SparseColumns {
  let columnCount: Int
  let offsets: UnsafePointer<Int>
  let rows: UnsafePointer<UInt32>
  let values: UnsafePointer<Float>?

  init(_ view: ColumnView) {
    columnCount = view.columnCount
    offsets = UnsafePointer(view.offsets.base)
    rows = UnsafePointer(view.rows.base)
    values = view.values.map { UnsafePointer($0.base) }
  }

  @inline(__always)
  func entries(ofColumn column: Int) -> Range<Int> {
    Range(uncheckedBounds: (offsets[column], offsets[column &+ 1]))
  }
}
