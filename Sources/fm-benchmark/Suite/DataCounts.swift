// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport

/// How large data are: what the traffic of an iteration is computed from.
struct DataCounts: Codable, Sendable, Equatable {
  /// The size of one file of cases, or of the table of a relation.
  struct Part: Codable, Sendable, Equatable {
    var rowCount = 0
    var entryCount = 0

    /// Whether a value differs from 1.
    var hasValues = false
  }

  var train: Part
  var test: Part
  var relations: [Part] = []

  /// Counts the rows and entries of two files that the generator has written.
  ///
  /// - Throws: a `CommandError` when one cannot be read.
  init(train: String, test: String) throws(CommandError) {
    self.train = try Self.part(train)
    self.test = try Self.part(test)
  }

  /// Counts line ends and colons; after a colon the value 1 is `1` and a blank or a line end.
  private static func part(_ path: String) throws(CommandError) -> Part {
    var part = Part()
    var last = (UInt8(ascii: "\n"), UInt8(ascii: "\n"))
    try FileContents.forEachPiece(of: path) { bytes in
      for byte in bytes {
        let endsCell = byte == UInt8(ascii: "\n") || byte == UInt8(ascii: " ")
        if byte == UInt8(ascii: "\n") { part.rowCount += 1 }
        if byte == UInt8(ascii: ":") { part.entryCount += 1 }
        if last.1 == UInt8(ascii: ":"), byte != UInt8(ascii: "1") { part.hasValues = true }
        if last == (UInt8(ascii: ":"), UInt8(ascii: "1")), !endsCell { part.hasValues = true }
        last = (last.1, byte)
      }
    }
    return part
  }
}
