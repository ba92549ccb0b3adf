// SPDX-License-Identifier: Apache-2.0

package import FactorizationMachines

/// Reads the payload of a section, field by field in the order in which it was written.
///
/// The checksum of the payload holds. What does not fit is an error all the same, as any program can write
/// a valid checksum.
package struct SectionReader: Sendable {
  private let path: String
  private let tag: FourLetters
  private let input: InputBytes
  nonisolated(unsafe) private let payload: UnsafeRawBufferPointer
  private var offset = 0

  init(path: String, tag: FourLetters, input: InputBytes, payload: UnsafeRawBufferPointer) {
    self.path = path
    self.tag = tag
    self.input = input
    self.payload = payload
  }

  /// The number of bytes not yet read.
  package var remaining: Int { payload.count - offset }

  /// Reads a whole number of fixed size.
  ///
  /// - Throws: ``FormatError`` at the end of the section.
  package mutating func integer<Number: FixedWidthInteger & BitwiseCopyable>(
    _: Number.Type = Number.self
  ) throws(FormatError) -> Number {
    let size = MemoryLayout<Number>.size
    let start = try take(size)
    return Number(littleEndian: payload.loadUnaligned(fromByteOffset: start, as: Number.self))
  }

  /// Reads a count of things of which each takes at least `size` bytes in this section.
  ///
  /// - Throws: ``FormatError`` when the section cannot hold that many.
  package mutating func count(ofSize size: Int = 0) throws(FormatError) -> Int {
    let number = try integer(UInt64.self)
    guard let count = Int(exactly: number), size == 0 || count <= remaining / size else {
      throw misfit("a count of \(number)")
    }
    return count
  }

  /// Reads a number.
  ///
  /// - Throws: ``FormatError`` at the end of the section.
  package mutating func double() throws(FormatError) -> Double {
    Double(bitPattern: try integer())
  }

  /// Reads a flag.
  ///
  /// - Throws: ``FormatError`` at the end of the section and for a byte other than 0 and 1.
  package mutating func flag() throws(FormatError) -> Bool {
    let byte = try integer(UInt8.self)
    guard byte <= 1 else { throw misfit("a flag of \(byte)") }
    return byte == 1
  }

  /// Reads a text.
  ///
  /// - Throws: ``FormatError`` at the end of the section and for what is not UTF-8.
  package mutating func text() throws(FormatError) -> String {
    let count = try count(ofSize: 1)
    let start = try take(count)
    guard let text = String(validating: payload[start..<start + count], as: UTF8.self) else {
      throw misfit("a text that is not UTF-8")
    }
    return text
  }

  /// Reads an array of numbers that begins with its count.
  ///
  /// - Throws: ``FormatError`` when the section cannot hold that many.
  package mutating func doubles() throws(FormatError) -> [Double] {
    let count = try count(ofSize: MemoryLayout<Double>.size)
    var numbers: [Double] = []
    numbers.reserveCapacity(count)
    for _ in 0..<count { numbers.append(try double()) }
    return numbers
  }

  /// Copies numbers to where they are needed.
  ///
  /// - Throws: ``FormatError`` at the end of the section.
  package mutating func read<Number: BitwiseCopyable>(
    into numbers: UnsafeMutableBufferPointer<Number>
  ) throws(FormatError) {
    let bytes = UnsafeMutableRawBufferPointer(numbers)
    let start = try take(bytes.count)
    bytes.copyMemory(
      from: UnsafeRawBufferPointer(rebasing: payload[start..<start + bytes.count]))
  }

  /// Fills a buffer.
  ///
  /// - Throws: ``FormatError`` at the end of the section.
  package mutating func read<Number: BitwiseCopyable>(
    into buffer: AlignedBuffer<Number>
  ) throws(FormatError) {
    defer { withExtendedLifetime(buffer) {} }
    try read(into: buffer.mutableElements)
  }

  /// Calls `body` with numbers where they lie in the file, without copying.
  ///
  /// - Throws: ``FormatError`` when the section has not that many left, or they are not aligned.
  package mutating func withNumbers<Number: BitwiseCopyable, Result>(
    count: Int, as: Number.Type, _ body: (UnsafeBufferPointer<Number>) -> Result
  ) throws(FormatError) -> Result {
    let (size, overflow) = count.multipliedReportingOverflow(by: MemoryLayout<Number>.stride)
    guard !overflow, count >= 0 else { throw misfit("a count of \(count)") }
    let start = try take(size)
    let bytes = UnsafeRawBufferPointer(rebasing: payload[start..<start + size])
    guard Int(bitPattern: bytes.baseAddress) % MemoryLayout<Number>.alignment == 0 else {
      throw misfit("numbers out of alignment")
    }
    defer { withExtendedLifetime(input) {} }
    return body(bytes.assumingMemoryBound(to: Number.self))
  }

  /// Checks that everything has been read.
  ///
  /// - Throws: ``FormatError`` when there is more.
  package func finish() throws(FormatError) {
    guard remaining == 0 else { throw misfit("\(remaining) more bytes") }
  }

  /// An error about what this section holds, although its checksum is right.
  package func misfit(_ found: String, expected: String = "") -> FormatError {
    FormatError(
      path: path, found: "the section '\(tag)' has \(found)",
      expected: expected.isEmpty ? "what libfm-swift writes there" : expected,
      advice: "the file was not written by libfm-swift, or by a version with a mistake")
  }

  private mutating func take(_ count: Int) throws(FormatError) -> Int {
    guard count <= remaining else { throw misfit("\(payload.count) bytes, which are too few") }
    defer { offset += count }
    return offset
  }
}
