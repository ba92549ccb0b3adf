// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines

/// Numbers in rows, written as text: a line for each row.
///
/// Workers turn blocks of numbers into text, a block each, and the blocks are written in their order:
/// the bytes do not depend on the number of workers.
struct NumberRows {
  /// Row-major, `rowCount` × `columnCount`, a row every `stride` numbers.
  let values: UnsafePointer<Double>
  let rowCount: Int
  var columnCount = 1
  var stride = 1

  /// What stands between the numbers of a row.
  var separator = Ascii.blank

  /// The number of significant digits, from 1 to 17.
  let digits: Int

  /// Numbers a block.
  private static let blockSize = 1 << 13

  /// Bytes that a number takes at most, with the blank or the end of line behind it.
  private static let cellSize = GeneralFormat.maximumLength + 1

  /// Writes all rows.
  ///
  /// - Throws: ``FormatError`` when the system refuses.
  func write(to file: WholeFile, pool: WorkerPool) throws(FormatError) {
    guard columnCount > 0 else {
      for _ in 0..<rowCount { try file.write(byte: Ascii.lineFeed) }
      return
    }
    let count = rowCount * columnCount
    let blockCount = (count + Self.blockSize - 1) / Self.blockSize
    let workerCount = max(1, min(pool.workerCount, blockCount))
    let texts = (0..<workerCount).map { _ in Text(capacity: Self.blockSize * Self.cellSize) }
    for first in Swift.stride(from: 0, to: blockCount, by: workerCount) {
      let blocks = first..<min(first + workerCount, blockCount)
      pool.forEachRange(of: blocks.count) { workers in
        for worker in workers {
          let start = (first + worker) * Self.blockSize
          let end = min(start + Self.blockSize, count)
          texts[worker].count = put(start..<end, to: texts[worker].bytes)
        }
      }
      for text in texts.prefix(blocks.count) {
        try file.write(UnsafeRawBufferPointer(start: text.bytes, count: text.count))
      }
    }
  }

  /// Puts the numbers of a range, counted row after row, and what stands behind each.
  ///
  /// - Returns: the number of bytes.
  private func put(_ range: Range<Int>, to output: UnsafeMutablePointer<UInt8>) -> Int {
    var (row, column) = range.lowerBound.quotientAndRemainder(dividingBy: columnCount)
    var position = output
    for _ in range {
      position += GeneralFormat.write(
        values[row &* stride &+ column], digits: digits, to: position)
      column &+= 1
      position.pointee = column == columnCount ? Ascii.lineFeed : separator
      position += 1
      if column == columnCount { (row, column) = (row &+ 1, 0) }
    }
    return position - output
  }

  /// Room for the text of a block.
  private final class Text: @unchecked Sendable {
    let bytes: UnsafeMutablePointer<UInt8>
    var count = 0

    init(capacity: Int) { bytes = .allocate(capacity: capacity) }

    deinit { bytes.deallocate() }
  }
}
