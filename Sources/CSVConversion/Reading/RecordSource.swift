// SPDX-License-Identifier: Apache-2.0

import LibFMFormats
import Synchronization

/// Hands out the records of a table in blocks; several workers may ask.
///
/// Blocks are numbered in the order in which they are handed out, which is the order of the records.
/// How records fall into blocks does not depend on who asks.
final class RecordSource: Sendable {
  private let table: CSVTable
  private let blockSize: Int
  private let state: Mutex<State>

  private struct State: Sendable {
    var blockIndex = 0
    /// The next byte to read, or the next record of the selection.
    var position: Int
    /// The beginning of the next block, which was read with the last one.
    var carried: [UInt8] = []
    var isStopped = false
  }

  init(_ table: CSVTable, blockSize: Int = standardBlockSize) {
    self.table = table
    self.blockSize = blockSize
    state = Mutex(State(position: table.selection == nil ? table.dataOffset : 0))
  }

  /// The size of a block in bytes unless its only record is longer: small enough that a block and its
  /// cells stay in a core's cache.
  static let standardBlockSize = 1 << 18

  /// The longest record; beyond it a quote that is not closed is the likely reason.
  private static let longestRecord = 1 << 26

  /// Puts the next records into a block.
  ///
  /// - Returns: false when there are no more.
  /// - Throws: `FormatError` when the file cannot be read.
  func next(into block: RecordBlock) throws(FormatError) -> Bool {
    try state.withLock { state throws(FormatError) in
      if state.isStopped { return false }
      block.count = 0
      block.index = state.blockIndex
      let isFilled =
        if let selection = table.selection {
          try gather(selection, into: block, &state)
        } else {
          try readOn(into: block, &state)
        }
      if isFilled { state.blockIndex += 1 }
      return isFilled
    }
  }

  /// Hands out no further blocks.
  func stop() {
    state.withLock { $0.isStopped = true }
  }

  /// The error with its line and column in the file.
  func formatError(_ error: BlockError, in block: RecordBlock) -> FormatError {
    var offset = block.fileOffset + error.offset
    if let selection = table.selection {
      var row = block.firstSelected
      var rest = error.offset
      while row + 1 < selection.rows.count {
        let length = selection.index.endedLength(of: Int(selection.rows[row]), in: table.file)
        if rest < length { break }
        rest -= length
        row += 1
      }
      offset = selection.index.range(of: Int(selection.rows[row])).lowerBound + rest
    }
    let place = table.file.place(of: offset)
    return FormatError(
      path: table.path, line: place.line, column: place.column, found: error.found,
      expected: error.expected, advice: error.advice)
  }

  private func readOn(
    into block: RecordBlock, _ state: inout State
  ) throws(FormatError) -> Bool {
    block.fileOffset = state.position - state.carried.count
    block.reserve(max(blockSize, state.carried.count))
    state.carried.withUnsafeBufferPointer { carried in
      if let start = carried.baseAddress { block.base.update(from: start, count: carried.count) }
    }
    block.count = state.carried.count
    state.carried.removeAll(keepingCapacity: true)
    let boundary = RecordBoundary(format: table.format)
    while true {
      let wanted = min(
        max(blockSize, block.count * 2) - block.count, table.file.byteCount - state.position)
      if wanted <= 0 {
        block.endWithLineFeed()
        return block.count > 0
      }
      block.reserve(block.count + wanted)
      let received = try table.file.read(
        into: block.base + block.count, count: wanted, at: state.position)
      guard received == wanted else {
        throw FormatError(path: table.path, found: "the file has become shorter while it was read")
      }
      state.position += received
      block.count += received
      if state.position == table.file.byteCount { continue }
      if let end = boundary.lastEnd(block.base, count: block.count) {
        state.carried.append(
          contentsOf: UnsafeBufferPointer(start: block.base + end, count: block.count - end))
        block.count = end
        return true
      }
      if block.count > Self.longestRecord {
        let place = table.file.place(of: block.fileOffset)
        throw FormatError(
          path: table.path, line: place.line, column: place.column,
          found: "the record that begins here is longer than \(Self.longestRecord >> 20) MiB",
          expected: "shorter ones", advice: "look for a quote that is not closed")
      }
    }
  }

  private func gather(
    _ selection: RecordSelection, into block: RecordBlock, _ state: inout State
  ) throws(FormatError) -> Bool {
    block.firstSelected = state.position
    while state.position < selection.rows.count {
      let range = selection.index.range(of: Int(selection.rows[state.position]))
      if block.count > 0, block.count + range.count > blockSize { break }
      state.position += 1
      var end = range.upperBound
      // Records that follow each other in the file are read together.
      while state.position < selection.rows.count {
        let next = selection.index.range(of: Int(selection.rows[state.position]))
        let size = block.count + next.upperBound - range.lowerBound
        guard next.lowerBound == end, size <= blockSize else { break }
        state.position += 1
        end = next.upperBound
      }
      let count = end - range.lowerBound
      block.reserve(block.count + count + 1)
      _ = try table.file.read(
        into: block.base + block.count, count: count, at: range.lowerBound)
      block.count += count
      block.endWithLineFeed()
    }
    return block.count > 0
  }
}
