// SPDX-License-Identifier: Apache-2.0

public import FactorizationMachines
public import LibFMFormats

/// Turns the rows of tables into the cases of a factorization machine.
///
/// ```swift
/// var options = EncoderOptions()
/// options.roles = [.init("rating", .target), .init("genres", .set(separator: "|", weight: .mean))]
/// let pool = WorkerPool()
/// let train = try CSVTable(path: "train.csv")
/// let encoder = try Encoder.fit(train, options: options, pool: pool)
/// let cases = try encoder.dataset(from: train, pool: pool)
/// ```
///
/// Results do not depend on the number of workers.
public struct Encoder: Sendable {
  /// The columns and their features.
  public internal(set) var schema: Schema

  /// The values of each column of the schema that has any.
  var vocabularies: [Vocabulary?]

  /// The sets of each column of the schema that is a pair for implicit feedback.
  var implicitSets: [ImplicitSets?]

  init(schema: Schema, vocabularies: [Vocabulary?]) {
    self.schema = schema
    self.vocabularies = vocabularies
    implicitSets = Array(repeating: nil, count: schema.columns.count)
  }

  /// Learns from a table which features its columns have.
  ///
  /// One pass over the table; a further one when its first rows are misleading about the content of a
  /// column, and one for implicit feedback. Memory grows with the number of distinct values.
  ///
  /// - Parameters:
  ///   - table: the fitting rows.
  ///   - options: the roles of the columns and more.
  ///   - others: further tables that will be encoded; only relations need to know them.
  ///   - pool: who works.
  /// - Returns: the encoder.
  /// - Throws: `FormatError` that names the file, line and column of what cannot be used.
  public static func fit(
    _ table: CSVTable, options: EncoderOptions, alsoFor others: [CSVTable] = [], pool: WorkerPool
  ) throws -> Encoder {
    try Fitter(table: table, options: options, pool: pool, others: others).fit()
  }

  /// The same encoder with another treatment of unknown values.
  ///
  /// - Throws: `FormatError` for a bucket that the encoder was not fitted with.
  public func treatingUnknownValues(as policy: UnknownPolicy) throws(FormatError) -> Encoder {
    if policy == .bucket,
      let column = zip(schema.columns, vocabularies).first(where: { column, vocabulary in
        vocabulary != nil && column.bucket == nil
      })?.0
    {
      throw FormatError(
        path: column.name, found: "this column of the encoder has no bucket",
        advice: "fit the encoder with a bucket for unknown values")
    }
    var result = self
    result.schema.unknown = policy
    return result
  }

  /// The group of each feature, one for each column; what is below the first id is in group 0.
  ///
  /// - Parameter features: the ids, by default all.
  /// - Returns: a group for each of these ids.
  public func groups(of features: Range<Int>? = nil) -> [Int] {
    let features = features ?? 0..<schema.featureCount
    var groups = Array(repeating: 0, count: features.count)
    for column in schema.columns {
      for feature in (column.firstFeature..<column.endFeature).clamped(to: features) {
        groups[feature - features.lowerBound] = column.group
      }
    }
    for (column, vocabulary) in zip(schema.columns, vocabularies) {
      for feature in vocabulary?.features ?? [] where Int(feature) >= column.endFeature {
        if features.contains(Int(feature)) {
          groups[Int(feature) - features.lowerBound] = column.group
        }
      }
    }
    return groups
  }

  /// Encodes a table as a data set.
  ///
  /// - Parameters:
  ///   - table: the rows.
  ///   - weighting: what each row counts; without it all count 1.
  ///   - pool: who works.
  /// - Returns: the cases; features that no row has are columns as well. Features of relations are
  ///   joined to their rows.
  /// - Throws: `FormatError` for a row that cannot be encoded; `OutOfMemoryError`.
  public func dataset(
    from table: CSVTable, weighting: RowWeighting? = nil, pool: WorkerPool
  ) throws -> Dataset {
    let rows = DatasetRows()
    let plan = try RowPlan(
      self, table: table, columns: Array(schema.columns.indices), weighting: weighting)
    _ = try BlockPass(table: table, pool: pool).run(
      state: { _ in plan.makeEncoder() },
      work: { encoder, cells in encoder.encode(cells) },
      finish: { encoder, cells in rows.append(encoder, rowCount: cells.rowCount) })
    return try rows.dataset(featureCount: schema.featureCount)
  }
}
