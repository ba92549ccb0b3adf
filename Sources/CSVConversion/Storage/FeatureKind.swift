// SPDX-License-Identifier: Apache-2.0

/// What a feature stands for.
public enum FeatureKind: String, Sendable, Hashable, CaseIterable {
  /// A value of a category, an item of a set or a part of a date.
  case value
  /// A value that is too rare for a feature of its own; it has that of the bucket.
  case rare
  /// All values without a feature of their own.
  case bucket
  /// Missing values.
  case missing
  /// The number in a column.
  case number
  /// A bin of numbers.
  case bin
  /// A place of a hashed column.
  case hash
}
