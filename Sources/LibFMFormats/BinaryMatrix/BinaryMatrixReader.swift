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
    let ids = try AlignedBuffer<UInt32>(count: header.entryCount)
    // Costs nothing as long as nothing is written.
    let values = try AlignedBuffer<Float>(count: header.entryCount)
    let offsets =
      rowWidth == nil ? try AlignedBuffer<Int>(count: header.rowCount + 1) : nil
    let hasValues = try file.withWords { words in
      let contents = contents(of: pieces) { piece in
        let content = piece.copyIDs(from: words, to: ids.base, offsets: offsets?.base)
        if content.hasValues { piece.copyValues(from: words, to: values.base) }
        return content
      }
      try checkIDs(of: pieces, contents, in: file, words)
      return contents.contains(where: \.hasValues)
        ? fillOnes(in: values, of: pieces, contents) : false
    }
    return SparseMatrix(
      rowCount: header.rowCount, columnCount: header.columnCount, rowWidth: rowWidth ?? 0,
      offsets: offsets, ids: ids, values: hasValues ? values : nil)
  }

  /// Looks at all pieces, shared out among the workers.
  func contents(
    of pieces: [BinaryMatrixPiece], _ look: (BinaryMatrixPiece) -> BinaryMatrixContent
  ) -> [BinaryMatrixContent] {
    var contents = Array(repeating: BinaryMatrixContent(), count: pieces.count)
    contents.withUnsafeMutableBufferPointer { contents in
      nonisolated(unsafe) let contents = contents
      pool.forEachRange(of: pieces.count) { range in
        for index in range { contents[index] = look(pieces[index]) }
      }
    }
    return contents
  }

  func checkIDs(
    of pieces: [BinaryMatrixPiece], _ contents: [BinaryMatrixContent],
    in file: BinaryMatrixFile, _ words: UnsafePointer<UInt32>
  ) throws(FormatError) {
    for (piece, content) in zip(pieces, contents)
    where piece.entryCount > 0 && Int(content.largestID) >= file.header.columnCount {
      throw file.idOutOfRange(in: piece, words)
    }
  }

  /// Fills in the values of those pieces in which all are 1.
  private func fillOnes(
    in values: AlignedBuffer<Float>, of pieces: [BinaryMatrixPiece],
    _ contents: [BinaryMatrixContent]
  ) -> Bool {
    pool.forEachRange(of: pieces.count) { range in
      for index in range where !contents[index].hasValues {
        let piece = pieces[index]
        (values.base + piece.firstEntry).update(repeating: 1, count: piece.entryCount)
      }
    }
    return true
  }
}
