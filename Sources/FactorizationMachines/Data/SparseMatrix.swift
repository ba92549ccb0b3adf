// SPDX-License-Identifier: Apache-2.0

/// A design matrix by rows (compressed sparse rows).
///
/// Row *i* holds the entries `offset(i)..<offset(i + 1)` of `ids` and `values`, in the order they were
/// given: ids need not ascend and may repeat, repeated ones count as separate summands. Two parts are
/// left out where they would say nothing: the offsets when all rows have the same number of entries,
/// and the values when all of them are 1.
public struct SparseMatrix: Sendable {
  /// The number of rows.
  public let rowCount: Int

  /// The number of columns; every id is below it.
  public let columnCount: Int

  /// The number of entries.
  public let entryCount: Int

  /// The number of entries of every row, when ``offsets`` is absent.
  public let rowWidth: Int

  /// Where each row begins: `rowCount + 1` ascending entry indices; absent when all rows have
  /// ``rowWidth`` entries.
  public let offsets: AlignedBuffer<Int>?

  /// The columns of the entries, row after row.
  ///
  /// The buffer may be longer than ``entryCount``.
  public let ids: AlignedBuffer<UInt32>

  /// The values of the entries, row after row; absent when all are 1.
  ///
  /// The buffer may be longer than ``entryCount``.
  public let values: AlignedBuffer<Float>?

  /// Makes a matrix from its parts, for readers that fill the buffers themselves.
  ///
  /// - Precondition: every id is below `columnCount`; `offsets`, if given, ascends from 0 to the number
  ///   of entries; without them the number of entries is `rowCount * rowWidth`.
  public init(
    rowCount: Int, columnCount: Int, rowWidth: Int = 0, offsets: AlignedBuffer<Int>? = nil,
    ids: AlignedBuffer<UInt32>, values: AlignedBuffer<Float>? = nil
  ) {
    let entryCount = offsets?[rowCount] ?? rowCount * rowWidth
    precondition(ids.count >= entryCount && (values?.count ?? .max) >= entryCount)
    self.rowCount = rowCount
    self.columnCount = columnCount
    self.entryCount = entryCount
    self.rowWidth = offsets == nil ? rowWidth : 0
    self.offsets = offsets
    self.ids = ids
    self.values = values
  }

  /// Makes a matrix from rows of `(id, value)` entries.
  ///
  /// - Parameters:
  ///   - rows: the entries of each row.
  ///   - columnCount: the number of columns; by default the greatest id plus one.
  /// - Precondition: every id is below `columnCount`.
  /// - Throws: ``OutOfMemoryError``.
  public init(
    rows: [[(id: UInt32, value: Float)]], columnCount: Int? = nil
  )
    throws(OutOfMemoryError)
  {
    let entries = rows.joined()
    let needed = entries.reduce(0) { max($0, Int($1.id) + 1) }
    precondition(needed <= columnCount ?? needed, "an id is not below columnCount")
    let widths = Set(rows.map(\.count))
    var offsets: AlignedBuffer<Int>?
    if widths.count > 1 {
      let starts = try AlignedBuffer<Int>(count: rows.count + 1)
      for (row, entries) in rows.enumerated() {
        starts.base[row + 1] = starts.base[row] + entries.count
      }
      offsets = starts
    }
    let ones = entries.allSatisfy { $0.value == 1 }
    self.init(
      rowCount: rows.count, columnCount: columnCount ?? needed, rowWidth: widths.first ?? 0,
      offsets: offsets, ids: try AlignedBuffer(entries.map(\.id)),
      values: ones ? nil : try AlignedBuffer(entries.map(\.value)))
  }

  /// The memory that the matrix takes, in bytes.
  var byteCount: Int {
    let entryBytes = MemoryLayout<UInt32>.stride + (values == nil ? 0 : MemoryLayout<Float>.stride)
    return entryCount * entryBytes + (offsets?.count ?? 0) * MemoryLayout<Int>.stride
  }

  /// The mean number of entries of a row, rounded down.
  var meanWidth: Int { entryCount / max(1, rowCount) }

  /// The number of entries of the widest row.
  var widestRow: Int {
    guard let offsets else { return rowWidth }
    var widest = 0
    for row in 0..<rowCount { widest = max(widest, offsets.base[row + 1] - offsets.base[row]) }
    return widest
  }

  /// The indices of the entries of one row.
  public func entries(ofRow row: Int) -> Range<Int> {
    precondition(row >= 0 && row < rowCount)
    if let offsets {
      return offsets.base[row]..<offsets.base[row + 1]
    }
    return row * rowWidth..<(row + 1) * rowWidth
  }

  /// The entries of one row.
  public subscript(row: Int) -> [(id: UInt32, value: Float)] {
    entries(ofRow: row).map { (ids.base[$0], values?.base[$0] ?? 1) }
  }

  /// The matrix without the entries whose column is `columnCount` or above, and how many there were.
  ///
  /// - Throws: ``OutOfMemoryError``.
  public func droppingColumns(
    from columnCount: Int
  ) throws(OutOfMemoryError) -> (
    matrix: SparseMatrix, droppedCount: Int
  ) {
    guard columnCount < self.columnCount else { return (self, 0) }
    let kept = try AlignedBuffer<UInt32>(count: entryCount)
    let keptValues = try values.map { _ throws(OutOfMemoryError) in
      try AlignedBuffer<Float>(count: entryCount)
    }
    let starts = try AlignedBuffer<Int>(count: rowCount + 1)
    var end = 0
    for row in 0..<rowCount {
      for entry in entries(ofRow: row) where Int(ids.base[entry]) < columnCount {
        kept.base[end] = ids.base[entry]
        if let values, let keptValues { keptValues.base[end] = values.base[entry] }
        end += 1
      }
      starts.base[row + 1] = end
    }
    let matrix = SparseMatrix(
      rowCount: rowCount, columnCount: columnCount, offsets: starts, ids: kept, values: keptValues)
    return (matrix, entryCount - end)
  }
}

/// The pointers of a matrix, for the kernels: taken once outside a loop, valid while the matrix lives.
struct SparseRows {
  let rowCount: Int
  let columnCount: Int
  let rowWidth: Int
  let offsets: UnsafePointer<Int>?
  let ids: UnsafePointer<UInt32>
  let values: UnsafePointer<Float>?

  init(
    rowCount: Int, columnCount: Int, rowWidth: Int, offsets: UnsafePointer<Int>?,
    ids: UnsafePointer<UInt32>, values: UnsafePointer<Float>?
  ) {
    self.rowCount = rowCount
    self.columnCount = columnCount
    self.rowWidth = rowWidth
    self.offsets = offsets
    self.ids = ids
    self.values = values
  }

  init(_ matrix: SparseMatrix) {
    rowCount = matrix.rowCount
    columnCount = matrix.columnCount
    rowWidth = matrix.rowWidth
    offsets = matrix.offsets.map { UnsafePointer($0.base) }
    ids = UnsafePointer(matrix.ids.base)
    values = matrix.values.map { UnsafePointer($0.base) }
  }

  /// Some rows of these, counted from 0.
  ///
  /// Entries of rows that are stored with offsets keep their indices.
  func slice(_ rows: Range<Int>) -> SparseRows {
    let skipped = offsets == nil ? rows.lowerBound &* rowWidth : 0
    return SparseRows(
      rowCount: rows.count, columnCount: columnCount, rowWidth: rowWidth,
      offsets: offsets.map { $0 + rows.lowerBound }, ids: ids + skipped,
      values: values.map { $0 + skipped })
  }

  @inline(__always)
  func start(ofRow row: Int) -> Int {
    if let offsets { return offsets[row] }
    return row &* rowWidth
  }
  @inline(__always)
  func entries(ofRow row: Int) -> Range<Int> {
    // The bounds ascend, which the checked initializer would test for every row.
    Range(uncheckedBounds: (start(ofRow: row), start(ofRow: row &+ 1)))
  }
}
