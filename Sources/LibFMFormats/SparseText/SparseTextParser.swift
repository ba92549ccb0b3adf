// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines

/// Reads the lines of one piece of a file into the arrays.
///
/// Two ways lead through a line. `readPlainRows` knows the usual form, numbers and single blanks, and
/// stops before any line that has something else. `readLine` reads any line by the letter of the
/// grammar and knows what is wrong with it. For a line that both can read they give the same.
struct SparseTextParser {
  let options: SparseTextReader.Options
  let path: String
  let arrays: SparseTextArrays

  /// The last position from which 16 bytes can be loaded.
  let loadLimit: UnsafePointer<UInt8>

  var piece: SparseTextPiece

  /// The beginning of the next line.
  var position: UnsafePointer<UInt8>

  /// The lines, rows and entries read so far, those of earlier pieces included.
  var line: Int
  var row: Int
  var entry: Int

  var largestID = -1
  var largestLine = 0

  init(
    piece: SparseTextPiece, arrays: SparseTextArrays, textEnd: UnsafePointer<UInt8>, path: String,
    options: SparseTextReader.Options
  ) {
    self.piece = piece
    self.arrays = arrays
    self.path = path
    self.options = options
    loadLimit = textEnd - 16
    position = piece.start
    line = piece.linesBefore
    row = piece.firstRow
    entry = piece.firstEntry
  }

  /// Reads the whole piece, or up to the first error, and returns it with what was found.
  mutating func run() -> SparseTextPiece {
    var plainEnd = piece.end
    while plainEnd > piece.start, plainEnd[-1] != Ascii.lineFeed { plainEnd -= 1 }
    do throws(FormatError) {
      while position < piece.end {
        readPlainRows(before: plainEnd)
        if position < piece.end { try readLine() }
      }
    } catch {
      piece.error = error
    }
    piece.rowCount = row - piece.firstRow
    piece.entryCount = entry - piece.firstEntry
    if largestID >= 0 {
      piece.largestFeature = .init(id: UInt32(largestID), line: largestLine)
    }
    return piece
  }

  /// Reads lines of the form `target id:value id:value …` as long as they have it, and leaves the
  /// position at the beginning of the first other line.
  ///
  /// - Parameter end: the end of a line.
  private mutating func readPlainRows(before end: UnsafePointer<UInt8>) {
    let (targets, offsets) = (arrays.targets, arrays.offsets)
    let (ids, values) = (arrays.ids, arrays.values)
    let (loadLimit, pieceEnd) = (loadLimit, piece.end)
    let entryEnd = piece.firstEntry + piece.entryLimit
    let rowEnd = piece.firstRow + piece.rowLimit
    let dropsReturn = !options.isStrict
    var (lineStart, line, row, entry) = (position, line, row, entry)
    var (largestID, largestLine) = (largestID, largestLine)
    var (hasValues, hasOffsets, rowWidth) = (piece.hasValues, piece.hasOffsets, piece.rowWidth)
    var range = piece.targets.range

    lines: while lineStart < end, row < rowEnd {
      var next = lineStart
      var target = Float(next[0] &- Ascii.zero)
      if Ascii.isDigit(next[0]), next[1] == Ascii.blank || next[1] == Ascii.lineFeed {
        next += 1
      } else {
        guard let number = Self.plainNumber(next, end: pieceEnd, loadLimit: loadLimit) else {
          break lines
        }
        // Whether NaN is allowed, and what it does to the range, is known to the other way only.
        if number.0.isNaN { break lines }
        (target, next) = number
      }
      var rowEntry = entry
      items: while true {
        if next[0] == Ascii.lineFeed {
          next += 1
          break items
        }
        if !Ascii.isBlank(next[0]) {
          guard dropsReturn, next[0] == Ascii.carriageReturn, next[1] == Ascii.lineFeed else {
            break lines
          }
          next += 2
          break items
        }
        next += 1
        guard next <= loadLimit, rowEntry < entryEnd else { break lines }
        let id: Int
        let leading = LeadingDigits(next)
        if leading.count < 8 {
          // More blanks, the end of the line, or something that the next turn finds unusual.
          if leading.count == 0 { continue items }
          guard next[Int(leading.count)] == Ascii.colon else { break lines }
          id = leading.number
          next += Int(leading.count) &+ 1
        } else {
          guard let long = Self.longID(next, leading) else { break lines }
          (id, next) = long
        }
        var value: Float = 1
        if next[0] == Ascii.one, next[1] <= Ascii.blank {
          next += 1
        } else {
          guard let number = Self.plainNumber(next, end: pieceEnd, loadLimit: loadLimit) else {
            break lines
          }
          (value, next) = number
          if value != 1, !hasValues {
            hasValues = true
            piece.fillOnes(before: rowEntry, in: values)
          }
        }
        ids[rowEntry] = UInt32(truncatingIfNeeded: id)
        if hasValues { values[rowEntry] = value }
        rowEntry &+= 1
        if id > largestID { (largestID, largestLine) = (id, line &+ 1) }
      }
      targets[row] = target
      range.include(target)
      if rowEntry &- entry != rowWidth, !hasOffsets {
        piece.rowWidth = rowWidth
        hasOffsets = piece.fillOffsets(before: row, in: offsets)
        rowWidth = rowEntry &- entry
      }
      row &+= 1
      line &+= 1
      (entry, lineStart) = (rowEntry, next)
      if hasOffsets { offsets[row] = entry }
    }

    if row > self.row { piece.targets.extend(to: range) }
    (piece.hasValues, piece.hasOffsets, piece.rowWidth) = (hasValues, hasOffsets, rowWidth)
    (position, self.line, self.row, self.entry) = (lineStart, line, row, entry)
    (self.largestID, self.largestLine) = (largestID, largestLine)
  }

  /// Reads a number that begins with a digit, a sign or a point.
  ///
  /// - Returns: the value and the position behind it, which is before `end`; else nil.
  @inline(__always)
  private static func plainNumber(
    _ start: UnsafePointer<UInt8>, end: UnsafePointer<UInt8>, loadLimit: UnsafePointer<UInt8>
  ) -> (Float, UnsafePointer<UInt8>)? {
    if let number = shortDecimal(start, loadLimit: loadLimit) { return number }
    guard start[0] > Ascii.hash, start[0] <= 0x39,
      let number = FloatScanner.scan(start, end: end), number.end < end
    else { return nil }
    return (number.value, number.end)
  }

  /// Reads a number of at most seven digits before and seven behind the point, without exponent.
  ///
  /// All digits together fit in 53 bits, so one division gives the nearest binary64 number. That is
  /// rounded to binary32 as the text would be, unless it lies in the middle between two numbers.
  @inline(__always)
  private static func shortDecimal(
    _ start: UnsafePointer<UInt8>, loadLimit: UnsafePointer<UInt8>
  ) -> (Float, UnsafePointer<UInt8>)? {
    let isNegative = start[0] == Ascii.minus
    var next = isNegative ? start + 1 : start
    guard next + 8 <= loadLimit else { return nil }
    let whole = LeadingDigits(next)
    guard whole.count &- 1 < 7 as UInt else { return nil }
    next += Int(whole.count)
    var magnitude = Double(whole.number)
    if next[0] == Ascii.point {
      next += 1
      let fraction = LeadingDigits(next)
      guard fraction.count &- 1 < 7 as UInt else { return nil }
      next += Int(fraction.count)
      let power = powerOfTen(Int(fraction.count))
      magnitude = (magnitude * power + Double(fraction.number)) / power
      guard magnitude.bitPattern & 0x1FFF_FFFF != 0x1000_0000 else { return nil }
    }
    guard next[0] <= Ascii.blank else { return nil }
    let value = Float(magnitude)
    return (isNegative ? -value : value, next)
  }

  /// Reads an id of 8 to 10 digits and its colon, if it is in the range allowed.
  private static func longID(
    _ start: UnsafePointer<UInt8>, _ leading: LeadingDigits
  ) -> (Int, UnsafePointer<UInt8>)? {
    var id = leading.number
    var next = start + 8
    while Ascii.isDigit(next[0]), next < start + 10 {
      id = id &* 10 &+ Int(next[0] &- Ascii.zero)
      next += 1
    }
    guard next[0] == Ascii.colon, id <= SparseTextReader.largestID else { return nil }
    return (id, next + 1)
  }
}

/// The decimal digits at the beginning of eight bytes.
private struct LeadingDigits {
  /// How many there are, 0 to 8.
  let count: UInt

  private let digits: UInt64

  @inline(__always)
  init(_ start: UnsafePointer<UInt8>) {
    let text = UnsafeRawPointer(start).loadUnaligned(as: UInt64.self).littleEndian
    digits = text ^ 0x3030_3030_3030_3030
    // The high bit marks bytes above 9; a carry can only disturb bytes after the first of these.
    let others = ((digits &+ 0x7676_7676_7676_7676) | digits) & 0x8080_8080_8080_8080
    count = UInt(truncatingIfNeeded: others.trailingZeroBitCount) &>> 3
  }

  /// The number that they write.
  ///
  /// - Precondition: there is at least one.
  @inline(__always)
  var number: Int {
    // Leading zeros fill up to eight digits; then pairs, fours and all are joined side by side.
    var text = digits &<< UInt64(64 &- count &* 8)
    text = text &* 10 &+ (text &>> 8)
    let upper = (text & 0x0000_00FF_0000_00FF) &* 0x000F_4240_0000_0064
    let lower = ((text &>> 16) & 0x0000_00FF_0000_00FF) &* 0x0000_2710_0000_0001
    return Int(truncatingIfNeeded: (upper &+ lower) &>> 32)
  }
}
