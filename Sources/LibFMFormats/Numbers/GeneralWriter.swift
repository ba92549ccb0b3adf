// SPDX-License-Identifier: Apache-2.0

/// Puts numbers as `%g` lays them out, byte after byte.
struct GeneralWriter {
  private var position: UnsafeMutablePointer<UInt8>

  init(_ start: UnsafeMutablePointer<UInt8>) { position = start }

  /// The number of bytes put since `start`.
  @inline(__always)
  func count(since start: UnsafeMutablePointer<UInt8>) -> Int { position - start }

  @inline(__always)
  mutating func put(_ byte: UInt8) {
    position.pointee = byte
    position += 1
  }

  mutating func put(_ word: StaticString) {
    put(word.utf8Start, word.utf8CodeUnitCount)
  }

  /// Puts a number of `digitCount` digits without the zeros at their end.
  @inline(__always)
  mutating func put(_ decimal: RoundedDecimal, digitCount: Int) {
    withUnsafeTemporaryAllocation(byteCount: 24, alignment: 8) { room in
      let digits = DecimalDigits(decimal.significand, in: room.baseAddress.unsafelyUnwrapped)
      let text = digits.end - digitCount
      let count = digitCount - digits.trailingZeroCount
      switch decimal.exponent {
      case -4..<0: putSmall(text, count, exponent: decimal.exponent)
      case 0..<digitCount: putPlain(text, count, exponent: decimal.exponent)
      default: putScientific(text, count, exponent: decimal.exponent)
      }
    }
  }

  /// Puts `0.00ddd`.
  @inline(__always)
  private mutating func putSmall(_ text: UnsafePointer<UInt8>, _ count: Int, exponent: Int) {
    put(Ascii.zero)
    put(Ascii.point)
    for _ in exponent + 1..<0 { put(Ascii.zero) }
    put(text, count)
  }

  /// Puts `ddd` or `ddd.ddd`; the zeros before the point may belong to those left out.
  @inline(__always)
  private mutating func putPlain(_ text: UnsafePointer<UInt8>, _ count: Int, exponent: Int) {
    let wholeCount = exponent + 1
    put(text, wholeCount)
    if count > wholeCount {
      put(Ascii.point)
      put(text + wholeCount, count - wholeCount)
    }
  }

  /// Puts `d.ddde±dd`.
  private mutating func putScientific(_ text: UnsafePointer<UInt8>, _ count: Int, exponent: Int) {
    put(text[0])
    if count > 1 {
      put(Ascii.point)
      put(text + 1, count - 1)
    }
    put(Ascii.lowerE)
    put(exponent < 0 ? Ascii.minus : Ascii.plus)
    let power = exponent.magnitude
    if power >= 100 { put(Ascii.zero + UInt8(power / 100)) }
    put(Ascii.zero + UInt8(power / 10 % 10))
    put(Ascii.zero + UInt8(power % 10))
  }

  @inline(__always)
  private mutating func put(_ text: UnsafePointer<UInt8>, _ count: Int) {
    position.update(from: text, count: count)
    position += count
  }
}

/// The 24 digits of a number, leading zeros included.
private struct DecimalDigits {
  /// Behind the last digit.
  let end: UnsafePointer<UInt8>

  /// How many zeros are at the end.
  let trailingZeroCount: Int

  /// - Parameters:
  ///   - number: the number, not 0.
  ///   - room: 24 bytes, aligned for words.
  @inline(__always)
  init(_ number: UInt64, in room: UnsafeMutableRawPointer) {
    let (upper, low) = number.quotientAndRemainder(dividingBy: 100_000_000)
    let (high, middle) = upper.quotientAndRemainder(dividingBy: 100_000_000)
    let words = (Self.digits(high), Self.digits(middle), Self.digits(low))
    let zeros: UInt64 = 0x3030_3030_3030_3030
    room.storeBytes(of: (words.0 | zeros).littleEndian, as: UInt64.self)
    room.storeBytes(of: (words.1 | zeros).littleEndian, toByteOffset: 8, as: UInt64.self)
    room.storeBytes(of: (words.2 | zeros).littleEndian, toByteOffset: 16, as: UInt64.self)
    end = UnsafePointer(room.assumingMemoryBound(to: UInt8.self)) + 24
    // The last digit is the highest byte of the last word.
    trailingZeroCount =
      if words.2 != 0 {
        words.2.leadingZeroBitCount / 8
      } else if words.1 != 0 {
        8 + words.1.leadingZeroBitCount / 8
      } else {
        16 + words.0.leadingZeroBitCount / 8
      }
  }

  /// Eight digits, the first in the lowest byte, each 0 to 9.
  ///
  /// All halves, then all quarters, then all eighths of the word are divided at once, by multiplication
  /// with a reciprocal that is right for numbers below 10⁴ and 10².
  @inline(__always)
  private static func digits(_ number: UInt64) -> UInt64 {
    let fours = number / 10_000 | (number % 10_000) << 32
    let hundreds = (fours &* 10_486) >> 20 & 0x0000_007f_0000_007f
    let twos = hundreds | (fours &- hundreds &* 100) << 16
    let tens = (twos &* 103) >> 10 & 0x000f_000f_000f_000f
    return tens | (twos &- tens &* 10) << 8
  }
}
