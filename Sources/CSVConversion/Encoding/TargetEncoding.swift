// SPDX-License-Identifier: Apache-2.0

import LibFMFormats

/// Turns the cells of the target column into targets.
struct TargetEncoding: Sendable {
  let name: String
  let missing: MissingValues
  let transform: TargetTransform
  let positive: [UInt8]?
  let allowsMissing: Bool

  /// The value that becomes −1; nil as long as it is not known.
  var negative: [UInt8]?

  init(_ target: Schema.Target, missing: MissingValues) {
    name = target.name
    self.missing = missing
    transform = target.transform
    positive = target.positive.map { Array($0.utf8) }
    negative = target.negative.map { Array($0.utf8) }
    allowsMissing = target.allowsMissing
  }

  /// The target in a cell; nil when it is missing.
  ///
  /// - Throws: `BlockError` when it is missing and must not be, or is no target.
  @inline(__always)
  func value(_ cell: UnsafeBufferPointer<UInt8>, offset: Int) throws(BlockError) -> Float? {
    if missing.contains(cell) {
      if allowsMissing { return nil }
      throw BlockError(
        offset: offset, found: "the target '\(name)' is missing in this row",
        advice: "remove the row, or write 0 for it (--allow-missing-target)")
    }
    if let positive { return try twoValued(cell, positive: positive, offset: offset) }
    guard let value = CellNumber.value(cell), value.isFinite else {
      throw BlockError(
        offset: offset,
        found: "\(QuotedText.quote(cell)) in the target column '\(name)' is not a finite number")
    }
    if transform == .none {
      let target = Float(value)
      guard target.isFinite else {
        throw BlockError(
          offset: offset, found: "the target \(QuotedText.quote(cell)) is too large",
          expected: "a value below \(Float.greatestFiniteMagnitude)",
          advice: "scale it, or take its logarithm (--target-transform log1p)")
      }
      return target
    }
    guard value > -1 else {
      throw BlockError(
        offset: offset,
        found: "the target \(QuotedText.quote(cell)) has no logarithm of 1 + y",
        expected: "a number above -1")
    }
    return Float(logarithmOfOnePlus(value))
  }

  /// Whether the target in a cell is above 0 before any transform; a missing one is not.
  func isPositive(_ cell: UnsafeBufferPointer<UInt8>) -> Bool {
    if missing.contains(cell) { return false }
    if let positive { return Self.isSame(cell, positive) }
    return CellNumber.value(cell).map { $0 > 0 } ?? false
  }

  private func twoValued(
    _ cell: UnsafeBufferPointer<UInt8>, positive: [UInt8], offset: Int
  ) throws(BlockError) -> Float {
    if Self.isSame(cell, positive) { return 1 }
    if let negative, Self.isSame(cell, negative) { return -1 }
    throw BlockError(
      offset: offset,
      found: "\(QuotedText.quote(cell)) is neither of the two values of the target '\(name)'",
      expected: "'\(String(decoding: positive, as: UTF8.self))'"
        + (negative.map { " or '\(String(decoding: $0, as: UTF8.self))'" } ?? ""))
  }

  /// Whether a cell has a value, where `1.0` is the same as `1`.
  private static func isSame(_ cell: UnsafeBufferPointer<UInt8>, _ value: [UInt8]) -> Bool {
    if cell.elementsEqual(value) { return true }
    return value.withUnsafeBufferPointer { value in
      let whole = CellNumber.withoutZeroFraction(value)
      return CellNumber.isInteger(whole)
        && CellNumber.withoutZeroFraction(cell).elementsEqual(whole)
    }
  }
}
