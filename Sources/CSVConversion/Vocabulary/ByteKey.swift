// SPDX-License-Identifier: Apache-2.0

/// A text prepared for looking up: its first bytes or a hash of all, and a place to begin at.
struct ByteKey: BitwiseCopyable {
  /// The bytes of a text of at most eight; else a hash.
  var word: UInt64

  /// The number of bytes.
  var length: UInt32

  @inline(__always)
  init(_ text: UnsafeBufferPointer<UInt8>) {
    length = UInt32(truncatingIfNeeded: text.count)
    guard let start = text.baseAddress else {
      word = 0
      return
    }
    let raw = UnsafeRawPointer(start)
    switch text.count {
    case 0: word = 0
    case 1: word = UInt64(raw.load(as: UInt8.self))
    case 2...3:
      // Overlapping reads give all bytes their place, some of them twice.
      let low = UInt64(UInt16(littleEndian: raw.loadUnaligned(as: UInt16.self)))
      word = low | UInt64(start[text.count &- 1]) &<< UInt64((text.count &- 1) &* 8)
    case 4...8:
      let low = UInt64(UInt32(littleEndian: raw.loadUnaligned(as: UInt32.self)))
      let high = UInt64(
        UInt32(littleEndian: (raw + (text.count &- 4)).loadUnaligned(as: UInt32.self)))
      word = low | high &<< UInt64((text.count &- 4) &* 8)
    default: word = Self.hash(raw, count: text.count)
    }
  }

  /// Whether the word alone says what the text is.
  @inline(__always)
  var isExact: Bool { length <= 8 }

  /// Bits that depend on all bytes.
  @inline(__always)
  var mixed: UInt64 {
    let product = (word ^ UInt64(length) &<< 56).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
    return product.high ^ product.low
  }

  /// A hash of nine bytes or more, eight at a time by multiplication.
  private static func hash(_ start: UnsafeRawPointer, count: Int) -> UInt64 {
    var state: UInt64 = 0xA076_1D64_78BD_642F ^ UInt64(count)
    var position = 0
    while position + 8 < count {
      state = fold(state, word(at: start + position))
      position += 8
    }
    return fold(state, word(at: start + count - 8))
  }

  @inline(__always)
  private static func word(at pointer: UnsafeRawPointer) -> UInt64 {
    UInt64(littleEndian: pointer.loadUnaligned(as: UInt64.self))
  }

  @inline(__always)
  private static func fold(_ state: UInt64, _ word: UInt64) -> UInt64 {
    let product = (state ^ word).multipliedFullWidth(by: 0xE703_7ED1_A0B4_28DB)
    return product.high ^ product.low &+ word
  }
}
