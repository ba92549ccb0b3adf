// SPDX-License-Identifier: Apache-2.0

/// The texts that stand for a missing value.
public struct MissingValues: Sendable, Hashable, Codable {
  /// What pandas writes and reads as missing.
  public static let defaults = ["", "NA", "NaN", "nan", "null", "None", "<NA>", "NaT"]

  /// The texts, compared byte for byte.
  public let texts: [String]

  private let bytes: [[UInt8]]
  private let longest: Int
  private let hasEmpty: Bool
  /// A bit for each value of the lower six bits that some text's first byte has.
  private let firstBytes: UInt64

  /// Takes some texts, beside the usual ones unless told otherwise.
  public init(_ texts: [String] = [], includesDefaults: Bool = true) {
    var all = includesDefaults ? Self.defaults : []
    for text in texts where !all.contains(text) { all.append(text) }
    self.texts = all
    bytes = all.map { Array($0.utf8) }.filter { !$0.isEmpty }
    longest = bytes.map(\.count).max() ?? 0
    firstBytes = bytes.reduce(0) { $0 | 1 << UInt64($1[0] & 63) }
    hasEmpty = all.contains("")
  }

  /// Reads the list of texts.
  public init(from decoder: any Swift.Decoder) throws {
    self.init(
      try decoder.singleValueContainer().decode([String].self), includesDefaults: false)
  }

  /// Writes the list of texts.
  public func encode(to encoder: any Swift.Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(texts)
  }

  /// Whether a cell is missing.
  @inline(__always)
  func contains(_ cell: UnsafeBufferPointer<UInt8>) -> Bool {
    if cell.isEmpty { return hasEmpty }
    // Most cells are longer, or numbers, which no usual text for "missing" begins like.
    if cell.count > longest || firstBytes &>> UInt64(cell[0] & 63) & 1 == 0 { return false }
    return isListed(cell)
  }

  @inline(never)
  private func isListed(_ cell: UnsafeBufferPointer<UInt8>) -> Bool {
    for text in bytes where text.count == cell.count {
      if text.elementsEqual(cell) { return true }
    }
    return false
  }
}
