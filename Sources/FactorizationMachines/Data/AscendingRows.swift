// SPDX-License-Identifier: Apache-2.0

import Synchronization

extension SparseMatrix {
  /// The matrix with the entries of each row in ascending order of their ids, repeated ids in the order
  /// they had; the matrix itself where that is the case already.
  ///
  /// - Throws: ``OutOfMemoryError``.
  func withAscendingRows(pool: WorkerPool) throws(OutOfMemoryError) -> SparseMatrix {
    let source = SparseRows(self)
    let ascends = Atomic<Bool>(true)
    pool.forEachRange(of: rowCount, grain: 4_096) { range in
      if !rowsAscend(range, of: source) { ascends.store(false, ordering: .relaxed) }
    }
    if ascends.load(ordering: .relaxed) { return self }
    let ids = try AlignedBuffer<UInt32>(count: entryCount)
    let values = try values.map { _ throws(OutOfMemoryError) in
      try AlignedBuffer<Float>(count: entryCount)
    }
    pool.forEachRange(of: rowCount, grain: 4_096) { range in
      for row in range {
        sortEntries(
          source.start(ofRow: row)..<source.start(ofRow: row + 1), of: source, to: ids.base,
          values?.base)
      }
    }
    return SparseMatrix(
      rowCount: rowCount, columnCount: columnCount, rowWidth: rowWidth, offsets: offsets, ids: ids,
      values: values)
  }
}

private func rowsAscend(_ range: Range<Int>, of source: SparseRows) -> Bool {
  for row in range {
    var previous: UInt32 = 0
    for entry in source.start(ofRow: row)..<source.start(ofRow: row &+ 1) {
      if source.ids[entry] < previous { return false }
      previous = source.ids[entry]
    }
  }
  return true
}

/// Copies one row in ascending order; a stable sort.
private func sortEntries(
  _ entries: Range<Int>, of source: SparseRows, to ids: UnsafeMutablePointer<UInt32>,
  _ values: UnsafeMutablePointer<Float>?
) {
  if entries.count <= 16 {
    for entry in entries {
      var target = entry
      let id = source.ids[entry]
      while target > entries.lowerBound, ids[target - 1] > id {
        ids[target] = ids[target - 1]
        if let values { values[target] = values[target - 1] }
        target -= 1
      }
      ids[target] = id
      if let values, let sourceValues = source.values { values[target] = sourceValues[entry] }
    }
  } else {
    let order = entries.sorted {
      (source.ids[$0], $0) < (source.ids[$1], $1)
    }
    for (target, entry) in zip(entries, order) {
      ids[target] = source.ids[entry]
      if let values, let sourceValues = source.values { values[target] = sourceValues[entry] }
    }
  }
}
