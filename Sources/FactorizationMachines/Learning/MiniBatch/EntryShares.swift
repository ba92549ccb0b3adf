// SPDX-License-Identifier: Apache-2.0

import CVectorKernels

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// Which worker adds up the gradient of which features, and the entries of a tile by worker.
///
/// A worker owns a range of features that has its share of the work. Whoever scores rows sorts
/// their entries by owner; each owner then goes through its lists in the order of the rows. So the
/// sum of a feature is one chain in row order, whoever owns it.
final class EntryShares: @unchecked Sendable {
  private let workerCount: Int
  private let owners: AlignedBuffer<UInt16>
  private let entries: AlignedBuffer<fm_batch_entry>
  private let values: AlignedBuffer<Float>?
  private let ranges: [Range<Int>]

  /// For each worker that scored rows, where the list of each owner begins, and where the last one
  /// ends.
  private let bounds: AlignedBuffer<Int>

  /// The distance from the bounds of one worker to those of the next, on another cache line.
  private let boundsStride: Int

  /// The work of moving a feature, in entries.
  private static let stepCost = 3.0

  /// Rows that are looked at to find out how frequent features are.
  private static let sampleSize = 1 << 18

  /// Shares features out.
  ///
  /// - Parameters:
  ///   - matrix: the data.
  ///   - featureCount: the number of features.
  ///   - entryCapacity: the most entries of a tile.
  ///   - batchEntries: the entries of a batch.
  ///   - workerCount: the number of workers, at most `UInt16.max`.
  /// - Throws: ``OutOfMemoryError``.
  init(
    _ matrix: SparseMatrix, featureCount: Int, entryCapacity: Int, batchEntries: Int,
    workerCount: Int
  ) throws(OutOfMemoryError) {
    self.workerCount = workerCount
    boundsStride = workerCount + 8
    entries = try AlignedBuffer(count: entryCapacity)
    values = matrix.values == nil ? nil : try AlignedBuffer(count: entryCapacity)
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
    // A feature that a batch has must be moved at its end, besides the work for each entry.
    let scale = Double(batchEntries) / Double(max(1, counts.reduce(0, +)))
    let costs = counts.map { count in
      let expected = Double(count) * scale
      return expected + Self.stepCost * 8 * (1 - exp(-expected / 8))
    }
    let total = max(costs.reduce(0, +), .leastNormalMagnitude)
    var before = 0.0
    var ends = Array(repeating: 0, count: workerCount)
    for group in 0..<groupCount {
      let owner = min(workerCount - 1, Int(before / total * Double(workerCount)))
      owners.base[group] = UInt16(owner)
      ends[owner] = min((group + 1) << ownedGroupShift, featureCount)
      before += costs[group]
    }
    var start = 0
    ranges = ends.map { end in
      defer { start = max(start, end) }
      return start..<max(start, end)
    }
  }

  /// The features of a worker: whole groups, but for the last features of all.
  func features(ownedBy worker: Int) -> Range<Int> { ranges[worker] }

  /// Sorts the entries of the rows that a worker has scored by their owners.
  func sort(_ rows: Range<Int>, of tile: SparseRows, as worker: Int) {
    sortEntries(
      of: rows, in: tile, owners: owners.base, ownerCount: workerCount, to: entries.base,
      values: values?.base,
      bounds: bounds.base + worker * boundsStride)
  }

  /// Calls `body` with the lists of entries of which a worker owns the features, in the order of the
  /// rows.
  func forEachList(ownedBy worker: Int, _ body: (EntryList) -> Void) {
    for scorer in 0..<workerCount {
      let bounds = bounds.base + (scorer * boundsStride + worker)
      body(
        EntryList(
          entries: entries.base + bounds[0],
          values: values.map { UnsafePointer($0.base + bounds[0]) },
          count: bounds[1] - bounds[0]))
    }
  }
}
