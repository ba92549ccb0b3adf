// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines

/// Consecutive columns of a matrix file as they stand in the transposed file: a counting sort.
struct TransposedColumns {
  /// The records of all columns.
  let words: AlignedBuffer<UInt32>

  /// Puts a batch together.
  ///
  /// - Throws: ``FormatError`` for a column with too many entries for the format; `OutOfMemoryError`.
  init(
    _ batch: TranspositionSource.Batch, of source: TranspositionSource, pool: WorkerPool,
    path: String
  ) throws {
    words = try AlignedBuffer(count: batch.wordCount)
    // The buffer begins as zeros, which is what columns without entries are.
    if batch.entryCount == 0 { return }
    let workerCount = batch.workerCount(of: pool.workerCount)
    let columnCount = batch.columns.count
    let cursors = try AlignedBuffer<Int>(count: workerCount * columnCount)
    let columns = ColumnRange(batch.columns)
    pool.run { worker in
      let counts = cursors.base + worker &* columnCount
      source.forEachPiece(of: worker, workerCount: workerCount) { piece in
        columns.count(piece, of: source.words, in: counts)
      }
    }
    var next = 0
    for column in 0..<columnCount {
      let start = next
      next += 1
      for worker in 0..<workerCount {
        let index = worker &* columnCount &+ column
        let count = cursors.base[index]
        cursors.base[index] = next
        next &+= 2 &* count
      }
      let count = (next - start) / 2
      guard let stored = UInt32(exactly: count) else {
        throw FormatError(
          path: path, found: "column \(batch.columns.lowerBound + column) has \(count) entries",
          expected: "at most \(UInt32.max), as a row of the transposed file")
      }
      words.base[start] = stored.littleEndian
    }
    pool.run { [words] worker in
      let cursors = cursors.base + worker &* columnCount
      source.forEachPiece(of: worker, workerCount: workerCount) { piece in
        columns.scatter(piece, of: source.words, cursors: cursors, to: words.base)
      }
    }
  }
}

/// The columns of a batch, numbered from 0.
private struct ColumnRange {
  private let first: UInt32
  private let count: UInt32

  init(_ columns: Range<Int>) {
    first = UInt32(columns.lowerBound)
    count = UInt32(columns.count)
  }

  /// The number of a column within the batch; nil for one of another batch.
  @inline(__always)
  private func index(of id: UInt32) -> Int? {
    let index = id &- first
    return index < count ? Int(index) : nil
  }

  func count(
    _ piece: BinaryMatrixPiece, of words: UnsafePointer<UInt32>,
    in counts: UnsafeMutablePointer<Int>
  ) {
    piece.forEachRow(of: words) { _, entries, count in
      for entry in 0..<count {
        if let column = index(of: UInt32(littleEndian: entries[2 &* entry])) {
          counts[column] &+= 1
        }
      }
    }
  }

  func scatter(
    _ piece: BinaryMatrixPiece, of words: UnsafePointer<UInt32>,
    cursors: UnsafeMutablePointer<Int>, to output: UnsafeMutablePointer<UInt32>
  ) {
    piece.forEachRow(of: words) { row, entries, count in
      let id = UInt32(truncatingIfNeeded: row).littleEndian
      for entry in 0..<count {
        if let column = index(of: UInt32(littleEndian: entries[2 &* entry])) {
          let target = cursors[column]
          cursors[column] = target &+ 2
          output[target] = id
          output[target &+ 1] = entries[2 &* entry &+ 1]
        }
      }
    }
  }
}
