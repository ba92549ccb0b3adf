// SPDX-License-Identifier: Apache-2.0

@testable import LibFMFormats

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// The grammar of sparse text, read a line and a byte at a time, as slow and plain as it is written.
struct NaiveSparseText {
  struct Row {
    var target: Float
    var entries: [(id: UInt32, value: Float)] = []
  }

  struct Failure: Error, Equatable {
    var line: Int?
    var column: Int?
  }

  private(set) var rows: [Row] = []
  private(set) var largest: (id: UInt32, line: Int)?

  init(_ text: [UInt8], _ options: SparseTextReader.Options) throws(Failure) {
    var start = 0
    var number = 0
    while start < text.count {
      let end = text[start...].firstIndex(of: 10) ?? text.count
      number += 1
      var line = Array(text[start..<end])
      if !options.isStrict, line.last == 13 { line.removeLast() }
      if let null = line.firstIndex(of: 0) { line.removeSubrange(null...) }
      try read(line, number, options)
      start = end + 1
    }
    if options.requiresCases, rows.isEmpty { throw Failure() }
  }

  private mutating func read(
    _ line: [UInt8], _ number: Int, _ options: SparseTextReader.Options
  ) throws(Failure) {
    var place = skip(line, 0) { $0 == 32 || $0 == 9 }
    guard place < line.count, line[place] != UInt8(ascii: "#") else { return }
    guard let target = NaiveFloat(line, place),
      !(options.rejectsNaNTargets && target.value.isNaN)
    else { throw Failure(line: number, column: place + 1) }
    place = target.end
    var row = Row(target: target.value)
    while let item = item(line, place) {
      guard let id = item.id else { throw Failure(line: number, column: item.start + 1) }
      row.entries.append((id, item.value))
      if largest.map({ id > $0.id }) ?? true { largest = (id, number) }
      place = item.end
    }
    place = skip(line, place) { $0 == 32 || $0 == 9 }
    guard place == line.count || line[place] == UInt8(ascii: "#") else {
      throw Failure(line: number, column: place + 1)
    }
    rows.append(row)
  }

  /// An id, a colon and a value; without an id when it is out of range.
  private func item(
    _ line: [UInt8], _ from: Int
  ) -> (id: UInt32?, value: Float, start: Int, end: Int)? {
    let start = skip(line, from) { $0 == 32 || (9...13).contains($0) }
    var place = start
    if place < line.count, [43, 45].contains(line[place]) { place += 1 }
    let digits = place
    var id = 0
    while place < line.count, (48...57).contains(line[place]) {
      id = min(id * 10 + Int(line[place] - 48), 1 << 40)
      place += 1
    }
    if digits > start, line[start] == 45 { id = -id }
    guard place > digits, place < line.count, line[place] == UInt8(ascii: ":"),
      let value = NaiveFloat(line, place + 1)
    else { return nil }
    return ((0...2_147_483_646).contains(id) ? UInt32(id) : nil, value.value, start, value.end)
  }
}

/// A number as C's `scanf` reads it with `%f`.
struct NaiveFloat {
  let value: Float
  let end: Int

  init?(_ text: [UInt8], _ from: Int) {
    var place = skip(text, from) { $0 == 32 || (9...13).contains($0) }
    var token: [UInt8] = []
    func next() -> UInt8? { place < text.count ? text[place] | 0x20 : nil }
    func take() {
      token.append(text[place])
      place += 1
    }
    func takeWord(_ word: String) -> Bool {
      for letter in word.utf8 {
        guard next() == letter, text[place] & 0x40 != 0 else { return false }
        take()
      }
      return true
    }
    if place < text.count, [43, 45].contains(text[place]) { take() }
    let isHexadecimal =
      place + 1 < text.count && text[place] == 48 && text[place + 1] | 0x20 == UInt8(ascii: "x")
    if next() == UInt8(ascii: "n"), text[place] & 0x40 != 0 {
      guard takeWord("nan") else { return nil }
    } else if next() == UInt8(ascii: "i"), text[place] & 0x40 != 0 {
      guard takeWord("inf") else { return nil }
      if next() == UInt8(ascii: "i"), text[place] & 0x40 != 0, !takeWord("inity") { return nil }
    } else {
      if isHexadecimal {
        take()
        take()
      }
      let start = place
      var hasPoint = false
      var hasDigit = false
      while place < text.count {
        let byte = text[place]
        let isDigit =
          (48...57).contains(byte)
          || (isHexadecimal && byte & 0x40 != 0 && (0x61...0x66).contains(byte | 0x20))
        if isDigit {
          hasDigit = true
        } else if byte == UInt8(ascii: "."), !hasPoint {
          hasPoint = true
        } else {
          break
        }
        take()
      }
      guard isHexadecimal ? place > start : hasDigit else { return nil }
      let letter = UInt8(ascii: isHexadecimal ? "p" : "e")
      if hasDigit, next() == letter, text[place] & 0x40 != 0 {
        let mantissa = token
        take()
        if place < text.count, [43, 45].contains(text[place]) { take() }
        let digits = place
        while place < text.count, (48...57).contains(text[place]) { take() }
        if place == digits { token = mantissa }
      }
    }
    end = place
    value = (token.map { CChar(bitPattern: $0) } + [0]).withUnsafeBufferPointer { token in
      token.baseAddress.map { strtof($0, nil) } ?? 0
    }
  }
}

private func skip(_ text: [UInt8], _ from: Int, _ isSkipped: (UInt8) -> Bool) -> Int {
  var place = from
  while place < text.count, isSkipped(text[place]) { place += 1 }
  return place
}
