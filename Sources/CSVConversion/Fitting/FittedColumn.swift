// SPDX-License-Identifier: Apache-2.0

/// A column whose features have no numbers yet.
struct FittedColumn {
  var column: Schema.Column
  var values: ValueCounts?

  /// Whether the column's features stand for values.
  var isCategorical: Bool {
    switch column.role {
    case .category, .hashed, .set, .date: true
    case .number, .implicit, .target, .ignored: false
    }
  }
}
