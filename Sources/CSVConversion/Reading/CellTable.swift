// SPDX-License-Identifier: Apache-2.0

import LibFMFormats

/// The cells of one block, row after row.
final class CellTable {
  /// The number of fields in each row.
  let columnCount: Int

  /// The number of rows.
  private(set) var rowCount = 0

  /// The cells, `columnCount` a row.
  private(set) var cells: UnsafeMutablePointer<Cell>

  /// What keeps the rest of the block from being split.
  private(set) var error: BlockError?

  /// The number of the block within its pass.
  private(set) var blockIndex = 0

  /// The bytes that the cells refer to.
  private(set) var base: UnsafePointer<UInt8>

  private var rowStarts: UnsafeMutablePointer<UInt32>
  private var rowCapacity: Int
  private var shift = 0

  init(columnCount: Int) {
    self.columnCount = columnCount
    rowCapacity = 1_024
    cells = .allocate(capacity: rowCapacity * columnCount)
    rowStarts = .allocate(capacity: rowCapacity + 1)
    base = UnsafePointer(UnsafeRawPointer(cells).assumingMemoryBound(to: UInt8.self))
  }

  deinit {
    cells.deallocate()
    rowStarts.deallocate()
  }

  /// Splits a block, which must stay as it is while the cells are used.
  func split(_ block: RecordBlock, format: CSVFormat) {
    let splitter = RecordSplitter(format, shift: block.shift)
    let start = block.base
    let end = start + block.count
    base = UnsafePointer(start)
    blockIndex = block.index
    shift = block.shift
    rowCount = 0
    error = nil
    var position = start
    while position < end {
      if position.pointee == Ascii.lineFeed {
        position += 1
        continue
      }
      if position.pointee == Ascii.carriageReturn, position[1] == Ascii.lineFeed {
        position += 2
        continue
      }
      if rowCount == rowCapacity { grow() }
      let record = position
      rowStarts[rowCount] = UInt32(truncatingIfNeeded: record - start)
      do throws(BlockError) {
        let count = try splitter.split(
          start, &position, end: end, into: cells + rowCount &* columnCount, limit: columnCount)
        guard count == columnCount else {
          error = raggedRow(count, offset: record - start, header: format.hasHeader)
          break
        }
      } catch {
        self.error = error
        break
      }
      rowCount &+= 1
    }
    rowStarts[rowCount] = UInt32(truncatingIfNeeded: position - start)
  }

  /// The bytes of a cell.
  @inline(__always)
  func bytes(row: Int, column: Int) -> UnsafeBufferPointer<UInt8> {
    let cell = cells[row &* columnCount &+ column]
    return UnsafeBufferPointer(start: base + Int(cell.start), count: Int(cell.length))
  }

  /// Where a cell begins in the block; increases from cell to cell.
  @inline(__always)
  func offset(row: Int, column: Int) -> Int {
    let start = Int(cells[row &* columnCount &+ column].start)
    return start >= shift ? start &- shift : start
  }

  /// The bytes of a row as they stand in the file, with the line feed at the end and any empty lines
  /// that follow.
  func record(_ row: Int) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(
      start: base + Int(rowStarts[row]), count: Int(rowStarts[row + 1] - rowStarts[row]))
  }

  /// Where a row begins in the block.
  func rowOffset(_ row: Int) -> Int { Int(rowStarts[row]) }

  private func raggedRow(_ count: Int, offset: Int, header: Bool) -> BlockError {
    BlockError(
      offset: offset, found: "this row has \(count) \(count == 1 ? "field" : "fields")",
      expected: "\(columnCount) as in the \(header ? "header" : "first row")",
      advice: "check the separator and the quotes")
  }

  private func grow() {
    let capacity = 2 * rowCapacity
    let moreCells = UnsafeMutablePointer<Cell>.allocate(capacity: capacity * columnCount)
    let moreStarts = UnsafeMutablePointer<UInt32>.allocate(capacity: capacity + 1)
    moreCells.update(from: cells, count: rowCount * columnCount)
    moreStarts.update(from: rowStarts, count: rowCount)
    cells.deallocate()
    rowStarts.deallocate()
    (cells, rowStarts, rowCapacity) = (moreCells, moreStarts, capacity)
  }
}
