// SPDX-License-Identifier: Apache-2.0

/// Writes binary32 numbers with as few digits as bring them back exactly: `1`, `0.5`, `0.1`, `1e-10`.
public enum ShortestFormat {
  /// The largest number of bytes that ``write(_:to:)`` writes.
  public static let maximumLength = 24

  /// Writes the text of a number.
  ///
  /// - Parameters:
  ///   - value: the number.
  ///   - output: has room for ``maximumLength`` bytes.
  /// - Returns: the number of bytes written.
  public static func write(_ value: Float, to output: UnsafeMutablePointer<UInt8>) -> Int {
    if value >= 0, value < 10, value == value.rounded(.towardZero), value.sign == .plus {
      output.pointee = Ascii.zero + UInt8(value)
      return 1
    }
    var text = value.description
    if value.isNaN { text = value.sign == .minus ? "-nan" : "nan" }
    if text.hasSuffix(".0") { text.removeLast(2) }
    return text.withUTF8 { bytes in
      for (index, byte) in bytes.enumerated() { output[index] = byte }
      return bytes.count
    }
  }
}
