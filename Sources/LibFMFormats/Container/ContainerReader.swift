// SPDX-License-Identifier: Apache-2.0

/// Reads a container: finds its sections, and gives out those whose checksum holds.
///
/// The file is mapped; nothing is allocated before a length has been compared with the file's own.
package struct ContainerReader: Sendable {
  /// The file as the user named it.
  package let path: String

  /// The version that the file says it has, from 1 to that of the kind.
  package let version: UInt32

  private let kind: ContainerKind
  private let input: InputBytes
  private let sections: [SectionPlace]

  /// Opens a container and finds its sections.
  ///
  /// - Throws: ``FormatError`` when the file cannot be read, is of another kind or of a later version, or
  ///   has been cut off.
  package init(_ path: String, kind: ContainerKind) throws(FormatError) {
    try self.init(InputBytes(path: path), path: path, kind: kind)
  }

  /// Finds the sections of a container that is open already.
  init(_ input: InputBytes, path: String, kind: ContainerKind) throws(FormatError) {
    version = try Self.checkHeader(input, path: path, kind: kind)
    sections = try Self.findSections(input, path: path, kind: kind)
    self.path = path
    self.kind = kind
    self.input = input
  }

  /// The number of sections with a tag.
  package func count(of tag: FourLetters) -> Int {
    sections.count { $0.tag == tag }
  }

  /// Opens the only section with a tag.
  ///
  /// - Throws: ``FormatError`` when there is none or its checksum is wrong.
  package func section(_ tag: FourLetters) throws(FormatError) -> SectionReader {
    guard let place = sections.first(where: { $0.tag == tag }) else {
      throw FormatError(
        path: path, found: "the section '\(tag)' is missing",
        expected: "all parts of \(kind.name)", advice: "make the file again")
    }
    return try open(place)
  }

  /// Opens the only section with a tag, if there is one.
  ///
  /// - Throws: ``FormatError`` when its checksum is wrong.
  package func sectionIfPresent(_ tag: FourLetters) throws(FormatError) -> SectionReader? {
    count(of: tag) == 0 ? nil : try section(tag)
  }

  /// The places of all sections with a tag, in the order of the file.
  package func places(of tag: FourLetters) -> [SectionPlace] {
    sections.filter { $0.tag == tag }
  }

  /// Opens a section; may be called from several threads.
  ///
  /// - Throws: ``FormatError`` when its checksum is wrong.
  package func open(_ place: SectionPlace) throws(FormatError) -> SectionReader {
    guard input.checksumHolds(of: place) else {
      throw Self.damage(path, byte: place.start, "the section '\(place.tag)'")
    }
    return SectionReader(
      path: path, tag: place.tag, input: input,
      payload: input.bytes(at: place.start, count: place.byteCount))
  }

  // MARK: Checks

  static func checkHeader(
    _ input: InputBytes, path: String, kind: ContainerKind
  ) throws(FormatError) -> UInt32 {
    guard ContainerFormat.isContainer(input) else {
      throw FormatError(
        path: path, found: "this is not \(kind.name)",
        expected: "a file that begins with the mark of libfm-swift's binary files")
    }
    guard input.count >= ContainerFormat.headerSize else {
      throw truncation(path, kind, at: input.count)
    }
    let letters = FourLetters(code: UInt32(truncatingIfNeeded: input.word64(at: 8)))
    guard letters == kind.letters else {
      throw FormatError(
        path: path, found: "this is \(ContainerKind.name(of: letters)), of the kind '\(letters)'",
        expected: "\(kind.name), of the kind '\(kind.letters)'")
    }
    let version = UInt32(truncatingIfNeeded: input.word64(at: 8) >> 32)
    guard (1...kind.version).contains(version) else {
      throw FormatError(
        path: path, found: "\(kind.name) of version \(version)",
        expected: "a version from 1 to \(kind.version)",
        advice: "use the newer libfm-swift that wrote it")
    }
    return version
  }

  private static func findSections(
    _ input: InputBytes, path: String, kind: ContainerKind
  ) throws(FormatError) -> [SectionPlace] {
    var sections: [SectionPlace] = []
    var outline = Checksum()
    outline.update(input.bytes(at: 0, count: ContainerFormat.headerSize))
    var offset = ContainerFormat.headerSize
    while true {
      let place = try section(of: input, at: offset, path: path, kind: kind)
      let end = place.end + ContainerFormat.checksumSize
      if place.tag == .end {
        guard place.byteCount == 16, end == input.count,
          input.word64(at: place.start) == UInt64(sections.count),
          input.word64(at: place.start + 8) == outline.value,
          input.checksumHolds(of: place)
        else { throw damage(path, byte: place.start, "the list of sections") }
        return sections
      }
      outline.update(input.bytes(at: offset, count: ContainerFormat.sectionHeaderSize))
      sections.append(place)
      offset = end
    }
  }

  /// Finds the section at a place, whose checksum is not looked at.
  static func section(
    of input: InputBytes, at offset: Int, path: String, kind: ContainerKind
  ) throws(FormatError) -> SectionPlace {
    let start = offset + ContainerFormat.sectionHeaderSize
    guard start <= input.count else { throw truncation(path, kind, at: input.count) }
    let tag = FourLetters(code: UInt32(truncatingIfNeeded: input.word64(at: offset)))
    let left = input.count - start - ContainerFormat.checksumSize
    // A length that the file cannot have also comes from damage, but nobody can tell.
    guard let byteCount = Int(exactly: input.word64(at: offset + 8)), byteCount <= left,
      ContainerFormat.paddedCount(byteCount) <= left
    else { throw truncation(path, kind, at: input.count) }
    return SectionPlace(tag: tag, start: start, byteCount: byteCount)
  }

  private static func damage(_ path: String, byte: Int, _ what: String) -> FormatError {
    FormatError(
      path: path, byte: byte,
      found: "the checksum of \(what) does not hold: the file is damaged",
      advice: "make it again, or copy it again from where it is whole")
  }

  private static func truncation(
    _ path: String, _ kind: ContainerKind, at count: Int
  ) -> FormatError {
    FormatError(
      path: path, found: "the file ends after \(count) bytes, in the middle of \(kind.name)",
      advice: "it is cut off or damaged; make it again, or copy it again from where it is whole")
  }
}

/// Where a section is in its file.
package struct SectionPlace: Sendable {
  let tag: FourLetters

  /// The first byte of the payload.
  let start: Int

  /// The length of the payload.
  package let byteCount: Int

  /// The byte behind the padding.
  var end: Int { start + ContainerFormat.paddedCount(byteCount) }
}

extension InputBytes {
  func bytes(at offset: Int, count: Int) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: UnsafeRawPointer(base) + offset, count: count)
  }

  func word64(at offset: Int) -> UInt64 {
    UInt64(
      littleEndian: UnsafeRawPointer(base).loadUnaligned(fromByteOffset: offset, as: UInt64.self))
  }

  func checksumHolds(of place: SectionPlace) -> Bool {
    let start = place.start - ContainerFormat.sectionHeaderSize
    return Checksum(of: bytes(at: start, count: place.end - start)).value
      == word64(at: place.end)
  }
}
