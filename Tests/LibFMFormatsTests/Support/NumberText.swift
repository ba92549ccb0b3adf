// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// Random texts of numbers, ended by a NUL byte, in a buffer of their own.
final class NumberText {
  let bytes = UnsafeMutablePointer<UInt8>.allocate(capacity: 512)
  private(set) var count = 0
  private var random: SplitMix64

  init(seed: UInt64) { random = SplitMix64(seed: seed) }

  deinit { bytes.deallocate() }

  var start: UnsafePointer<UInt8> { UnsafePointer(bytes) }
  var end: UnsafePointer<UInt8> { UnsafePointer(bytes + count) }
  var string: String {
    String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
  }

  /// Makes the next decimal number: of all lengths, from common to absurd.
  func makeDecimal() {
    count = 0
    let kind = random.below(16)
    if random.below(3) == 0 { put(UInt8(ascii: "-")) }
    putDigits(random.below(kind == 0 ? 60 : 8) + (kind == 1 ? 0 : 1))
    if count == 0 || bytes[count - 1] == UInt8(ascii: "-") || random.below(4) > 0 {
      put(UInt8(ascii: "."))
      if random.below(8) == 0 { for _ in 0..<random.below(50) { put(UInt8(ascii: "0")) } }
      putDigits(random.below(kind == 2 ? 60 : 10) + 1)
    }
    if kind < 5 {
      put(random.below(2) == 0 ? UInt8(ascii: "e") : UInt8(ascii: "E"))
      if random.below(2) == 0 { put(random.below(2) == 0 ? UInt8(ascii: "-") : UInt8(ascii: "+")) }
      putDecimal(random.below(kind == 3 ? 400 : 48))
    }
    bytes[count] = 0
  }

  /// Makes a text near the middle between two neighbouring binary32 numbers, by `offset` units in a
  /// digit far behind.
  func makeHalfway() {
    count = 0
    // Subnormals, ones and huge numbers alike.
    let pattern = UInt32(truncatingIfNeeded: random.next()) % 0x7F7F_FFFF
    let lower = Double(Float(bitPattern: pattern))
    let upper = Double(Float(bitPattern: pattern + 1))
    let middle = (lower + upper) / 2
    let digits = random.below(3) == 0 ? 9 + random.below(12) : 160
    let length = withVaList([CInt(digits), middle]) { arguments in
      bytes.withMemoryRebound(to: CChar.self, capacity: 512) {
        Int(vsnprintf($0, 512, "%.*e", arguments))
      }
    }
    count = length
    // The last digit of the significand up or down by one, where that needs no carry.
    guard let letter = (0..<count).first(where: { bytes[$0] == UInt8(ascii: "e") }) else { return }
    let digit = bytes[letter - 1]
    switch random.below(3) {
    case 0 where digit > UInt8(ascii: "0"): bytes[letter - 1] = digit - 1
    case 1 where digit < UInt8(ascii: "9"): bytes[letter - 1] = digit + 1
    default: break
    }
    bytes[count] = 0
  }

  /// Makes a text of the letters that occur in numbers, in any order.
  func makeJunk() {
    count = 0
    let alphabet: StaticString = "0123456789+-..eEpPxX00naifty(A"
    for _ in 0...random.below(9) {
      put(alphabet.utf8Start[random.below(alphabet.utf8CodeUnitCount)])
    }
    bytes[count] = 0
  }

  /// Makes a text that begins like a special number.
  func makeSpecial() {
    count = 0
    let words: [StaticString] = ["inf", "infinity", "nan", "NaN", "0x", "0X1", "0x.", "1e", "0x1p"]
    let word = words[random.below(words.count)]
    if random.below(3) == 0 { put(random.below(2) == 0 ? UInt8(ascii: "-") : UInt8(ascii: "+")) }
    for index in 0..<word.utf8CodeUnitCount { put(word.utf8Start[index]) }
    let alphabet: StaticString = "0123456789+-.epnity("
    for _ in 0..<random.below(5) {
      put(alphabet.utf8Start[random.below(alphabet.utf8CodeUnitCount)])
    }
    bytes[count] = 0
  }

  private func put(_ byte: UInt8) {
    bytes[count] = byte
    count += 1
  }

  private func putDigits(_ length: Int) {
    for _ in 0..<length { put(UInt8(ascii: "0") + UInt8(random.below(10))) }
  }

  private func putDecimal(_ number: Int) {
    if number >= 10 { putDecimal(number / 10) }
    put(UInt8(ascii: "0") + UInt8(number % 10))
  }
}
