// SPDX-License-Identifier: Apache-2.0

import LibFMFormats

/// `features.tsv`: what each id stands for.
///
/// A header line, then for each feature its id, column, value, group, count and kind. Rare values stand
/// there with the id of their bucket, so that every known value has a line.
enum FeatureTable {
  private static let header = "id\tcolumn\tvalue\tgroup\tcount\tkind"

  /// Writes all features of an encoder; does not commit.
  static func write(_ encoder: Encoder, to file: WholeFile) throws(FormatError) {
    try file.write(header + "\n")
    let columns = encoder.schema.columns.map { TabText.escaped($0.name) }
    let groups = encoder.schema.columns.map(\.group)
    let result = Result<Void, any Error> {
      try encoder.forEachFeature { feature in
        let count = feature.count.map(String.init) ?? ""
        try file.write(
          "\(feature.id)\t\(columns[feature.column])\t\(TabText.escaped(feature.value))\t"
            + "\(groups[feature.column])\t\(count)\t\(feature.kind.rawValue)\n")
      }
    }
    if case .failure(let error as FormatError) = result { throw error }
  }

  /// Reads the vocabularies of a schema's columns.
  ///
  /// - Throws: `FormatError` for a line that does not fit the schema.
  static func vocabularies(
    _ path: String, schema: Schema
  ) throws(FormatError) -> [Vocabulary?] {
    var lines = try LineReader(path: path)
    guard lines.next() == header else {
      throw lines.error(
        "this is no list of features", expected: "the header line of features.tsv")
    }
    var builders = schema.columns.map(VocabularyBuilder.init)
    var lastName = ""
    var lastColumn = 0
    while let line = lines.next() {
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
      guard fields.count == 6, let id = UInt32(fields[0]),
        let name = TabText.unescaped(fields[1]), let value = TabText.unescaped(fields[2]),
        let kind = FeatureKind(rawValue: String(fields[5]))
      else {
        throw lines.error(
          "this is no feature", expected: "id, column, value, group, count and kind",
          advice: "save the encoder again")
      }
      if name != lastName || builders.isEmpty {
        guard let column = schema.columns.firstIndex(where: { $0.name == name }) else {
          throw lines.error("the schema has no column '\(name)'")
        }
        (lastName, lastColumn) = (name, column)
      }
      guard kind == .value || kind == .rare else { continue }
      let column = schema.columns[lastColumn]
      guard
        (column.firstFeature..<column.endFeature).contains(Int(id))
          || (schema.fittedEnd..<max(schema.fittedEnd, schema.featureCount)).contains(Int(id))
      else {
        throw lines.error(
          "id \(id) does not belong to column '\(name)'",
          expected: "an id from \(column.firstFeature) to \(column.endFeature - 1)")
      }
      builders[lastColumn].add(value, id: id, count: Int(fields[4]) ?? 0)
    }
    var vocabularies: [Vocabulary?] = []
    for builder in builders { vocabularies.append(try builder.vocabulary(path: path)) }
    return vocabularies
  }
}

/// Puts the vocabulary of one column together.
private struct VocabularyBuilder {
  private let column: Schema.Column
  private let dictionary: ByteDictionary?
  private var features: [UInt32] = []

  init(_ column: Schema.Column) {
    self.column = column
    switch column.role {
    case .category, .set, .date: dictionary = ByteDictionary()
    case .hashed, .number, .implicit, .target, .ignored: dictionary = nil
    }
  }

  mutating func add(_ value: String, id: UInt32, count: Int) {
    guard let dictionary else { return }
    var value = value
    let position = UInt64(features.count)
    let entry = value.withUTF8 { dictionary.add($0, at: position, occurrences: count) }
    if entry == features.count { features.append(id) }
  }

  func vocabulary(path: String) throws(FormatError) -> Vocabulary? {
    guard let dictionary else { return nil }
    if let distinct = column.distinctCount, dictionary.count < distinct {
      throw FormatError(
        path: path,
        found: "column '\(column.name)' has \(dictionary.count) values here",
        expected: "\(distinct) as in the schema", advice: "is the file cut short?")
    }
    return Vocabulary(
      dictionary: dictionary, features: features, bucket: column.bucket,
      missing: column.missing, isInteger: column.isInteger)
  }
}
