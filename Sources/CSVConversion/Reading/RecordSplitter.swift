// SPDX-License-Identifier: Apache-2.0

import LibFMFormats

/// The bytes of one field, relative to the beginning of its block.
struct Cell: BitwiseCopyable {
  var start: UInt32
  var length: UInt32
}

/// Splits one record into its fields.
struct RecordSplitter {
  private let separator: UInt8
  private let separators: UInt64
  private let skipsInitialSpace: Bool
  private let shift: Int

  init(_ format: CSVFormat, shift: Int) {
    separator = format.separator
    separators = UInt64(format.separator) &* ones
    skipsInitialSpace = format.skipsInitialSpace
    self.shift = shift
  }

  /// Splits the record at `position`.
  ///
  /// - Parameters:
  ///   - base: the beginning of the block, which ends with a line feed and can be read eight bytes
  ///     further.
  ///   - position: where the record begins; moved behind its line feed.
  ///   - end: the end of the block.
  ///   - cells: has room for `limit` fields; further ones are only counted.
  ///   - limit: how many fields are kept.
  /// - Returns: the number of fields.
  /// - Throws: `BlockError` for a quoted field that does not end as it should.
  @inline(__always)
  func split(
    _ base: UnsafeMutablePointer<UInt8>, _ position: inout UnsafeMutablePointer<UInt8>,
    end: UnsafeMutablePointer<UInt8>, into cells: UnsafeMutablePointer<Cell>, limit: Int
  ) throws(BlockError) -> Int {
    var field = position
    var count = 0
    while true {
      if skipsInitialSpace {
        while field.pointee != separator, Ascii.isBlank(field.pointee) { field += 1 }
      }
      let next: UnsafeMutablePointer<UInt8>
      let cell: Cell
      if field.pointee == Ascii.quote {
        (cell, next) = try splitQuoted(base, field, end: end)
      } else {
        next = endOfField(field)
        var length = next - field
        if next.pointee == Ascii.lineFeed, length > 0, next[-1] == Ascii.carriageReturn {
          length &-= 1
        }
        cell = Cell(
          start: UInt32(truncatingIfNeeded: field - base),
          length: UInt32(truncatingIfNeeded: length))
      }
      if count < limit { cells[count] = cell }
      count &+= 1
      field = next + 1
      if next.pointee == Ascii.lineFeed { break }
    }
    position = field
    return count
  }

  /// The first separator or line feed from `start` on, eight bytes at a time.
  @inline(__always)
  private func endOfField(_ start: UnsafeMutablePointer<UInt8>) -> UnsafeMutablePointer<UInt8> {
    var position = start
    while true {
      let word = UInt64(
        littleEndian: UnsafeRawPointer(position).loadUnaligned(as: UInt64.self))
      let found = zeroBytes(word ^ separators) | zeroBytes(word ^ lineFeeds)
      if found != 0 { return position + (found.trailingZeroBitCount &>> 3) }
      position += 8
    }
  }

  /// Marks zero bytes; marks above the lowest one may be wrong.
  @inline(__always)
  private func zeroBytes(_ word: UInt64) -> UInt64 {
    (word &- ones) & ~word & (ones &<< 7)
  }

  @inline(never)
  private func splitQuoted(
    _ base: UnsafeMutablePointer<UInt8>, _ field: UnsafeMutablePointer<UInt8>,
    end: UnsafeMutablePointer<UInt8>
  ) throws(BlockError) -> (Cell, next: UnsafeMutablePointer<UInt8>) {
    let start = field + 1
    var position = start
    var copy: UnsafeMutablePointer<UInt8>?
    while position < end {
      if position.pointee == Ascii.quote {
        guard position + 1 < end, position[1] == Ascii.quote else { break }
        if copy == nil {
          // The field is copied from here on without the second quote of each pair.
          (start + shift).update(from: start, count: position - start)
          copy = position + shift
        }
        position += 1
      }
      if let target = copy {
        target.pointee = position.pointee
        copy = target + 1
      }
      position += 1
    }
    guard position < end else {
      throw BlockError(
        offset: field - base, found: "this quoted field is not closed",
        expected: "a quote at its end", advice: "write a quote within a field twice")
    }
    var next = position + 1
    if next < end, next.pointee == Ascii.carriageReturn, next + 1 < end,
      next[1] == Ascii.lineFeed
    {
      next += 1
    }
    guard next.pointee == separator || next.pointee == Ascii.lineFeed else {
      let rest = UnsafeBufferPointer(start: UnsafePointer(next), count: min(1, end - next))
      throw BlockError(
        offset: next - base, found: QuotedText.quote(rest) + " follows a closing quote",
        expected: "the separator or the end of the line",
        advice: "write a quote within a field twice")
    }
    if let copy {
      return (
        Cell(start: UInt32(start + shift - base), length: UInt32(copy - (start + shift))), next
      )
    }
    return (Cell(start: UInt32(start - base), length: UInt32(position - start)), next)
  }
}

private let ones: UInt64 = 0x0101_0101_0101_0101
private let lineFeeds: UInt64 = 0x0A0A_0A0A_0A0A_0A0A
