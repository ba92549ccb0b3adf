// SPDX-License-Identifier: Apache-2.0

import LibFMFormats

/// Which columns of a table are encoded, and how.
struct RowPlan {
  let encoder: Encoder
  let table: CSVTable

  /// The columns of the schema whose features are wanted.
  let columns: [Int]

  private let places: [Int]
  private let target: (place: Int, encoding: TargetEncoding)?
  private let weights: RowWeights.Source?

  /// Finds the columns in the table.
  ///
  /// - Throws: `FormatError` when one is missing; the target may be, unless weights depend on it.
  init(
    _ encoder: Encoder, table: CSVTable, columns: [Int], withTarget: Bool = true,
    weighting: RowWeighting? = nil
  ) throws(FormatError) {
    self.encoder = encoder
    self.table = table
    self.columns = columns
    var places: [Int] = []
    for column in columns {
      let name =
        if case .implicit(let key, _) = encoder.schema.columns[column].role { key } else {
          encoder.schema.columns[column].name
        }
      places.append(try table.column(named: name))
    }
    self.places = places
    if withTarget, let target = encoder.schema.target,
      let place = table.columns.firstIndex(of: target.name)
    {
      self.target = (place, TargetEncoding(target, missing: encoder.schema.missing))
    } else {
      target = nil
    }
    switch weighting {
    case nil: weights = nil
    case .column(let name):
      weights = .column(
        place: try table.column(named: name), name: name, missing: encoder.schema.missing)
    case .positiveTargets(let weight):
      guard let target else {
        throw FormatError(
          path: table.path, found: "weights of positive targets need a target column",
          expected: encoder.schema.target.map { "a column '\($0.name)'" } ?? "")
      }
      weights = .targets(place: target.place, encoding: target.encoding, weight: weight)
    }
  }

  /// Whether the table has the target.
  var hasTarget: Bool { target != nil }

  /// An encoder for one worker.
  func makeEncoder() -> RowEncoder {
    RowEncoder(
      columns: zip(columns, places).map { ($1, columnEncoder($0)) }, target: target,
      weights: weights.map(RowWeights.init))
  }

  private func columnEncoder(_ index: Int) -> any ColumnEncoder {
    let schema = encoder.schema
    let column = schema.columns[index]
    let unknown = UnknownValues(schema, column)
    let vocabulary = encoder.vocabularies[index]
    switch column.role {
    case .category:
      guard let vocabulary else { break }
      return CategoryEncoder(vocabulary, missing: schema.missing, unknown: unknown)
    case .hashed(let bits, let seed):
      return HashEncoder(
        FeatureHash(bits: bits, seed: seed), column: column, missing: schema.missing)
    case .set(let separator, let weight):
      guard let vocabulary else { break }
      let items = SetItems(separator: separator, trimsBlanks: schema.skipsInitialSpace)
      return SetEncoder(
        vocabulary, items: items, weight: weight, missing: schema.missing, unknown: unknown)
    case .date(let parts):
      guard let vocabulary else { break }
      return DateEncoder(vocabulary, parts: parts, missing: schema.missing, unknown: unknown)
    case .number(.bins):
      return BinEncoder(column.binBorders ?? [], column: column, missing: schema.missing)
    case .number:
      return NumberEncoder(
        column.scaling ?? NumberScaling(), column: column, missing: schema.missing)
    case .implicit(let key, _):
      guard let sets = encoder.implicitSets[index],
        let keyIndex = schema.columns.firstIndex(where: { $0.name == key })
      else { break }
      return ImplicitEncoder(sets, keys: columnEncoder(keyIndex))
    case .target, .ignored: break
    }
    preconditionFailure("column '\(column.name)' has no features")
  }
}
