// SPDX-License-Identifier: Apache-2.0

/// The order in which an epoch visits the rows when they are shuffled.
///
/// Up to 2²² rows are shuffled as a whole. More are shuffled in two steps, so that data in a mapped
/// file are read in long pieces and nothing is kept for each row: blocks of 2¹⁴ neighbouring rows in
/// random order, then the rows of every 256 blocks that follow each other in that order. The order
/// depends on the generator and on the number of rows alone.
final class BatchOrder: @unchecked Sendable {
  private let rowCount: Int
  private let blocks: AlignedBuffer<UInt32>
  private var random: GlibcRandom
  private var permutation: RowPermutation
  private var window = 0..<0

  private static let blockShift = 14
  private static let windowRows = RowPermutation.greatestCount

  /// Prepares orders of `rowCount` rows, drawn from `random`.
  init(rowCount: Int, random: GlibcRandom) throws(OutOfMemoryError) {
    self.rowCount = rowCount
    self.random = random
    permutation = try RowPermutation(capacity: min(rowCount, Self.windowRows))
    let blockCount = (rowCount + 1 << Self.blockShift - 1) >> Self.blockShift
    blocks = try AlignedBuffer(0..<UInt32(blockCount))
  }

  /// Draws the order of a new epoch.
  func beginEpoch() {
    window = 0..<0
    guard rowCount > Self.windowRows else { return }
    // The last block may be shorter than the others; it stays the last.
    for last in stride(from: blocks.count - 2, to: 0, by: -1) {
      blocks.mutableElements.swapAt(last, random.index(below: last + 1))
    }
  }

  /// Writes the rows in some places of the order to `rows`.
  ///
  /// Places must be asked for in ascending order within an epoch.
  func write(
    _ places: Range<Int>, to rows: UnsafeMutablePointer<Int>, pool: WorkerPool
  ) {
    var place = places.lowerBound
    while place < places.upperBound {
      _ = prepare(place..<place + 1)
      let end = min(places.upperBound, window.upperBound)
      let base = rows + (place - places.lowerBound)
      pool.forEachRange(of: end - place, grain: 1_024) { [place] range in
        write(place + range.lowerBound..<place + range.upperBound, to: base + range.lowerBound)
      }
      place = end
    }
  }

  /// Draws the order of the places that follow, if it is not drawn yet.
  ///
  /// Places must be prepared in ascending order within an epoch.
  ///
  /// - Returns: whether it is drawn for all of `places`.
  func prepare(_ places: Range<Int>) -> Bool {
    if !window.contains(places.lowerBound) {
      window = places.lowerBound..<min(places.lowerBound + Self.windowRows, rowCount)
      permutation.draw(count: window.count, using: &random)
    }
    return places.upperBound <= window.upperBound
  }

  /// Writes the rows in some places to `rows`, after the order of all of them is drawn.
  func write(_ places: Range<Int>, to rows: UnsafeMutablePointer<Int>) {
    let (permutation, blocks) = (permutation, blocks.base + window.lowerBound >> Self.blockShift)
    let offset = places.lowerBound &- window.lowerBound
    for index in 0..<places.count {
      let number = Int(permutation[UInt32(truncatingIfNeeded: offset &+ index)])
      let block = Int(blocks[number &>> Self.blockShift])
      rows[index] = block &<< Self.blockShift | number & (1 &<< Self.blockShift &- 1)
    }
  }
}
