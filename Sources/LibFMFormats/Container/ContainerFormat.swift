// SPDX-License-Identifier: Apache-2.0

/// This project's binary files: a header, then sections that each carry a checksum.
///
/// All numbers are little-endian, and everything begins at a multiple of 8 bytes:
///
///     header    mark (8 bytes: 89 "FM" CR LF 1A LF 00), kind (4 letters), version (u32)
///     section   tag (4 letters), u32 0, payload length in bytes (u64), payload, zeros up to a multiple of
///               8, XXH64 of all these bytes of the section (u64)
///     …
///     section   tag "end ", its payload the number of sections before it (u64) and the XXH64 of the
///               header and of the first 16 bytes of each of these sections (u64)
///
/// A reader skips sections whose tag it does not know; a change that old readers would misunderstand raises
/// the version of the kind. Without the last section a file has been cut off.
package enum ContainerFormat {
  static let mark: [UInt8] = [0x89, 0x46, 0x4D, 0x0D, 0x0A, 0x1A, 0x0A, 0x00]
  static let headerSize = 16
  static let sectionHeaderSize = 16
  static let checksumSize = 8

  /// Whether bytes begin as a container of any kind does.
  static func isContainer(_ input: InputBytes) -> Bool {
    input.buffer.starts(with: mark)
  }

  static func paddedCount(_ byteCount: Int) -> Int { (byteCount + 7) & ~7 }
}

/// Four letters that name a kind of container or of section.
package struct FourLetters: Sendable, Hashable, CustomStringConvertible {
  /// The letters as they lie in a file, read as a little-endian number.
  let code: UInt32

  /// Makes a name; `text` has four ASCII characters.
  package init(_ text: StaticString) {
    precondition(text.utf8CodeUnitCount == 4)
    code = UnsafeRawPointer(text.utf8Start).loadUnaligned(as: UInt32.self).littleEndian
  }

  init(code: UInt32) {
    self.code = code
  }

  /// The letters; a byte that is no printable ASCII character shows as "?".
  package var description: String {
    (0..<4).map { index in
      let byte = UInt8(truncatingIfNeeded: code >> (8 * index))
      return (0x20..<0x7F).contains(byte) ? String(UnicodeScalar(byte)) : "?"
    }.joined()
  }

  static let end = FourLetters("end ")
}

/// What sets one kind of container apart from others.
package struct ContainerKind: Sendable {
  /// What is in the header.
  let letters: FourLetters

  /// The newest version that this program reads, and the one that it writes; from 1.
  let version: UInt32

  /// What messages call such a file, as in "a model file".
  let name: String

  package init(_ letters: FourLetters, version: UInt32, name: String) {
    self.letters = letters
    self.version = version
    self.name = name
  }

  /// What messages call files whose header has these letters.
  static func name(of letters: FourLetters) -> String {
    [TrainedModel.kind, PosteriorFormat.kind, CheckpointFile.kind]
      .first { $0.letters == letters }?.name ?? "a libfm-swift file"
  }
}
