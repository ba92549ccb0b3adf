// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Splits lines into fields as Perl's `split` does.
///
/// Empty fields at the beginning count, those at the end do not. A match of no width splits
/// between two bytes, but neither before the first byte of a field nor at the line's end. What the
/// groups of an expression captured stands as fields of its own between the others.
struct FieldSplitter {
  /// The fields of the last line, as ranges of its bytes.
  private(set) var fields: [Range<Int>] = []

  private let separator: Separator

  /// Splits at matches of a separator.
  init(_ separator: Separator) {
    self.separator = separator
  }

  /// Splits a line; afterwards `fields` has the result.
  mutating func split(_ line: UnsafeRawBufferPointer) {
    fields.removeAll(keepingCapacity: true)
    switch separator {
    case .literal(let bytes): split(line, at: bytes)
    case .oneOf(let set, let repeats): split(line, at: set, repeats: repeats)
    case .expression(let expression): split(line, at: expression)
    }
    while fields.last?.isEmpty == true { fields.removeLast() }
  }

  private mutating func split(_ line: UnsafeRawBufferPointer, at separator: [UInt8]) {
    guard let base = line.baseAddress else { return }
    separator.withUnsafeBytes { separator in
      let first = Int32(separator[0])
      var start = 0
      var searched = 0
      while let found = memchr(base + searched, first, line.count - searched) {
        let position = UnsafeRawPointer(found) - base
        let end = position + separator.count
        if end > line.count { break }
        if separator.count > 1, let bytes = separator.baseAddress,
          memcmp(found, bytes, separator.count) != 0
        {
          searched = position + 1
          continue
        }
        fields.append(start..<position)
        start = end
        searched = end
      }
      fields.append(start..<line.count)
    }
  }

  private mutating func split(_ line: UnsafeRawBufferPointer, at set: ByteSet, repeats: Bool) {
    var start = 0
    var position = 0
    while position < line.count {
      guard set.contains(line[position]) else {
        position += 1
        continue
      }
      fields.append(start..<position)
      position += 1
      while repeats, position < line.count, set.contains(line[position]) { position += 1 }
      start = position
    }
    fields.append(start..<line.count)
  }

  private mutating func split(
    _ line: UnsafeRawBufferPointer, at expression: NSRegularExpression
  ) {
    let text = Separator.text(of: line) as String
    let whole = NSRange(location: 0, length: line.count)
    var start = 0
    for match in expression.matches(in: text, range: whole) {
      let end = match.range.location + match.range.length
      if end == start || match.range.location == line.count { continue }
      fields.append(start..<match.range.location)
      for group in 1..<match.numberOfRanges {
        let range = match.range(at: group)
        fields.append(
          range.location == NSNotFound ? end..<end : range.location..<range.location + range.length)
      }
      start = end
    }
    fields.append(start..<line.count)
  }
}
