// SPDX-License-Identifier: Apache-2.0

public import FactorizationMachines

/// Exchanges rows and columns of a matrix file, also of one that is larger than the memory.
///
/// The input is mapped. The output is put together in memory, in batches of consecutive columns if it
/// does not fit, and written from the beginning to the end; for every batch the input is read twice, to
/// count and to copy.
public struct BinaryMatrixTransposer: Sendable {
  /// The header of the input.
  public var header: BinaryMatrixHeader { file.header }

  /// The header of the output.
  public var transposedHeader: BinaryMatrixHeader { file.header.transposed }

  private let file: BinaryMatrixFile

  /// Opens the input.
  ///
  /// - Throws: ``FormatError`` when the file cannot be read, is no matrix file, or is shorter than what
  ///   its header announces.
  public init(_ path: String) throws(FormatError) {
    file = try BinaryMatrixFile(path: path)
  }

  /// Writes the output: the entries of each column in the order of their rows.
  ///
  /// - Parameters:
  ///   - path: the output, which appears complete or not at all.
  ///   - pool: the workers.
  ///   - memory: the bytes to put the output together in; by default a quarter of the machine's.
  /// - Throws: ``FormatError`` when the input contradicts itself or the output cannot be written;
  ///   `OutOfMemoryError`.
  public func write(to path: String, pool: WorkerPool, memory: Int? = nil) throws {
    try write(
      to: path, pool: pool, memory: memory ?? SystemMemory.physical / 4, bucketLimit: 1 << 16)
  }

  /// Writes the output, planned with at most `bucketLimit` counters.
  func write(to path: String, pool: WorkerPool, memory: Int, bucketLimit: Int) throws {
    let (pieces, _) = try file.pieces(pool: pool)
    _ = try file.contents(of: pieces, pool: pool) { $0.content(of: $1) }
    let writer = try BinaryMatrixWriter(path, header: transposedHeader, pool: pool)
    try file.withWords { words in
      let source = TranspositionSource(words: words, pieces: pieces, header: header)
      let batches = try source.batches(pool: pool, memory: memory, bucketLimit: bucketLimit)
      for batch in batches {
        let columns = try TransposedColumns(batch, of: source, pool: pool, path: file.path)
        try writer.write(columns.words.base, count: columns.words.count)
      }
    }
    try writer.commit()
  }
}
