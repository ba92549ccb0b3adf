// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import triple_format_to_libfm

@Suite("Reading lines")
struct LineReaderTests {
  @Test("gives the same lines whatever the buffer's size", arguments: [1, 2, 3, 7, 64, 4096])
  func bufferSizes(capacity: Int) throws {
    let lines = ["", "a", "bcd", String(repeating: "x", count: 100), "", "last"]
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("lines-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    for end in ["", "\n"] {
      try Data((lines.joined(separator: "\n") + end).utf8).write(to: URL(fileURLWithPath: path))
      let reader = try LineReader(path: path, capacity: capacity)
      var found: [String] = []
      while let line = try reader.next() {
        found.append(String(decoding: line, as: UTF8.self))
        #expect(reader.lineNumber == found.count)
      }
      #expect(found == lines)
    }
  }
}
