// SPDX-License-Identifier: Apache-2.0

public import FactorizationMachines

/// Reads libFM's sparse text: a line for each case, its target and then `id:value` for its features.
///
///     # comment
///     4 17:1 6021:0.5   # comment
///
/// The file is split at line ends; the pieces are first counted and then read into place, both by all
/// workers of a pool. What comes out, also the error if there is one, does not depend on their number.
public struct SparseTextReader: Sendable {
  /// What is asked of a file beyond the grammar.
  public struct Options: Sendable, Hashable {
    /// Whether a carriage return before the end of a line is an error, as in the original.
    public var isStrict: Bool

    /// Whether a file without any case is an error.
    public var requiresCases: Bool

    /// Whether a target that is NaN is an error; it belongs to no class.
    public var rejectsNaNTargets: Bool

    /// Joins the options.
    public init(
      isStrict: Bool = false, requiresCases: Bool = false, rejectsNaNTargets: Bool = false
    ) {
      self.isStrict = isStrict
      self.requiresCases = requiresCases
      self.rejectsNaNTargets = rejectsNaNTargets
    }
  }

  /// The greatest feature id that is accepted: the number of features must fit in 32 bits with sign.
  public static let largestID = 2_147_483_646

  private let pool: WorkerPool
  private let options: Options
  private let pieceSize: Int

  /// Makes a reader that works on all threads of `pool`.
  public init(pool: WorkerPool, options: Options = Options()) {
    self.init(pool: pool, options: options, pieceSize: 1 << 19)
  }

  /// Makes a reader that splits files into pieces of about `pieceSize` bytes.
  init(pool: WorkerPool, options: Options, pieceSize: Int) {
    self.pool = pool
    self.options = options
    self.pieceSize = pieceSize
  }

  /// Reads a file; also a pipe or a device.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - progress: called now and then on the calling thread with the share that has been read, 0...1.
  /// - Returns: the cases of the file.
  /// - Throws: ``FormatError`` for the first error in the file, or if it cannot be read;
  ///   `OutOfMemoryError`.
  public func read(
    _ path: String, progress: ((Double) -> Void)? = nil
  ) throws -> SparseText {
    let bytes = try InputBytes(path: path)
    return try withExtendedLifetime(bytes) {
      try read(
        UnsafeBufferPointer(start: bytes.base, count: bytes.count), path: path,
        progress: progress)
    }
  }

  /// Reads a text in memory, which errors call `path`.
  func read(
    _ text: UnsafeBufferPointer<UInt8>, path: String, progress: ((Double) -> Void)? = nil
  ) throws -> SparseText {
    var pieces = split(text)
    count(&pieces)
    let (rowLimit, entryLimit) = place(&pieces)
    let storage = try SparseTextStorage(rowLimit: rowLimit, entryLimit: entryLimit)
    parse(&pieces, into: storage.arrays, text: text, path: path, progress: progress)
    if let error = pieces.lazy.compactMap(\.error).first { throw error }
    if options.requiresCases, pieces.allSatisfy({ $0.rowCount == 0 }) {
      throw FormatError(
        path: path, found: text.isEmpty ? "the file is empty" : "the file has no cases",
        expected: "a line for each case: target id:value …")
    }
    return storage.assemble(pieces, pool: pool)
  }

  /// Splits a text at line ends into pieces of about equal size.
  private func split(_ text: UnsafeBufferPointer<UInt8>) -> [SparseTextPiece] {
    guard let base = text.baseAddress else { return [] }
    var pieces: [SparseTextPiece] = []
    pieces.reserveCapacity(text.count / pieceSize + 1)
    var start = 0
    while start < text.count {
      var end = min(start + pieceSize, text.count)
      while end < text.count, text[end - 1] != Ascii.lineFeed { end += 1 }
      pieces.append(SparseTextPiece(start: base + start, end: base + end))
      start = end
    }
    return pieces
  }

  /// Finds the most rows and entries that each piece can hold, and its number of lines.
  private func count(_ pieces: inout [SparseTextPiece]) {
    pieces.withUnsafeMutableBufferPointer { pieces in
      nonisolated(unsafe) let pieces = pieces
      pool.forEachRange(of: pieces.count) { range in
        for index in range {
          let piece = pieces[index]
          let count = SeparatorCount(piece.start, count: piece.end - piece.start)
          let isOpen = piece.end[-1] != Ascii.lineFeed
          pieces[index].rowLimit = count.lineFeeds + (isOpen ? 1 : 0)
          pieces[index].entryLimit = count.colons
        }
      }
    }
  }

  /// Gives each piece its place in the arrays.
  ///
  /// - Returns: the sizes that the arrays need at most.
  private func place(_ pieces: inout [SparseTextPiece]) -> (rowLimit: Int, entryLimit: Int) {
    var rows = 0
    var entries = 0
    for index in pieces.indices {
      pieces[index].linesBefore = rows
      pieces[index].firstRow = rows
      pieces[index].firstEntry = entries
      rows += pieces[index].rowLimit
      entries += pieces[index].entryLimit
    }
    return (rows, entries)
  }

  /// Reads the pieces; each worker stops at its first error.
  private func parse(
    _ pieces: inout [SparseTextPiece], into arrays: SparseTextArrays,
    text: UnsafeBufferPointer<UInt8>, path: String, progress: ((Double) -> Void)?
  ) {
    guard let base = text.baseAddress else { return }
    pieces.withUnsafeMutableBufferPointer { pieces in
      nonisolated(unsafe) let pieces = pieces
      pool.forEachRange(of: pieces.count) { range in
        for index in range {
          var parser = SparseTextParser(
            piece: pieces[index], arrays: arrays, textEnd: base + text.count, path: path,
            options: options)
          pieces[index] = parser.run()
          if pieces[index].error != nil { return }
          // The first range is the caller's own; the others come along at about its pace.
          if range.lowerBound == 0 { progress?(Double(index + 1) / Double(range.count)) }
        }
      }
    }
  }
}
