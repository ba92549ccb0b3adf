// SPDX-License-Identifier: Apache-2.0

package import FactorizationMachines

/// Writes a container, section by section; it appears complete or not at all, see ``WholeFile``.
package final class ContainerWriter {
  /// The place behind the last section.
  private(set) var place: ContainerPlace

  private let file: WholeFile

  /// Begins a container; one that `isLasting` has a temporary file that is found again after a break, see
  /// ``WholeFile/init(lasting:keeping:)``.
  ///
  /// - Throws: ``FormatError`` when the file cannot be written.
  package init(
    _ path: String, kind: ContainerKind, isLasting: Bool = false
  ) throws(FormatError) {
    file = isLasting ? try WholeFile(lasting: path, keeping: 0) : try WholeFile(path)
    let header = kind.header
    place = ContainerPlace(header: header)
    try file.write(bytes: header)
  }

  /// Goes on with the temporary file of a container, of which the sections up to a place are kept.
  ///
  /// - Throws: ``FormatError`` when the file cannot be written.
  init(lasting path: String, from place: ContainerPlace) throws(FormatError) {
    file = try WholeFile(lasting: path, keeping: place.byteCount)
    self.place = place
  }

  /// Begins a container, as ``init(_:kind:isLasting:)`` does, with the first sections of another one.
  ///
  /// - Throws: ``FormatError`` when the file cannot be written.
  init(
    _ path: String, copying beginning: ContainerBeginning, isLasting: Bool = false
  ) throws(FormatError) {
    file = isLasting ? try WholeFile(lasting: path, keeping: 0) : try WholeFile(path)
    place = beginning.place
    try beginning.write(to: file)
  }

  /// Writes a section of a few fields.
  ///
  /// - Throws: ``FormatError`` when the file cannot be written.
  package func write(
    _ tag: FourLetters, _ fields: ContainerFields
  ) throws(FormatError) {
    try write(tag, byteCount: fields.bytes.count) { body throws(FormatError) in
      try body.write(fields)
    }
  }

  /// Writes a section whose payload is made piece by piece.
  ///
  /// - Parameters:
  ///   - tag: the section's name.
  ///   - byteCount: the length of the payload.
  ///   - write: writes exactly that many bytes.
  /// - Throws: ``FormatError`` when the file cannot be written.
  package func write(
    _ tag: FourLetters, byteCount: Int,
    _ write: (inout SectionBody) throws(FormatError) -> Void
  ) throws(FormatError) {
    var header = ContainerFields()
    header.append(tag.code)
    header.append(UInt32(0))
    header.append(UInt64(byteCount))
    var body = SectionBody(file: file)
    try body.write(header)
    try write(&body)
    let written = body.byteCount - ContainerFormat.sectionHeaderSize
    precondition(written == byteCount, "the section has \(written) bytes, not \(byteCount)")
    var padding = ContainerFields()
    padding.bytes += repeatElement(0, count: ContainerFormat.paddedCount(byteCount) - byteCount)
    try body.write(padding)
    var checksum = ContainerFields()
    checksum.append(body.checksum.value)
    try file.write(bytes: checksum.bytes)
    header.bytes.withUnsafeBytes {
      place.pass(header: $0, byteCount: body.byteCount, checksum: body.checksum.value)
    }
  }

  /// Takes back all sections after a place.
  ///
  /// - Throws: ``FormatError`` when that cannot be done, as on a pipe.
  func goBack(to place: ContainerPlace) throws(FormatError) {
    try file.cut(to: place.byteCount)
    self.place = place
  }

  /// Waits until all sections are on the disk.
  ///
  /// - Throws: ``FormatError`` when the system refuses.
  func synchronize() throws(FormatError) {
    try file.synchronize()
  }

  /// Gives the file up: nothing remains.
  func abandon() {
    file.abandon()
  }

  /// Completes the file; see ``WholeFile/commit(durably:)``.
  ///
  /// - Throws: ``FormatError`` when the file cannot be written; nothing remains then.
  package func commit(durably: Bool = false) throws(FormatError) {
    var end = ContainerFields()
    end.append(place.sectionCount)
    end.append(place.outline.value)
    try write(.end, end)
    try file.commit(durably: durably)
  }
}

/// The payload of a section in the making.
package struct SectionBody {
  fileprivate let file: WholeFile
  fileprivate var checksum = Checksum()
  fileprivate var byteCount = 0

  fileprivate init(file: WholeFile) {
    self.file = file
  }

  /// Writes fields.
  ///
  /// - Throws: ``FormatError`` when the file cannot be written.
  package mutating func write(_ fields: ContainerFields) throws(FormatError) {
    try write(fields.bytes)
  }

  /// Writes numbers as they lie in memory.
  ///
  /// - Throws: ``FormatError`` when the file cannot be written.
  package mutating func write<Number: BitwiseCopyable>(
    _ numbers: UnsafeBufferPointer<Number>
  ) throws(FormatError) {
    try write(bytes: UnsafeRawBufferPointer(numbers))
  }

  /// Writes the numbers of a buffer.
  ///
  /// - Throws: ``FormatError`` when the file cannot be written.
  package mutating func write<Number: BitwiseCopyable>(
    _ numbers: AlignedBuffer<Number>
  ) throws(FormatError) {
    defer { withExtendedLifetime(numbers) {} }
    try write(numbers.elements)
  }

  /// Writes bytes.
  ///
  /// - Throws: ``FormatError`` when the file cannot be written.
  package mutating func write(_ bytes: [UInt8]) throws(FormatError) {
    let result = bytes.withUnsafeBytes { bytes in
      Result { () throws(FormatError) in try write(bytes: bytes) }
    }
    try result.get()
  }

  private mutating func write(bytes: UnsafeRawBufferPointer) throws(FormatError) {
    checksum.update(bytes)
    byteCount += bytes.count
    try file.write(bytes)
  }
}

/// Small values in the making of a section, in the order in which they are to be read.
package struct ContainerFields {
  fileprivate(set) var bytes: [UInt8] = []

  package init() {}

  /// Appends a whole number of fixed size.
  package mutating func append(_ number: some FixedWidthInteger) {
    withUnsafeBytes(of: number.littleEndian) { bytes += $0 }
  }

  /// Appends a number with all its bits.
  package mutating func append(_ number: Double) {
    append(number.bitPattern)
  }

  /// Appends 1 for true and 0 for false, in a byte.
  package mutating func append(_ flag: Bool) {
    append(UInt8(flag ? 1 : 0))
  }

  /// Appends the length in UTF-8 (u64) and the bytes of a text.
  package mutating func append(_ text: String) {
    append(UInt64(text.utf8.count))
    bytes += text.utf8
  }

  /// Appends the count (u64) and the numbers.
  package mutating func append(_ numbers: [Double]) {
    append(UInt64(numbers.count))
    for number in numbers { append(number) }
  }
}

extension ContainerKind {
  /// The bytes that a container of this kind begins with.
  fileprivate var header: [UInt8] {
    var header = ContainerFields()
    header.bytes += ContainerFormat.mark
    header.append(letters.code)
    header.append(version)
    return header.bytes
  }
}

extension WholeFile {
  fileprivate func write(bytes: [UInt8]) throws(FormatError) {
    let result = bytes.withUnsafeBytes { bytes in
      Result { () throws(FormatError) in try write(bytes) }
    }
    try result.get()
  }
}
