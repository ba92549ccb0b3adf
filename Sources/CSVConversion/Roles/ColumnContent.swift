// SPDX-License-Identifier: Apache-2.0

/// What the cells of a column hold, missing ones aside.
struct ColumnContent: OptionSet, Sendable {
  let rawValue: UInt8

  /// Numbers such as `42`.
  static let integers = ColumnContent(rawValue: 1)
  /// Other numbers.
  static let fractions = ColumnContent(rawValue: 2)
  /// Anything else: text, booleans, codes with leading zeros.
  static let text = ColumnContent(rawValue: 4)

  /// The content of one cell; `196.0` counts as whole.
  static func of(_ cell: UnsafeBufferPointer<UInt8>) -> ColumnContent {
    guard !CellNumber.isCode(cell), CellNumber.value(cell) != nil else { return .text }
    return CellNumber.isInteger(CellNumber.withoutZeroFraction(cell)) ? .integers : .fractions
  }

  /// The role of a column with this content: text is a category, whole numbers are one if the column's
  /// name is that of an identifier, other numbers are standardized; a column without values says
  /// nothing.
  func role(name: String) -> ColumnRole {
    if isEmpty { return .ignored }
    if contains(.text) || (self == .integers && IdentifierName.matches(name)) { return .category }
    return .number(.standardize)
  }
}
