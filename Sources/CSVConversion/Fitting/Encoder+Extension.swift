// SPDX-License-Identifier: Apache-2.0

public import FactorizationMachines
import LibFMFormats

extension Encoder {
  /// The encoder with features for the values of a table that it does not know, behind all others.
  ///
  /// Values are numbered column after column in the order of their first appearance.
  ///
  /// - Throws: `FormatError` when a cell cannot be what its column's role demands, or when the encoder
  ///   has relations, whose features would have to move.
  public func extended(by table: CSVTable, pool: WorkerPool) throws -> Encoder {
    guard schema.mainFeatureCount == schema.featureCount else {
      throw FormatError(
        path: table.path, found: "an encoder with relations cannot be extended",
        advice: "choose another treatment of unknown values, or do without relations")
    }
    let columns = schema.columns.indices.filter { vocabularies[$0] != nil }
    let places = try columns.map { try table.column(named: schema.columns[$0].name) }
    let workers = try BlockPass(table: table, pool: pool).run(
      state: { _ in columns.map { collector(schema.columns[$0]) } },
      work: { collectors, cells in
        var error: BlockError?
        for (collector, place) in zip(collectors, places) {
          error = .first(error, collector.collect(cells, column: place))
        }
        return error
      })
    var result = self
    for (place, index) in columns.enumerated() {
      guard let vocabulary = vocabularies[index] else { continue }
      let found = ValueCounts(
        workers.map { collectors in
          switch collectors[place] {
          case let collector as ValueCollector: collector.values
          case let collector as SetCollector: collector.values
          case let collector as DateCollector: collector.values
          default: ByteDictionary()
          }
        }, joinsIntegers: vocabulary.isInteger)
      result.vocabularies[index] = vocabulary.extended(
        by: found, nextFeature: &result.schema.featureCount)
    }
    guard result.schema.featureCount <= Int(Int32.max) else {
      throw FormatError(
        path: table.path, found: "the columns have more than \(Int32.max) features")
    }
    result.schema.mainFeatureCount = result.schema.featureCount
    return result
  }

  /// How many features ``extended(by:pool:)`` has added, by name of the column; only columns with any.
  public var addedFeatureCounts: [String: Int] {
    var counts: [String: Int] = [:]
    for (column, vocabulary) in zip(schema.columns, vocabularies) {
      let count = vocabulary?.features.count { Int($0) >= column.endFeature } ?? 0
      if count > 0 { counts[column.name] = count }
    }
    return counts
  }

  private func collector(_ column: Schema.Column) -> any ColumnCollector {
    switch column.role {
    case .set(let separator, _):
      SetCollector(
        missing: schema.missing,
        items: SetItems(separator: separator, trimsBlanks: schema.skipsInitialSpace))
    case .date(let parts):
      DateCollector(missing: schema.missing, parts: parts, name: column.name)
    default: ValueCollector(missing: schema.missing)
    }
  }
}

extension Vocabulary {
  /// The vocabulary with features from `nextFeature` on for values that are not in it.
  fileprivate func extended(by found: ValueCounts, nextFeature: inout Int) -> Vocabulary {
    let copy = ByteDictionary(minimumCapacity: dictionary.count + found.dictionary.count)
    for entry in 0..<dictionary.count {
      copy.add(
        dictionary.text(entry), at: UInt64(entry), occurrences: dictionary.occurrences(entry))
    }
    var features = features
    for entry in found.order {
      let text = canonical(found.dictionary.text(entry))
      if copy.find(text) != nil { continue }
      copy.add(
        text, at: UInt64(features.count), occurrences: found.dictionary.occurrences(entry))
      features.append(UInt32(nextFeature))
      nextFeature += 1
    }
    return Vocabulary(
      dictionary: copy, features: features, bucket: bucket, missing: missing,
      isInteger: isInteger)
  }
}
