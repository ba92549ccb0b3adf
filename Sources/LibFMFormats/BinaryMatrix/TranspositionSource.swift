// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines

/// A matrix file whose ids are checked, as it is read to be transposed.
struct TranspositionSource: @unchecked Sendable {
  /// Consecutive columns that are put together at once.
  struct Batch: Hashable {
    var columns: Range<Int>
    var entryCount: Int
  }

  let words: UnsafePointer<UInt32>
  let pieces: [BinaryMatrixPiece]
  let header: BinaryMatrixHeader

  /// Divides the columns so that each batch is put together in at most `memory` bytes, if possible.
  ///
  /// The columns are counted in at most `bucketLimit` buckets of equal width, and a bucket is not
  /// divided.
  ///
  /// - Throws: `OutOfMemoryError`.
  func batches(
    pool: WorkerPool, memory: Int, bucketLimit: Int
  ) throws(OutOfMemoryError) -> [Batch] {
    let all = Batch(columns: 0..<header.columnCount, entryCount: header.entryCount)
    if header.columnCount == 0 { return [] }
    if all.byteCount(workerCount: pool.workerCount) <= memory { return [all] }

    let bucketWidth = (header.columnCount + bucketLimit - 1) / bucketLimit
    let bucketCount = (header.columnCount + bucketWidth - 1) / bucketWidth
    let counts = try AlignedBuffer<Int>(count: bucketCount * pool.workerCount)
    pool.run { worker in
      let counts = counts.base + worker * bucketCount
      forEachPiece(of: worker, workerCount: pool.workerCount) { piece in
        piece.forEachRow(of: words) { _, entries, count in
          for entry in 0..<count {
            counts[Int(UInt32(littleEndian: entries[2 &* entry])) / bucketWidth] &+= 1
          }
        }
      }
    }
    var batches: [Batch] = []
    for bucket in 0..<bucketCount {
      let start = bucket * bucketWidth
      let end = min(start + bucketWidth, header.columnCount)
      let entryCount = (0..<pool.workerCount).reduce(0) {
        $0 + counts.base[$1 * bucketCount + bucket]
      }
      if let last = batches.last {
        let joined = Batch(
          columns: last.columns.lowerBound..<end, entryCount: last.entryCount + entryCount)
        if joined.byteCount(workerCount: pool.workerCount) <= memory {
          batches[batches.count - 1] = joined
          continue
        }
      }
      batches.append(Batch(columns: start..<end, entryCount: entryCount))
    }
    return batches
  }

  /// Calls `body` with the pieces that fall to a worker, in file order.
  func forEachPiece(
    of worker: Int, workerCount: Int, _ body: (BinaryMatrixPiece) -> Void
  ) {
    guard worker < workerCount else { return }
    for index in WorkerPool.range(of: pieces.count, worker: worker, workerCount: workerCount) {
      body(pieces[index])
    }
  }
}

extension TranspositionSource.Batch {
  /// How many workers share the batch: each needs a cursor for every column, and these must not take more
  /// memory than the entries.
  func workerCount(of available: Int) -> Int {
    min(available, max(1, entryCount / max(1, columns.count)))
  }

  /// The number of words of the batch in the output.
  var wordCount: Int { columns.count + 2 * entryCount }

  /// The memory that the batch is put together in.
  func byteCount(workerCount available: Int) -> Int {
    wordCount * 4 + columns.count * 8 * workerCount(of: available)
  }
}
