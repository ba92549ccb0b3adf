// SPDX-License-Identifier: Apache-2.0

import LibFMFormats

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Figures for programs to read.
enum JSONFile {
  /// Writes a value as JSON with sorted keys.
  static func write(_ value: some Encodable, to path: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let bytes = Array(try encoder.encode(value)) + [UInt8(ascii: "\n")]
    let file = try WholeFile(path)
    try bytes.withUnsafeBytes { try file.write($0) }
    try file.commit()
  }

  /// Reads what ``write(_:to:)`` has written.
  ///
  /// - Throws: `FormatError` when the file cannot be read or is something else.
  static func read<Value: Decodable>(_ type: Value.Type, from path: String) throws -> Value {
    let text = try FileContents.text(of: path)
    do {
      return try JSONDecoder().decode(type, from: Data(text.utf8))
    } catch {
      throw FormatError(
        path: path, found: "these are not the figures expected: \(error)",
        advice: "give a file that --json has written")
    }
  }
}
