// SPDX-License-Identifier: Apache-2.0

import LibFMFormats

/// Text on its way into a file, built in place.
struct RowBuffer: ~Copyable {
  private let bytes: UnsafeMutableRawBufferPointer
  private var count = 0
  private let file: WholeFile

  /// Collects what goes into a file.
  init(_ file: WholeFile) {
    self.file = file
    bytes = .allocate(byteCount: 1 << 16, alignment: 16)
  }

  deinit {
    bytes.deallocate()
  }

  /// Appends bytes as they are.
  @inline(__always)
  mutating func append(_ text: UnsafeRawBufferPointer) throws {
    if text.count > bytes.count &- count {
      try flush()
      if text.count > bytes.count {
        try file.write(text)
        return
      }
    }
    guard let source = text.baseAddress, let base = bytes.baseAddress else { return }
    (base + count).copyMemory(from: source, byteCount: text.count)
    count &+= text.count
  }

  /// Appends one byte.
  @inline(__always)
  mutating func append(_ byte: UInt8) throws {
    if count == bytes.count { try flush() }
    bytes[count] = byte
    count &+= 1
  }

  /// Appends a number in decimal digits.
  @inline(__always)
  mutating func append(_ number: Int) throws {
    if bytes.count &- count < 24 { try flush() }
    var magnitude = number.magnitude
    var length = 1
    var limit: UInt = 10
    while magnitude >= limit, length < 19 {
      length &+= 1
      limit &*= 10
    }
    if number < 0 {
      bytes[count] = UInt8(ascii: "-")
      count &+= 1
    }
    count &+= length
    var position = count
    repeat {
      position &-= 1
      bytes[position] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: magnitude % 10)
      magnitude /= 10
    } while magnitude > 0
  }

  /// Hands everything over to the file.
  mutating func flush() throws {
    let pending = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(bytes)[..<count])
    count = 0
    try file.write(pending)
  }
}
