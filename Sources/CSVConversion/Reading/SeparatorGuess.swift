// SPDX-License-Identifier: Apache-2.0

/// Guesses the separator of a file from its first line.
enum SeparatorGuess {
  /// The known separator that stands most often outside quotes in the first line; a comma when there
  /// is none.
  static func separator(of bytes: UnsafeBufferPointer<UInt8>) -> UInt8 {
    var counts = Array(repeating: 0, count: CSVFormat.knownSeparators.count)
    var isQuoted = false
    // Empty lines do not count.
    let line = bytes.drop { $0 == Ascii.lineFeed || $0 == Ascii.carriageReturn }
    for byte in line {
      if byte == Ascii.quote {
        isQuoted.toggle()
      } else if !isQuoted {
        if byte == Ascii.lineFeed { break }
        if let index = CSVFormat.knownSeparators.firstIndex(of: byte) { counts[index] += 1 }
      }
    }
    let greatest = counts.max() ?? 0
    let index = counts.firstIndex(of: greatest) ?? 0
    return CSVFormat.knownSeparators[greatest == 0 ? 0 : index]
  }
}
