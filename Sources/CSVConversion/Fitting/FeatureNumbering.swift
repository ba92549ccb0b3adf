// SPDX-License-Identifier: Apache-2.0

import LibFMFormats

/// Gives the features of fitted columns their numbers.
///
/// Columns follow each other as in the table, then come pairs for implicit feedback; what belongs to
/// relations comes behind everything else, relation after relation. Within a column values are numbered
/// in the order of their first appearance, then come the bucket and the missing value.
struct FeatureNumbering {
  let options: EncoderOptions
  private var columns: [FittedColumn]
  private var relations: [String] = []

  init(options: EncoderOptions, columns: [FittedColumn]) {
    self.options = options
    self.columns = columns
  }

  /// Finds out what belongs to relations.
  ///
  /// - Throws: `FormatError` when a key is no category, or a table cannot be read.
  mutating func planRelations(tables: [CSVTable]) throws {
    for reference in options.relationKeys {
      let key = tables[0].columns[try tables[0].column(reference)]
      guard let keyColumn = columns.first(where: { $0.column.name == key })?.column,
        keyColumn.role.isSingleCategory
      else {
        throw FormatError(
          path: tables[0].path, found: "column '\(key)' is not a category",
          expected: "a category as the key of a relation", advice: "name it with --categorical")
      }
      let candidates = columns.map(\.column).filter { $0.relation == nil && !$0.role.isImplicit }
      let constants = try ConstantColumns(
        key: keyColumn, candidates: candidates, missing: options.missing
      ).names(in: tables)
      for index in columns.indices where columns[index].column.relation == nil {
        let column = columns[index].column
        let belongs: Bool
        if case .implicit(let owner, _) = column.role {
          belongs = owner == key
        } else {
          belongs = constants.contains(column.name)
        }
        if belongs { columns[index].column.relation = key }
      }
      relations.append(key)
    }
  }

  /// The encoder with all features numbered.
  ///
  /// - Throws: `FormatError` when there are more features than ids.
  func encoder(schema: Schema, path: String) throws(FormatError) -> Encoder {
    var schema = schema
    var vocabularies: [Vocabulary?] = []
    var next = options.firstFeature
    for relation in [nil] + relations.map(Optional.some) {
      for fitted in columns where fitted.column.relation == relation {
        var column = fitted.column
        let layout = layout(of: fitted)
        guard next + layout.featureCount <= Int(Int32.max) else {
          throw FormatError(
            path: path, found: "the columns have more than \(Int32.max) features",
            advice: "hash the largest ones (--hash-bits)")
        }
        column.group = schema.columns.count
        column.firstFeature = next
        column.featureCount = layout.featureCount
        column.bucket = layout.bucket.map { UInt32(next + $0) }
        column.missing = layout.missing.map { UInt32(next + $0) }
        vocabularies.append(vocabulary(column, fitted.values))
        schema.columns.append(column)
        next = column.endFeature
      }
      if relation == nil { schema.mainFeatureCount = next }
    }
    schema.featureCount = next
    return Encoder(schema: schema, vocabularies: vocabularies)
  }

  /// The features of a column, numbered from 0.
  private struct Layout {
    var featureCount: Int
    var bucket: Int?
    var missing: Int?

    init(valueCount: Int, hasBucket: Bool = false, hasMissing: Bool = false) {
      featureCount = valueCount
      if hasBucket {
        bucket = featureCount
        featureCount += 1
      }
      if hasMissing {
        missing = featureCount
        featureCount += 1
      }
    }
  }

  private func layout(of fitted: FittedColumn) -> Layout {
    switch fitted.column.role {
    case .category, .set, .date:
      let total = fitted.values?.dictionary.count ?? 0
      let kept = fitted.values.map { keptEntries($0).count } ?? 0
      return Layout(
        valueCount: kept, hasBucket: kept < total || options.unknown == .bucket,
        hasMissing: options.missingAsCategory)
    case .hashed(let bits, _):
      return Layout(valueCount: 1 << bits, hasMissing: options.missingAsCategory)
    case .number(.bins):
      return Layout(valueCount: (fitted.column.binBorders?.count ?? 0) + 1, hasMissing: true)
    case .number: return Layout(valueCount: 1, hasMissing: options.missingIndicator)
    case .implicit(_, let items):
      guard let items = columns.first(where: { $0.column.name == items }) else {
        return Layout(valueCount: 0)
      }
      let layout = layout(of: items)
      return Layout(valueCount: layout.featureCount - (layout.missing == nil ? 0 : 1))
    case .target, .ignored: return Layout(valueCount: 0)
    }
  }

  private func keptEntries(_ values: ValueCounts) -> [Int] {
    values.order.filter { values.dictionary.occurrences($0) >= options.minimumCount }
  }

  private func vocabulary(_ column: Schema.Column, _ values: ValueCounts?) -> Vocabulary? {
    guard let values else { return nil }
    var features = Array(repeating: column.bucket ?? 0, count: values.dictionary.count)
    for (rank, entry) in keptEntries(values).enumerated() {
      features[entry] = UInt32(column.firstFeature + rank)
    }
    return Vocabulary(
      dictionary: values.dictionary, features: features, bucket: column.bucket,
      missing: column.missing, isInteger: values.isInteger)
  }
}

extension ColumnRole {
  /// Whether each row has one value at most, which is a category.
  var isSingleCategory: Bool {
    switch self {
    case .category, .hashed: true
    case .number, .set, .date, .implicit, .target, .ignored: false
    }
  }

  /// Whether this is a pair of columns for implicit feedback.
  var isImplicit: Bool {
    if case .implicit = self { true } else { false }
  }
}
