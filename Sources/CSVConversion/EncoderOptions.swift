// SPDX-License-Identifier: Apache-2.0

/// What becomes of a category that the fitting rows do not have.
public enum UnknownPolicy: String, Sendable, Hashable, Codable, CaseIterable {
  /// It has no feature; how often is counted.
  case ignore
  /// All such values of a column share one feature.
  case bucket
  /// It gets a new feature behind all others.
  case new
  /// It is an error.
  case error
}

/// What is done to a numeric target.
public enum TargetTransform: String, Sendable, Hashable, Codable, CaseIterable {
  /// Nothing.
  case none
  /// The logarithm of 1 + *y*.
  case log1p
}

/// How columns become features.
public struct EncoderOptions: Sendable, Hashable {
  /// A column and its role.
  public struct NamedRole: Sendable, Hashable {
    /// The name of a column, or its number counted from 0.
    public var column: String

    /// What the column means.
    public var role: ColumnRole

    /// Gives a column a role.
    public init(_ column: String, _ role: ColumnRole) {
      self.column = column
      self.role = role
    }
  }

  /// A pair of columns for implicit feedback.
  public struct ImplicitPair: Sendable, Hashable {
    /// The column whose values have sets, such as that of the users.
    public var key: String

    /// The column whose values are in the sets, such as that of the items.
    public var items: String

    /// Adds for each row the set of `items` that its `key` has in the fitting rows.
    public init(key: String, items: String) {
      self.key = key
      self.items = items
    }
  }

  /// The roles of some columns.
  public var roles: [NamedRole] = []

  /// Whether columns without a role in ``roles`` are ignored rather than classified by content.
  public var ignoresUnnamed = false

  /// What stands for a missing value.
  public var missing = MissingValues()

  /// What becomes of categories that the fitting rows do not have.
  public var unknown = UnknownPolicy.ignore

  /// Categories that are rarer in the fitting rows share the feature of a bucket; at least 1.
  public var minimumCount = 1

  /// Whether a missing category is a category of its own rather than no feature.
  public var missingAsCategory = false

  /// Whether a missing number has a feature of its own with the value 1.
  public var missingIndicator = false

  /// The value of a two-valued target that becomes 1; the other becomes −1.
  public var positive: String?

  /// What is done to a numeric target.
  public var targetTransform = TargetTransform.none

  /// Whether rows without target become rows with the target 0 rather than errors.
  public var allowsMissingTarget = false

  /// The id of the first feature, 0 or 1.
  public var firstFeature = 0

  /// Pairs of columns for implicit feedback.
  public var implicitPairs: [ImplicitPair] = []

  /// Columns that get a relation each: what depends on their value alone is stored once a value.
  public var relationKeys: [String] = []

  /// All columns classified by content, no target.
  public init() {}
}
