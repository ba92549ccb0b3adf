// SPDX-License-Identifier: Apache-2.0

/// Which worker adds up the gradient of which features, and the entries of a tile by worker.
///
/// A worker owns a range of features that has its share of the entries. Whoever scores rows sorts
/// their entries by owner; each owner then goes through its lists in the order of the rows. So the
/// sum of a feature is one chain in row order, whoever owns it.
final class EntryShares: @unchecked Sendable {
  private let workerCount: Int
  private let owners: AlignedBuffer<UInt16>
  private let entries: AlignedBuffer<TileEntry>

  /// For each worker that scored rows, where the list of each owner begins, and where the last one
  /// ends.
  private let bounds: AlignedBuffer<Int>

  /// The distance from the bounds of one worker to those of the next, on another cache line.
  private let boundsStride: Int

  /// Rows that are looked at to find out how frequent features are.
  private static let sampleSize = 1 << 18

  /// Shares features out.
  ///
  /// - Parameters:
  ///   - matrix: the data.
  ///   - featureCount: the number of features.
  ///   - entryCapacity: the most entries of a tile.
  ///   - workerCount: the number of workers, at most `UInt16.max`.
  /// - Throws: ``OutOfMemoryError``.
  init(
    _ matrix: SparseMatrix, featureCount: Int, entryCapacity: Int, workerCount: Int
  ) throws(OutOfMemoryError) {
    self.workerCount = workerCount
    boundsStride = workerCount + 8
    entries = try AlignedBuffer(count: entryCapacity)
    bounds = try AlignedBuffer(count: workerCount * boundsStride)
    let groupCount = (featureCount + 1 << ownedGroupShift - 1) >> ownedGroupShift
    owners = try AlignedBuffer(count: groupCount)
    let counts = try AlignedBuffer<Int>(count: groupCount)
    let rows = SparseRows(matrix)
    for row in stride(from: 0, to: rows.rowCount, by: rows.rowCount / Self.sampleSize + 1) {
      for entry in rows.entries(ofRow: row) {
        counts.base[Int(rows.ids[entry] &>> ownedGroupShift)] += 1
      }
    }
    let total = max(1, counts.reduce(0, +))
    var before = 0
    for group in 0..<groupCount {
      owners.base[group] = UInt16(min(workerCount - 1, before * workerCount / total))
      before += counts.base[group]
    }
  }

  /// Sorts the entries of the rows that a worker has scored by their owners.
  func sort(_ rows: Range<Int>, of tile: SparseRows, as worker: Int) {
    sortEntries(
      of: rows, in: tile, owners: owners.base, ownerCount: workerCount, to: entries.base,
      bounds: bounds.base + worker * boundsStride)
  }

  /// Calls `body` with the lists of entries of which a worker owns the features, in the order of the
  /// rows.
  func forEachList(ownedBy worker: Int, _ body: (UnsafeBufferPointer<TileEntry>) -> Void) {
    for scorer in 0..<workerCount {
      let bounds = bounds.base + (scorer * boundsStride + worker)
      body(UnsafeBufferPointer(start: entries.base + bounds[0], count: bounds[1] - bounds[0]))
    }
  }
}
