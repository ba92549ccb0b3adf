// SPDX-License-Identifier: Apache-2.0

import LibFMFormats

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Writes figures for programs to read.
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
}
