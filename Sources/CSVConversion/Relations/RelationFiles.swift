// SPDX-License-Identifier: Apache-2.0

public import FactorizationMachines
public import LibFMFormats

/// The files of a relation as libFM's `-relation` reads them: `PREFIX.x`, `PREFIX.xt`, `PREFIX.groups`
/// and, for the rows of the tables that refer to it, `PREFIX.train` and `PREFIX.test`.
public struct RelationFiles {
  /// The common beginning of the paths.
  public let prefix: String

  private let rows: BinaryMatrixWriter
  private let columns: BinaryMatrixWriter
  private let groups: WholeFile

  /// Writes the block itself; what is written appears at ``commit()``.
  ///
  /// - Throws: `FormatError` when something cannot be written; `OutOfMemoryError`.
  public init(_ block: RelationBlock, prefix: String, pool: WorkerPool) throws {
    self.prefix = prefix
    let matrix = block.matrix
    rows = try BinaryMatrixWriter(
      prefix + ".x",
      header: BinaryMatrixHeader(
        entryCount: matrix.entryCount, rowCount: matrix.rowCount,
        columnCount: matrix.columnCount), pool: pool)
    try rows.append(matrix)
    columns = try BinaryMatrixWriter(
      prefix + ".xt",
      header: BinaryMatrixHeader(
        entryCount: matrix.entryCount, rowCount: matrix.columnCount,
        columnCount: matrix.rowCount), pool: pool)
    try columns.append(try Self.transposed(matrix))
    groups = try WholeFile(prefix + ".groups")
    for group in block.groups { try groups.write("\(group)\n") }
  }

  /// Completes the files.
  ///
  /// - Throws: `FormatError` when the system refuses.
  public func commit() throws(FormatError) {
    try rows.commit()
    try columns.commit()
    try groups.commit()
  }

  /// The matrix with rows and columns exchanged, by counting.
  private static func transposed(_ matrix: SparseMatrix) throws(OutOfMemoryError) -> SparseMatrix {
    let offsets = try AlignedBuffer<Int>(count: matrix.columnCount + 1)
    let ids = try AlignedBuffer<UInt32>(count: matrix.entryCount)
    let values = try AlignedBuffer<Float>(count: matrix.entryCount)
    for entry in 0..<matrix.entryCount { offsets.base[Int(matrix.ids.base[entry]) + 1] += 1 }
    for column in 0..<matrix.columnCount { offsets.base[column + 1] += offsets.base[column] }
    var next = Array(offsets.elements)
    for row in 0..<matrix.rowCount {
      for entry in matrix.entries(ofRow: row) {
        let column = Int(matrix.ids.base[entry])
        ids.base[next[column]] = UInt32(row)
        values.base[next[column]] = matrix.values?.base[entry] ?? 1
        next[column] += 1
      }
    }
    return SparseMatrix(
      rowCount: matrix.columnCount, columnCount: matrix.rowCount, offsets: offsets, ids: ids,
      values: matrix.values == nil ? nil : values)
  }
}
