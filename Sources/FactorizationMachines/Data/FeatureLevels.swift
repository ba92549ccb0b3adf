// SPDX-License-Identifier: Apache-2.0

/// A range of features in an order of work that suits interleaved ids: by levels.
///
/// The level of a feature is one more than the greatest level among the features before it that share a
/// row with it. The features of a level are free of conflicts, and working level by level differs from
/// working feature by feature only in the order of features that touch no common row.
struct FeatureLevels {
  /// The features, level after level, ascending within each.
  let features: AlignedBuffer<UInt32>

  /// Where in ``features`` each worker's share of each level begins, level after level; the shares of a
  /// level have about the same number of entries, and a small level falls to the first worker alone.
  let shareStarts: [Int]

  let workerCount: Int

  /// The number of levels.
  var count: Int { shareStarts.count / workerCount }

  /// The positions in ``features`` of one worker's share of a level.
  func share(of level: Int, worker: Int) -> Range<Int> {
    let index = level * workerCount + worker
    let end = index + 1 < shareStarts.count ? shareStarts[index + 1] : features.count
    return shareStarts[index]..<end
  }

  /// The positions in ``features`` of a level.
  func range(of level: Int) -> Range<Int> {
    share(of: level, worker: 0).lowerBound..<share(of: level, worker: workerCount - 1).upperBound
  }

  /// Whether a level falls to the first worker alone.
  func isSmall(_ level: Int) -> Bool {
    workerCount == 1 || share(of: level, worker: workerCount - 1).isEmpty
  }

  /// Orders `range`; a level with fewer entries than `grain` a worker is small.
  ///
  /// - Throws: ``OutOfMemoryError``.
  init(
    of range: Range<Int>, in columns: ColumnView, rowCount: Int, workerCount: Int, grain: Int
  ) throws(OutOfMemoryError) {
    let columns = SparseColumns(columns)
    let levels = try AlignedBuffer<UInt32>(count: range.count)
    let levelCount = try assignLevels(
      to: levels.base, of: range, in: columns, rowCount: rowCount)
    var ends = Array(repeating: 0, count: levelCount)
    var entryCounts = ends
    for feature in range {
      let level = Int(levels.base[feature - range.lowerBound])
      ends[level] += 1
      entryCounts[level] += columns.entries(ofColumn: feature).count
    }
    var end = 0
    for level in 0..<levelCount {
      let count = ends[level]
      ends[level] = end
      end += count
    }
    features = try AlignedBuffer(count: range.count)
    for feature in range {
      let level = Int(levels.base[feature - range.lowerBound])
      features.base[ends[level]] = UInt32(feature)
      ends[level] += 1
    }
    var starts: [Int] = []
    var position = 0
    for level in 0..<levelCount {
      let isSmall = entryCounts[level] < grain * workerCount
      var entryCount = 0
      starts.append(position)
      for worker in 1..<workerCount + 1 {
        let share = isSmall ? entryCounts[level] : entryCounts[level] * worker / workerCount
        while position < ends[level], isSmall || worker == workerCount || entryCount < share {
          entryCount += columns.entries(ofColumn: Int(features.base[position])).count
          position += 1
        }
        if worker < workerCount { starts.append(position) }
      }
    }
    shareStarts = starts
    self.workerCount = workerCount
  }
}

/// Writes the levels of the features of `range`, counted from 0; gives the number of levels.
private func assignLevels(
  to levels: UnsafeMutablePointer<UInt32>, of range: Range<Int>, in columns: SparseColumns,
  rowCount: Int
) throws(OutOfMemoryError) -> Int {
  // One more than the level of the last feature that the row has.
  let firstFreeLevels = try AlignedBuffer<UInt32>(count: rowCount)
  let free = firstFreeLevels.base
  var count: UInt32 = 0
  for feature in range {
    let entries = columns.entries(ofColumn: feature)
    var level: UInt32 = 0
    for entry in entries { level = max(level, free[Int(columns.rows[entry])]) }
    for entry in entries { free[Int(columns.rows[entry])] = level + 1 }
    levels[feature - range.lowerBound] = level
    count = max(count, level + 1)
  }
  return Int(count)
}
