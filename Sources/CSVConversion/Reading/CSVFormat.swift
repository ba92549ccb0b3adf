// SPDX-License-Identifier: Apache-2.0

/// How a CSV file is written.
///
/// Quoting is that of RFC 4180: a field that begins with `"` ends with the next single `"`, may hold
/// separators and line breaks, and `""` stands for one quote. It departs from it where pandas does:
/// lines may end with a line feed alone, empty lines do not count, and a quote within a field that does
/// not begin with one is an ordinary character.
public struct CSVFormat: Sendable, Hashable {
  /// The byte between fields.
  public var separator: UInt8

  /// Whether the first record names the columns.
  public var hasHeader: Bool

  /// Whether blanks and tabs at the beginning of a field are skipped.
  public var skipsInitialSpace: Bool

  /// Describes a file.
  public init(
    separator: UInt8 = UInt8(ascii: ","), hasHeader: Bool = true, skipsInitialSpace: Bool = false
  ) {
    self.separator = separator
    self.hasHeader = hasHeader
    self.skipsInitialSpace = skipsInitialSpace
  }

  /// The separators that are recognised without being named, the likeliest first.
  static let knownSeparators: [UInt8] = [
    UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t"), UInt8(ascii: "|"),
  ]

  /// The separator as a message shows it.
  public var separatorName: String {
    separator == UInt8(ascii: "\t") ? "tab" : "'\(String(UnicodeScalar(separator)))'"
  }
}
