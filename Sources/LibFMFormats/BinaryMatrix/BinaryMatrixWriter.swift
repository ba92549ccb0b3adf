// SPDX-License-Identifier: Apache-2.0

public import FactorizationMachines

/// Writes libFM's sparse matrix files, as described at ``BinaryMatrixHeader``.
public struct BinaryMatrixWriter {
  private let file: WholeFile
  private let pool: WorkerPool
  private let chunkWordCount: Int

  /// Begins a file, which appears at ``commit()``; see ``WholeFile``.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - header: the size of the whole matrix.
  ///   - pool: the workers that put rows together.
  /// - Throws: ``FormatError`` when the file cannot be written, or the matrix has more rows or columns
  ///   than the format can tell.
  public init(
    _ path: String, header: BinaryMatrixHeader, pool: WorkerPool
  ) throws(FormatError) {
    try self.init(path, header: header, pool: pool, chunkWordCount: 1 << 21)
  }

  init(
    _ path: String, header: BinaryMatrixHeader, pool: WorkerPool, chunkWordCount: Int
  ) throws(FormatError) {
    guard max(header.rowCount, header.columnCount) <= Int(UInt32.max) else {
      throw FormatError(
        path: path,
        found: "\(header.rowCount) rows and \(header.columnCount) columns do not fit into a binary "
          + "file",
        expected: "at most \(UInt32.max) of each")
    }
    file = try WholeFile(path)
    self.pool = pool
    self.chunkWordCount = chunkWordCount
    try file.write(words: header.words)
  }

  /// Writes a matrix to a file.
  ///
  /// - Throws: ``FormatError`` when the file cannot be written; `OutOfMemoryError`.
  public static func write(
    _ matrix: SparseMatrix, to path: String, pool: WorkerPool
  ) throws {
    let header = BinaryMatrixHeader(
      entryCount: matrix.entryCount, rowCount: matrix.rowCount, columnCount: matrix.columnCount)
    let writer = try BinaryMatrixWriter(path, header: header, pool: pool)
    try writer.append(matrix)
    try writer.commit()
  }

  /// Writes the rows of a matrix, or of a part of it.
  ///
  /// - Throws: ``FormatError`` when the system refuses; `OutOfMemoryError`.
  public func append(_ matrix: SparseMatrix) throws {
    let rows = RecordLayout(matrix)
    var chunk = try AlignedBuffer<UInt32>(count: 0)
    var first = 0
    while first < matrix.rowCount {
      let end = rows.end(of: chunkWordCount, from: first)
      let wordCount = rows.word(ofRow: end) - rows.word(ofRow: first)
      if wordCount > chunk.count { chunk = try AlignedBuffer(count: wordCount) }
      let records = chunk.base
      pool.forEachRange(of: end - first, grain: 1 << 12) { range in
        rows.write(
          first + range.lowerBound..<first + range.upperBound, to: records, wordOfFirst: first)
      }
      try write(records, count: wordCount)
      first = end
    }
  }

  /// Completes the file.
  ///
  /// - Throws: ``FormatError`` when the system refuses; nothing remains then.
  public func commit() throws(FormatError) {
    try file.commit()
  }

  /// Writes records that are put together already.
  func write(_ words: UnsafePointer<UInt32>, count: Int) throws(FormatError) {
    try file.write(UnsafeRawBufferPointer(UnsafeBufferPointer(start: words, count: count)))
  }
}

/// Where the rows of a matrix stand in a file.
private struct RecordLayout: @unchecked Sendable {
  private let matrix: SparseMatrix
  private let offsets: UnsafePointer<Int>?
  private let ids: UnsafePointer<UInt32>
  private let values: UnsafePointer<Float>?

  init(_ matrix: SparseMatrix) {
    self.matrix = matrix
    offsets = matrix.offsets.map { UnsafePointer($0.base) }
    ids = UnsafePointer(matrix.ids.base)
    values = matrix.values.map { UnsafePointer($0.base) }
  }

  @inline(__always)
  private func start(ofRow row: Int) -> Int {
    if let offsets { return offsets[row] }
    return row &* matrix.rowWidth
  }

  /// The words that all rows before this one take.
  @inline(__always)
  func word(ofRow row: Int) -> Int { row &+ 2 &* start(ofRow: row) }

  /// The end of the rows from `first` on that take at most `wordCount` words, but one row at least.
  func end(of wordCount: Int, from first: Int) -> Int {
    let limit = word(ofRow: first) + wordCount
    var (low, high) = (first + 1, matrix.rowCount)
    while low < high {
      let middle = (low + high + 1) / 2
      if word(ofRow: middle) <= limit { low = middle } else { high = middle - 1 }
    }
    return low
  }

  /// Writes rows to their places, counted from the place of row `wordOfFirst`.
  func write(_ range: Range<Int>, to records: UnsafeMutablePointer<UInt32>, wordOfFirst: Int) {
    var next = records + (word(ofRow: range.lowerBound) - word(ofRow: wordOfFirst))
    for row in range {
      let (start, end) = (start(ofRow: row), start(ofRow: row &+ 1))
      next[0] = UInt32(truncatingIfNeeded: end &- start).littleEndian
      next += 1
      for entry in start..<end {
        next[0] = ids[entry].littleEndian
        next[1] = (values?[entry].bitPattern ?? 0x3F80_0000).littleEndian
        next += 2
      }
    }
  }
}
