// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines
import Testing

@Suite("A buffer")
struct AlignedBufferTests {
  @Test("is zero, aligned, and keeps what is written", arguments: [0, 1, 1_000, 1 << 20])
  func memory(count: Int) throws {
    let buffer = try AlignedBuffer<Double>(count: count)
    #expect(UInt(bitPattern: buffer.base) % 64 == 0)
    #expect(buffer.allSatisfy { $0 == 0 })
    for index in 0..<count { buffer.base[index] = Double(index) }
    #expect(buffer.reduce(0, +) == Double(count) * Double(count - 1) / 2)
  }

  @Test("for data goes to a scratch file beyond the limit, with the same use", arguments: [0, 10])
  func scratchFile(limit: Int) throws {
    let buffer = try AlignedBuffer<UInt32>(dataCount: 100_000, inMemoryUpTo: limit)
    #expect(buffer.allSatisfy { $0 == 0 })
    for index in 0..<buffer.count { buffer.base[index] = UInt32(index) }
    #expect(buffer[99_999] == 99_999)
    #expect(buffer.elementsEqual(0..<100_000))
  }

  @Test(
    "that cannot be had is an error", arguments: [Int.max, Int.max / 16, SystemMemory.physical])
  func refusal(count: Int) {
    #expect(throws: OutOfMemoryError.self) { try AlignedBuffer<Double>(count: count) }
  }

  @Test("a machine whose parts would fit but not their sum is an error")
  func sumOfParts() {
    let featureCount = SystemMemory.physical / 8 - 1
    #expect(throws: OutOfMemoryError.self) {
      try FactorizationMachine(shape: .init(factorCount: 1, featureCount: featureCount))
    }
    #expect(throws: OutOfMemoryError.self) {
      try FactorizationMachine(shape: .init(factorCount: .max / 2, featureCount: .max / 2))
    }
  }
}
