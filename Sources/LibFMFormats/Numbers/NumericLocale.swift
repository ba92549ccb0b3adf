// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// The C library's conversions between text and numbers with a decimal point, whatever language the
/// program that uses this library has set.
enum NumericLocale {
  /// The value and the length of the number that the bytes begin with, as C's `strtod` reads it.
  ///
  /// The length is 0 when there is none.
  static func double(
    at text: UnsafePointer<UInt8>, count: Int
  ) -> (value: Double, length: Int) {
    withTerminatedCopy(of: text, count: count) { copy in
      var end: UnsafeMutablePointer<CChar>?
      let value = strtod(copy, &end)
      return (value, end.map { UnsafePointer($0) - copy } ?? 0)
    }
  }

  /// The value of the number at the beginning of the bytes, correctly rounded to binary32.
  static func float(at text: UnsafePointer<UInt8>, count: Int) -> Float {
    withTerminatedCopy(of: text, count: count) { strtof($0, nil) }
  }

  /// Writes `value` as `printf` does with `%.*g`.
  ///
  /// - Parameters:
  ///   - value: the number.
  ///   - digits: the number of significant digits, at least 1.
  ///   - output: has room for `capacity` bytes.
  ///   - capacity: at least `digits + 10`.
  /// - Returns: the number of bytes written.
  static func writeGeneral(
    _ value: Double, digits: Int, to output: UnsafeMutablePointer<UInt8>, capacity: Int
  ) -> Int {
    inCLocale {
      output.withMemoryRebound(to: CChar.self, capacity: capacity) { text in
        withVaList([CInt(digits), value]) { Int(vsnprintf(text, capacity, "%.*g", $0)) }
      }
    }
  }

  private static func withTerminatedCopy<Result>(
    of text: UnsafePointer<UInt8>, count: Int, _ body: (UnsafePointer<CChar>) -> Result
  ) -> Result {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: count + 1) { copy in
      for index in 0..<count { copy[index] = CChar(bitPattern: text[index]) }
      copy[count] = 0
      return inCLocale { body(UnsafePointer(copy.baseAddress.unsafelyUnwrapped)) }
    }
  }

  private static func inCLocale<Result>(_ body: () -> Result) -> Result {
    let previous = uselocale(cLocale.pointer)
    defer { uselocale(previous) }
    return body()
  }
}

/// The C locale for numbers; never freed, and never changed once made.
private struct CLocale: @unchecked Sendable {
  let pointer: locale_t?

  init() {
    #if canImport(Darwin)
    pointer = newlocale(LC_NUMERIC_MASK, "C", nil)
    #else
    pointer = newlocale(1 << CInt(LC_NUMERIC), "C", nil)
    #endif
  }
}

private let cLocale = CLocale()
