// SPDX-License-Identifier: Apache-2.0

import LibFMFormats

/// Turns the cells of one column into entries; each worker has its own.
protocol ColumnEncoder: AnyObject {
  /// The entries of the last block.
  var output: EncodedColumn { get }

  /// How many categories had no feature so far.
  var unknownCount: Int { get }

  /// Encodes all cells of a block.
  ///
  /// - Returns: the first cell that cannot be encoded.
  func encode(_ cells: CellTable, column: Int) -> BlockError?
}

/// What the encoders of categories share: what becomes of a value without a feature.
struct UnknownValues: Sendable {
  let policy: UnknownPolicy
  let bucket: UInt32?
  let column: String

  init(_ schema: Schema, _ column: Schema.Column) {
    policy = schema.unknown
    bucket = schema.unknown == .bucket ? column.bucket : nil
    self.column = column.name
  }

  /// The feature of an unknown value; nil when it has none.
  ///
  /// - Throws: `BlockError` when such values are errors.
  @inline(never)
  func feature(
    _ value: UnsafeBufferPointer<UInt8>, offset: Int
  ) throws(BlockError) -> UInt32? {
    guard policy == .error else { return bucket }
    throw BlockError(
      offset: offset,
      found: "\(QuotedText.quote(value)) in column '\(column)' is not among the fitted values",
      advice: "choose what becomes of such values with --unknown")
  }
}
