// SPDX-License-Identifier: Apache-2.0

/// How the columns of a table map to features; what an ``Encoder`` knows beside the values.
public struct Schema: Sendable, Hashable, Codable {
  /// The version of saved schemas that this library reads and writes.
  public static let currentVersion = 1

  /// The version of this schema.
  public var version = Schema.currentVersion

  /// Whether tables have a header.
  public var hasHeader: Bool

  /// Whether blanks after separators are skipped.
  public var skipsInitialSpace: Bool

  /// What stands for a missing value.
  public var missing: MissingValues

  /// What becomes of categories that the fitting rows do not have.
  public var unknown: UnknownPolicy

  /// The id of the first feature, 0 or 1.
  public var firstFeature: Int

  /// The greatest id plus one.
  public var featureCount: Int

  /// The greatest id that is not in a relation plus one.
  public var mainFeatureCount: Int

  /// The number of rows that the encoder was fitted on.
  public var rowCount: Int

  /// What is predicted; nil when there is no such column.
  public var target: Target?

  /// The columns that have features, in the order of their ids; a group each.
  public var columns: [Column]

  /// The columns without features, and why.
  public var ignoredColumns: [IgnoredColumn]

  /// The column of the target.
  public struct Target: Sendable, Hashable, Codable {
    /// The name of the column.
    public var name: String

    /// What is done to the number.
    public var transform: TargetTransform

    /// The value that becomes 1; nil for a numeric target.
    public var positive: String?

    /// The value that becomes −1; nil for a numeric target, or when no row has it.
    public var negative: String?

    /// Whether a missing value becomes 0.
    public var allowsMissing: Bool
  }

  /// A column with features, or a pair of columns.
  public struct Column: Sendable, Hashable, Codable {
    /// The name of the column; of a pair `key:items`.
    public var name: String

    /// What the column means.
    public var role: ColumnRole

    /// Whether the role was found by content rather than named.
    public var isGuessed = false

    /// The number of the column's group, from 0.
    public var group = 0

    /// The key column of the relation that holds the features; nil for features of the main table.
    public var relation: String?

    /// The id of the first feature.
    public var firstFeature = 0

    /// The number of features, those added later aside.
    public var featureCount = 0

    /// The distinct values of the fitting rows; nil for numbers and hashed columns.
    public var distinctCount: Int?

    /// The missing values of the fitting rows.
    public var missingCount = 0

    /// Whether `196.0` is the same category as `196`.
    public var isInteger = false

    /// The feature of values without one of their own.
    public var bucket: UInt32?

    /// The feature of missing values.
    public var missing: UInt32?

    /// What a number is turned into.
    public var scaling: NumberScaling?

    /// The inner borders between bins, ascending; a number belongs to the bin above all smaller ones.
    public var binBorders: [Double]?

    /// The places of a hashed column that fitting rows use.
    public var occupiedPlaces: Int?

    /// Where the first feature behind the column is, those added later aside.
    public var endFeature: Int { firstFeature + featureCount }
  }

  /// A column without features.
  public struct IgnoredColumn: Sendable, Hashable, Codable {
    /// The name of the column.
    public var name: String

    /// Why it is not used.
    public var reason: String
  }
}

/// A number *x* as the value of a feature: (*x* − `subtracted`) / `divisor`, or the logarithm of 1 + *x*.
public struct NumberScaling: Sendable, Hashable, Codable {
  /// What is subtracted.
  public var subtracted = 0.0

  /// By what is divided; 0 stands for a constant column, all of whose values become 0.
  public var divisor = 1.0

  /// Whether the logarithm of 1 + *x* is taken instead.
  public var isLogarithmic = false
}
