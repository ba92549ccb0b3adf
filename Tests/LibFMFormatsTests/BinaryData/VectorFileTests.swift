// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines
import Testing

@testable import LibFMFormats

@Suite("Vector files")
struct VectorFileTests {
  private static let sound = ([1, 4, 2, 0x3F80_0000, 0x4000_0000] as [UInt32]).bytes

  private func read(_ bytes: [UInt8]) throws -> [Float] {
    let targets = try VectorFile.read(
      InputBytes(copying: bytes), path: "d.y", as: Float.init(bitPattern:))
    return Array(targets.elements)
  }

  @Test("give what was written")
  func roundTrip() throws {
    let folder = try TemporaryFolder()
    let targets: [Float] = [1, -0.0, .infinity, .leastNonzeroMagnitude]
    try targets.withUnsafeBufferPointer { try VectorFile.write($0, to: folder["d.y"]) }
    #expect(try folder.bytes(of: "d.y") == [1, 4, 4].bytes + targets.map(\.bitPattern).bytes)
    let read = try VectorFile.readTargets(folder["d.y"])
    #expect(read.elements.map(\.bitPattern) == targets.map(\.bitPattern))
    #expect(try self.read(Self.sound + [7]) == [1, 2])
  }

  @Test(
    "with a wrong header are errors",
    arguments: [
      (0, 2, "byte 0: the file begins with the number 2; expected 1"),
      (1, 8, "byte 4: an element has 8 bytes; expected 4"),
      (2, 3, "too few for the 3 elements"), (2, 0xFFFF_FFFF, "too few for the 4294967295 elements"),
    ] as [(Int, UInt32, String)])
  func wrongWord(index: Int, word: UInt32, message: String) {
    var file = Self.sound
    file.replaceSubrange(index * 4..<index * 4 + 4, with: [word].bytes)
    let error = #expect(throws: FormatError.self) { try read(file) }
    #expect(error?.description.contains(message) == true)
  }

  @Test("that end early are errors, wherever they end")
  func truncated() {
    for count in Self.sound.indices {
      #expect(throws: FormatError.self) { try read(Array(Self.sound[..<count])) }
    }
  }

  @Test("of any kind are read or refused")
  func mutations() throws {
    var random = SplitMix64(seed: 31)
    var readCount = 0
    for _ in 0..<20_000 {
      let file = Self.sound.mutated(using: &random)
      do {
        let count = try read(file).count
        if file.count < 12 + 4 * count { Issue.record("\(file)") }
        readCount += 1
      } catch is FormatError {
      }
    }
    #expect(readCount > 1_000)
  }
}
