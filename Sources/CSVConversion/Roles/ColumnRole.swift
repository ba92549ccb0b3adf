// SPDX-License-Identifier: Apache-2.0

/// What a column means for learning.
public enum ColumnRole: Sendable, Hashable {
  /// Each distinct value is a feature with the value 1 (one-hot).
  case category

  /// As ``category``, but values share 2^`bits` features by their hash; see ``FeatureHash``. `196.0` is
  /// hashed as `196`.
  case hashed(bits: Int, seed: UInt64)

  /// One feature with the number as its value, or one for each bin.
  case number(NumericTransform)

  /// Several values in one cell, each a feature.
  case set(separator: String, weight: SetWeight)

  /// Parts of a date, each value of each part a feature with the value 1.
  case date([DatePart])

  /// The set of the items that the row's key has in the fitting rows, each 1/√*n* (SVD++, Koren 2008);
  /// the role of no column, but of a pair of columns.
  case implicit(key: String, items: String)

  /// What is to be predicted.
  case target

  /// Nothing.
  case ignored

  /// The role in a word, for people.
  public var name: String {
    switch self {
    case .category: "category"
    case .hashed(let bits, _): "category in \(bits) hash bits"
    case .number(let transform): "number (\(transform.name))"
    case .set(let separator, let weight): "set by '\(separator)' (\(weight.rawValue))"
    case .date(let parts): "date (\(parts.map(\.rawValue).joined(separator: ", ")))"
    case .implicit(let key, let items): "all \(items) of the \(key)"
    case .target: "target"
    case .ignored: "ignored"
    }
  }
}
