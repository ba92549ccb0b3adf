// SPDX-License-Identifier: Apache-2.0

/// What was written for one table.
public struct EncodingReport: Sendable, Hashable {
  /// The number of rows.
  public var rowCount = 0

  /// The number of entries, those of relations aside.
  public var entryCount = 0

  /// The number of entries if those of relations stood in every row that refers to them.
  public var joinedEntryCount = 0

  /// How many categories had no feature, by name of the column; only columns with any.
  public var unknownCounts: [String: Int] = [:]

  /// The number of rows without target.
  public var missingTargetCount = 0

  /// Whether the table has a column for the target.
  public var hasTarget = true

  /// The columns that the encoder does not know.
  public var extraColumns: [String] = []
}
