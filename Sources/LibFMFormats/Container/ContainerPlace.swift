// SPDX-License-Identifier: Apache-2.0

/// A place between two sections of a container, and what the sections before it are like.
struct ContainerPlace: Sendable {
  /// The length of the container up to here.
  private(set) var byteCount: Int

  private(set) var sectionCount: UInt64 = 0

  /// Of the header and the beginnings of the sections.
  private(set) var outline = Checksum()

  /// Of the sections' checksums.
  private var contents = Checksum()

  /// The place behind the header of a container.
  init(header: [UInt8]) {
    byteCount = header.count
    header.withUnsafeBytes { outline.update($0) }
  }

  /// A number that tells what is before this place: another one for another header or other sections.
  var fingerprint: UInt64 {
    var both = outline
    both.update(contents.value)
    return both.value
  }

  /// Moves on behind a section, whose length is that of its header, payload and padding.
  mutating func pass(header: UnsafeRawBufferPointer, byteCount: Int, checksum: UInt64) {
    self.byteCount += byteCount + ContainerFormat.checksumSize
    sectionCount += 1
    outline.update(header)
    contents.update(checksum)
  }
}

/// The first sections of a container that may have been cut off behind them.
struct ContainerBeginning {
  /// The file as it was named.
  let path: String

  /// Where they end.
  let place: ContainerPlace

  /// The place behind as many of them as were asked for.
  let notedPlace: ContainerPlace?

  private let input: InputBytes

  /// Finds the sections of a file that end after a number of bytes.
  ///
  /// The result is nil unless the file is of that kind, has such sections, and all their checksums hold. The
  /// place behind the first `count` of them is noted.
  ///
  /// - Throws: ``FormatError`` when the file cannot be read.
  init?(
    _ path: String, kind: ContainerKind, byteCount: Int, notingAfter count: Int? = nil
  ) throws(FormatError) {
    let input = try InputBytes(path: path)
    guard byteCount <= input.count,
      (try? ContainerReader.checkHeader(input, path: path, kind: kind)) != nil
    else { return nil }
    var place = ContainerPlace(header: Array(input.buffer[..<ContainerFormat.headerSize]))
    var notedPlace: ContainerPlace?
    while true {
      if let count, place.sectionCount == count { notedPlace = place }
      if place.byteCount >= byteCount { break }
      guard
        let section = try? ContainerReader.section(
          of: input, at: place.byteCount, path: path, kind: kind),
        section.end + ContainerFormat.checksumSize <= byteCount, input.checksumHolds(of: section)
      else { return nil }
      place.pass(
        header: input.bytes(at: place.byteCount, count: ContainerFormat.sectionHeaderSize),
        byteCount: section.end - place.byteCount, checksum: input.word64(at: section.end))
    }
    guard place.byteCount == byteCount else { return nil }
    (self.path, self.place, self.notedPlace, self.input) = (path, place, notedPlace, input)
  }

  /// Writes the header and the sections.
  ///
  /// - Throws: ``FormatError`` when the other file cannot be written.
  func write(to file: WholeFile) throws(FormatError) {
    defer { withExtendedLifetime(input) {} }
    try file.write(input.bytes(at: 0, count: place.byteCount))
  }
}
