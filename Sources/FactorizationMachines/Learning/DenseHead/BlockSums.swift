// SPDX-License-Identifier: Apache-2.0

/// Sums over rows, each in blocks of 1024 rows that are then added in order: the same for any number of
/// workers.
final class BlockSums: @unchecked Sendable {
  /// The sums of the last pass.
  let totals: AlignedBuffer<Double>

  private let width: Int
  private let partial: AlignedBuffer<Double>
  private static let blockRows = 1_024

  /// Prepares `width` sums over up to `rowCount` rows.
  init(width: Int, rowCount: Int) throws(OutOfMemoryError) {
    self.width = width
    totals = try AlignedBuffer(count: width)
    partial = try AlignedBuffer(
      count: (rowCount + Self.blockRows - 1) / Self.blockRows * width)
  }

  /// Adds up over rows: calls `body` with each block and its sums, which are 0.
  func add(
    over rowCount: Int, pool: WorkerPool,
    _ body: (Range<Int>, _ sums: UnsafeMutablePointer<Double>) -> Void
  ) {
    let (base, width) = (partial.base, width)
    let blockCount = (rowCount + Self.blockRows - 1) / Self.blockRows
    pool.forEachRange(of: blockCount) { blocks in
      for block in blocks {
        let sums = base + block &* width
        sums.update(repeating: 0, count: width)
        let start = block &* Self.blockRows
        body(start..<min(start &+ Self.blockRows, rowCount), sums)
      }
    }
    totals.base.update(repeating: 0, count: width)
    for block in 0..<blockCount {
      for index in 0..<width { totals.base[index] += base[block &* width &+ index] }
    }
  }
}
