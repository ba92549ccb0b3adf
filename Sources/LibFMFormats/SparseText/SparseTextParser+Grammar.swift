// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

extension SparseTextParser {
  /// Reads the line at the position, whatever it holds.
  ///
  ///     line    = blanks [ FLOAT item* blanks ] [ "#" anything ]
  ///     item    = INT ":" FLOAT
  ///
  /// FLOAT and INT may begin with any white space; items need nothing between them (`0:1+3:4` are
  /// two). An item that does not match completely ends the row before it.
  mutating func readLine() throws(FormatError) {
    let start = position
    let remaining = piece.end - start
    let lineEnd =
      memchr(start, CInt(Ascii.lineFeed), remaining)
      .map { UnsafePointer($0.assumingMemoryBound(to: UInt8.self)) } ?? piece.end
    position = lineEnd < piece.end ? lineEnd + 1 : lineEnd
    line += 1

    let end = contentEnd(from: start, to: lineEnd)
    let place = SparseTextDiagnosis(path: path, line: line, start: start, end: end)
    var next = Self.skipBlanks(start, end: end)
    guard next < end, next[0] != Ascii.hash else { return }
    guard let target = FloatScanner.scan(next, end: end) else {
      throw place.noTarget(at: next)
    }
    if options.rejectsNaNTargets, target.value.isNaN { throw place.targetIsNaN(at: next) }
    next = target.end
    var rowEntry = entry
    while let item = Self.item(next, end: end) {
      guard item.id >= 0, item.id <= SparseTextReader.largestID else {
        throw place.idOutOfRange(item.id, at: next)
      }
      guard rowEntry < piece.firstEntry + piece.entryLimit else { throw place.fileChanged() }
      store(Int(item.id), item.value, at: rowEntry)
      rowEntry += 1
      next = item.end
    }
    next = Self.skipBlanks(next, end: end)
    guard next == end || next[0] == Ascii.hash else {
      throw place.unreadableRest(at: next, targetEnd: target.end, isStrict: options.isStrict)
    }
    guard row < piece.firstRow + piece.rowLimit else { throw place.fileChanged() }
    finishRow(target: target.value, entryEnd: rowEntry)
  }

  /// Where the content of a line ends: before a NUL byte, and before a return at the end of the line
  /// unless that is asked to be an error.
  private func contentEnd(
    from start: UnsafePointer<UInt8>, to lineEnd: UnsafePointer<UInt8>
  ) -> UnsafePointer<UInt8> {
    var end = lineEnd
    if !options.isStrict, end > start, end[-1] == Ascii.carriageReturn { end -= 1 }
    return memchr(start, 0, end - start)
      .map { UnsafePointer($0.assumingMemoryBound(to: UInt8.self)) } ?? end
  }

  private static func skipBlanks(
    _ start: UnsafePointer<UInt8>, end: UnsafePointer<UInt8>
  ) -> UnsafePointer<UInt8> {
    var next = start
    while next < end, Ascii.isBlank(next[0]) { next += 1 }
    return next
  }

  private static func item(
    _ start: UnsafePointer<UInt8>, end: UnsafePointer<UInt8>
  ) -> (id: Int64, value: Float, end: UnsafePointer<UInt8>)? {
    guard let id = IntegerScanner.scan(start, end: end),
      id.end < end, id.end[0] == Ascii.colon,
      let value = FloatScanner.scan(id.end + 1, end: end)
    else { return nil }
    return (id.value, value.value, value.end)
  }

  private mutating func store(_ id: Int, _ value: Float, at index: Int) {
    if value != 1, !piece.hasValues {
      piece.fillOnes(before: index, in: arrays.values)
      piece.hasValues = true
    }
    arrays.ids[index] = UInt32(truncatingIfNeeded: id)
    if piece.hasValues { arrays.values[index] = value }
    if id > largestID { (largestID, largestLine) = (id, line) }
  }

  private mutating func finishRow(target: Float, entryEnd: Int) {
    arrays.targets[row] = target
    piece.targets.include(target)
    if entryEnd - entry != piece.rowWidth, !piece.hasOffsets {
      piece.hasOffsets = piece.fillOffsets(before: row, in: arrays.offsets)
      piece.rowWidth = entryEnd - entry
    }
    row += 1
    entry = entryEnd
    if piece.hasOffsets { arrays.offsets[row] = entry }
  }
}
