// SPDX-License-Identifier: Apache-2.0

/// Prints generated cases as rows of libFM's text format.
struct CaseWriter {
  private var text: [UInt8] = []
  private let write: (UnsafeRawBufferPointer) throws -> Void

  /// - Parameter write: takes about a megabyte of text at a time.
  init(write: @escaping (UnsafeRawBufferPointer) throws -> Void) {
    self.write = write
    text.reserveCapacity(flushSize + 4_096)
  }

  /// Prints one case.
  mutating func append(_ drawn: GeneratedCase, numbering: inout FeatureNumbering) throws {
    appendTarget(drawn.target)
    for entry in drawn.entries {
      text.append(UInt8(ascii: " "))
      appendDigits(numbering.id(field: entry.field, level: entry.level))
      text.append(UInt8(ascii: ":"))
      if entry.value == 1 {
        text.append(UInt8(ascii: "1"))
      } else {
        text.append(contentsOf: "\(entry.value)".utf8)
      }
    }
    text.append(UInt8(ascii: "\n"))
    if text.count >= flushSize { try flush() }
  }

  /// Hands on what has been printed so far.
  mutating func flush() throws {
    try text.withUnsafeBytes(write)
    text.removeAll(keepingCapacity: true)
  }

  /// Ratings come in halves at most, classes are 1 and -1.
  private mutating func appendTarget(_ target: Double) {
    let halves = Int(target * 2)
    if halves < 0 { text.append(UInt8(ascii: "-")) }
    appendDigits(abs(halves) / 2)
    if halves % 2 != 0 { text.append(contentsOf: ".5".utf8) }
  }

  private mutating func appendDigits(_ number: Int) {
    var rest = number
    let start = text.count
    repeat {
      text.append(UInt8(ascii: "0") + UInt8(rest % 10))
      rest /= 10
    } while rest > 0
    text[start...].reverse()
  }
}

private let flushSize = 1 << 20
