// SPDX-License-Identifier: Apache-2.0

import LibFMFormats

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// Finds the last end of a record in bytes that begin with a record.
///
/// Line feeds within quotes end none. Only quotes are visited, so that a block without any costs one
/// search.
struct RecordBoundary {
  let format: CSVFormat

  /// The position behind the line feed that ends the last whole record; nil without one.
  func lastEnd(_ base: UnsafePointer<UInt8>, count: Int) -> Int? {
    var lastEnd: Int?
    var position = 0
    while let quote = nextQuote(base, from: position, count: count) {
      guard opensField(base, at: quote) else {
        if let end = lastLine(base, position..<quote) { lastEnd = end }
        position = quote + 1
        continue
      }
      if let end = lastLine(base, position..<quote) { lastEnd = end }
      guard let closing = closingQuote(base, from: quote + 1, count: count) else { return lastEnd }
      position = closing + 1
    }
    return lastLine(base, position..<count) ?? lastEnd
  }

  private func nextQuote(_ base: UnsafePointer<UInt8>, from start: Int, count: Int) -> Int? {
    guard start < count, let found = memchr(base + start, CInt(Ascii.quote), count - start) else {
      return nil
    }
    return UnsafeRawPointer(found) - UnsafeRawPointer(base)
  }

  /// Whether a field begins with the quote at `position`.
  private func opensField(_ base: UnsafePointer<UInt8>, at position: Int) -> Bool {
    var before = position - 1
    if format.skipsInitialSpace {
      while before >= 0, base[before] != format.separator, Ascii.isBlank(base[before]) {
        before -= 1
      }
    }
    return before < 0 || base[before] == format.separator || base[before] == Ascii.lineFeed
  }

  /// The single quote that ends a field; nil when it is not certain to be within the bytes.
  private func closingQuote(_ base: UnsafePointer<UInt8>, from start: Int, count: Int) -> Int? {
    var position = start
    while let quote = nextQuote(base, from: position, count: count), quote + 1 < count {
      guard base[quote + 1] == Ascii.quote else { return quote }
      position = quote + 2
    }
    return nil
  }

  private func lastLine(_ base: UnsafePointer<UInt8>, _ range: Range<Int>) -> Int? {
    var position = range.upperBound
    while position > range.lowerBound {
      position -= 1
      if base[position] == Ascii.lineFeed { return position + 1 }
    }
    return nil
  }
}
