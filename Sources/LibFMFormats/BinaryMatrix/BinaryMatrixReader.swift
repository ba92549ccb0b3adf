// SPDX-License-Identifier: Apache-2.0

public import FactorizationMachines

/// Reads libFM's sparse matrix files (`.x`, `.xt`), by all workers of a pool.
///
/// Nothing is allocated before the header has been held against the size of the file, and nothing is
/// stored before ids and row lengths have been checked. Bytes behind the last row are not looked at.
public struct BinaryMatrixReader: Sendable {
  let pool: WorkerPool

  /// Makes a reader that works on all threads of `pool`.
  public init(pool: WorkerPool) {
    self.pool = pool
  }

  /// The header of a file.
  ///
  /// - Throws: ``FormatError`` when the file cannot be read, is no matrix file, or is shorter than what
  ///   its header announces.
  public static func header(of path: String) throws(FormatError) -> BinaryMatrixHeader {
    try BinaryMatrixFile(path: path).header
  }

  /// Reads a file whose rows are the rows of the matrix, such as `.x`.
  ///
  /// - Throws: ``FormatError`` when the file cannot be read or contradicts itself; `OutOfMemoryError`.
  public func readRows(_ path: String) throws -> SparseMatrix {
    try readRows(BinaryMatrixFile(path: path))
  }

  /// Reads a file whose rows are the columns of the matrix, such as `.xt`.
  ///
  /// Within a row of the result the ids ascend. The order of the entries of a column is kept only if
  /// their rows ascend, as they do in every file that `transpose` writes.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - rowCount: the number of rows that the matrix must have, such as the number of targets.
  /// - Returns: the matrix by rows.
  /// - Throws: ``FormatError`` when the file cannot be read or contradicts itself; `OutOfMemoryError`.
  public func readColumns(_ path: String, rowCount: Int? = nil) throws -> SparseMatrix {
    try readColumns(BinaryMatrixFile(path: path), rowCount: rowCount)
  }

  func readRows(_ file: BinaryMatrixFile) throws -> SparseMatrix {
    let header = file.header
    try file.checkFeatureCount(header.columnCount, atByte: 20)
    let (pieces, rowWidth) = try file.pieces(pool: pool)
    let ids = try AlignedBuffer<UInt32>(dataCount: header.entryCount)
    // Costs nothing as long as nothing is written.
    let values = try AlignedBuffer<Float>(dataCount: header.entryCount)
    let offsets =
      rowWidth == nil ? try AlignedBuffer<Int>(count: header.rowCount + 1) : nil
    let contents = try file.contents(of: pieces, pool: pool) { piece, words in
      let content = piece.copyIDs(from: words, to: ids.base, offsets: offsets?.base)
      if content.hasValues { piece.copyValues(from: words, to: values.base) }
      return content
    }
    let hasValues = contents.contains(where: \.hasValues)
    if hasValues {
      pool.forEachRange(of: pieces.count) { range in
        for index in range where !contents[index].hasValues {
          pieces[index].fillOnes(in: values.base)
        }
      }
    }
    return SparseMatrix(
      rowCount: header.rowCount, columnCount: header.columnCount, rowWidth: rowWidth ?? 0,
      offsets: offsets, ids: ids, values: hasValues ? values : nil)
  }
}
