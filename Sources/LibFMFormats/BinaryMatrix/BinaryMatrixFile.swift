// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines
import Synchronization

/// A matrix file, mapped, whose header is checked and whose rows can be located.
struct BinaryMatrixFile {
  let path: String
  let header: BinaryMatrixHeader

  private let input: InputBytes

  /// Opens a file and checks its header.
  init(path: String) throws(FormatError) {
    try self.init(InputBytes(path: path), path: path)
  }

  /// Takes bytes that errors call `path`.
  init(_ input: InputBytes, path: String) throws(FormatError) {
    self.path = path
    self.input = input
    header = try BinaryMatrixHeader(input, path: path)
  }

  /// Calls `body` with the file as words of four bytes, in the file's byte order.
  func withWords<Result, Failure>(
    _ body: (UnsafePointer<UInt32>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    defer { withExtendedLifetime(input) {} }
    // Mapped and allocated memory is aligned, and every part of the format has whole words.
    return try body(UnsafeRawPointer(input.base).assumingMemoryBound(to: UInt32.self))
  }

  /// Finds the rows and checks that they lie within the file and have as many entries as it announces.
  ///
  /// - Parameters:
  ///   - pool: the workers.
  ///   - pieceSize: about as many words go into a piece.
  /// - Returns: all rows in pieces, and the number of entries of a row if that is always the same.
  /// - Throws: ``FormatError`` for the first row that does not fit, or when the sum is another.
  func pieces(
    pool: WorkerPool, pieceSize: Int = 1 << 18
  ) throws(FormatError) -> (pieces: [BinaryMatrixPiece], rowWidth: Int?) {
    try withWords { words throws(FormatError) in
      if let rowWidth = uniformWidth(words, pool: pool) {
        return (uniformPieces(rowWidth: rowWidth, pieceSize: pieceSize), rowWidth)
      }
      return (try walk(words, pieceSize: pieceSize), nil)
    }
  }

  /// The number of entries of every row, if it is the same; found by all workers, as no row needs to be
  /// read to find the next.
  private func uniformWidth(_ words: UnsafePointer<UInt32>, pool: WorkerPool) -> Int? {
    guard header.rowCount > 0 else { return header.entryCount == 0 ? 0 : nil }
    guard header.entryCount % header.rowCount == 0 else { return nil }
    let width = header.entryCount / header.rowCount
    let isUniform = Atomic<Bool>(true)
    nonisolated(unsafe) let words = words
    pool.forEachRange(of: header.rowCount, grain: 1 << 14) { range in
      var next = words + BinaryMatrixHeader.wordCount + range.lowerBound * (1 + 2 * width)
      for _ in range {
        if Int(UInt32(littleEndian: next[0])) != width {
          isUniform.store(false, ordering: .relaxed)
          return
        }
        next += 1 &+ 2 &* width
      }
    }
    return isUniform.load(ordering: .relaxed) ? width : nil
  }

  private func uniformPieces(rowWidth: Int, pieceSize: Int) -> [BinaryMatrixPiece] {
    let rowsPerPiece = max(1, pieceSize / (1 + 2 * rowWidth))
    return stride(from: 0, to: header.rowCount, by: rowsPerPiece).map { firstRow in
      let rowCount = min(rowsPerPiece, header.rowCount - firstRow)
      return BinaryMatrixPiece(
        firstRow: firstRow, rowCount: rowCount, firstEntry: firstRow * rowWidth,
        entryCount: rowCount * rowWidth)
    }
  }

  /// Goes from row to row.
  private func walk(
    _ words: UnsafePointer<UInt32>, pieceSize: Int
  ) throws(FormatError) -> [BinaryMatrixPiece] {
    let wordCount = input.count / 4
    var pieces: [BinaryMatrixPiece] = []
    var piece = BinaryMatrixPiece(firstRow: 0, firstEntry: 0)
    var next = piece.firstWord
    for row in 0..<header.rowCount {
      guard next < wordCount else { throw endsEarly(row: row) }
      let count = Int(UInt32(littleEndian: words[next]))
      guard count <= (wordCount - next - 1) / 2 else {
        throw FormatError(
          path: path, byte: next * 4, found: "row \(row) has \(count) entries",
          expected: "at most \((wordCount - next - 1) / 2), for which the file has room",
          advice: "the file is cut off or damaged; make it again")
      }
      next += 1 + 2 * count
      piece.rowCount += 1
      piece.entryCount += count
      if next - piece.firstWord >= pieceSize {
        pieces.append(piece)
        piece = BinaryMatrixPiece(
          firstRow: row + 1, firstEntry: piece.firstEntry + piece.entryCount)
      }
    }
    let entryCount = piece.firstEntry + piece.entryCount
    guard entryCount == header.entryCount else {
      throw FormatError(
        path: path, byte: 8, found: "the header announces \(header.entryCount) entries",
        expected: "\(entryCount), which is what the rows have",
        advice: "the file is damaged; make it again")
    }
    if piece.rowCount > 0 { pieces.append(piece) }
    return pieces
  }

  private func endsEarly(row: Int) -> FormatError {
    FormatError(
      path: path, byte: input.count, found: "the file ends before row \(row)",
      expected: "\(header.rowCount) rows",
      advice: "the file is cut off or damaged; make it again")
  }
}
