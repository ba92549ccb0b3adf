// SPDX-License-Identifier: Apache-2.0

/// One feature of an encoder, or one rare value that shares a feature.
public struct Feature: Sendable, Hashable {
  /// The id.
  public var id: Int

  /// The index of the column in the schema.
  public var column: Int

  /// What it stands for.
  public var kind: FeatureKind

  /// The value in the column, or a name for what has none.
  public var value: String

  /// How often it was among the fitting rows, if that was counted.
  public var count: Int?
}

extension Encoder {
  /// Calls `body` with every feature, ids ascending; rare values follow their bucket.
  public func forEachFeature(_ body: (Feature) throws -> Void) rethrows {
    for index in schema.columns.indices { try forEachFitted(index, body) }
    try forEachAppended(body)
  }

  private func forEachFitted(_ index: Int, _ body: (Feature) throws -> Void) rethrows {
    let column = schema.columns[index]
    func feature(
      _ place: Int, _ kind: FeatureKind, _ value: String, _ count: Int? = nil
    )
      -> Feature
    {
      Feature(
        id: column.firstFeature + place, column: index, kind: kind, value: value, count: count)
    }
    switch column.role {
    case .category, .set, .date:
      guard let vocabulary = vocabularies[index] else { return }
      try forEachValue(of: vocabulary, column: column) { place, entry in
        let dictionary = vocabulary.dictionary
        try body(
          feature(place, .value, dictionary.string(entry), dictionary.occurrences(entry)))
      }
      try forEachBucketed(vocabulary, column: column) { kind, value, count in
        guard let bucket = column.bucket else { return }
        try body(feature(Int(bucket) - column.firstFeature, kind, value, count))
      }
    case .hashed(let bits, _):
      for place in 0..<1 << bits { try body(feature(place, .hash, String(place))) }
    case .number(.bins):
      let borders = column.binBorders ?? []
      for place in 0...borders.count {
        let low = place == 0 ? "-inf" : borders[place - 1].description
        let high = place == borders.count ? "inf" : borders[place].description
        try body(feature(place, .bin, "(\(low), \(high)]"))
      }
    case .number:
      try body(feature(0, .number, "", schema.rowCount - column.missingCount))
    case .implicit(_, let items):
      try forEachImplicit(index, items: items, body)
    case .target, .ignored: break
    }
    if let missing = column.missing {
      try body(
        feature(Int(missing) - column.firstFeature, .missing, "", column.missingCount))
    }
  }

  /// The values with features of their own in the order of these.
  private func forEachValue(
    of vocabulary: Vocabulary, column: Schema.Column,
    _ body: (_ place: Int, _ entry: Int) throws
      -> Void
  ) rethrows {
    var entries = Array(repeating: -1, count: column.featureCount)
    for (entry, id) in vocabulary.features.enumerated()
    where Int(id) < column.endFeature && column.bucket != id {
      entries[Int(id) - column.firstFeature] = entry
    }
    for (place, entry) in entries.enumerated() where entry >= 0 { try body(place, entry) }
  }

  /// The bucket, then the values in it.
  private func forEachBucketed(
    _ vocabulary: Vocabulary, column: Schema.Column,
    _ body: (FeatureKind, _ value: String, _ count: Int) throws -> Void
  ) rethrows {
    guard let bucket = column.bucket else { return }
    let dictionary = vocabulary.dictionary
    let rare = vocabulary.features.indices.filter { vocabulary.features[$0] == bucket }
    try body(.bucket, "", rare.reduce(0) { $0 + dictionary.occurrences($1) })
    for entry in rare {
      try body(.rare, dictionary.string(entry), dictionary.occurrences(entry))
    }
  }

  /// The items of a pair: the features of the items' own column but the missing one.
  private func forEachImplicit(
    _ index: Int, items: String, _ body: (Feature) throws -> Void
  ) rethrows {
    guard let source = schema.columns.firstIndex(where: { $0.name == items }) else { return }
    let shift = schema.columns[index].firstFeature - schema.columns[source].firstFeature
    try forEachFitted(source) { feature in
      if feature.kind == .missing || feature.kind == .rare { return }
      try body(
        Feature(
          id: feature.id + shift, column: index, kind: feature.kind, value: feature.value,
          count: nil))
    }
  }

  /// The values that were added behind all others, in the order of their ids.
  private func forEachAppended(_ body: (Feature) throws -> Void) rethrows {
    var appended: [Feature] = []
    for (index, column) in schema.columns.enumerated() {
      guard let vocabulary = vocabularies[index] else { continue }
      for (entry, id) in vocabulary.features.enumerated() where Int(id) >= column.endFeature {
        appended.append(
          Feature(
            id: Int(id), column: index, kind: .value,
            value: vocabulary.dictionary.string(entry),
            count: vocabulary.dictionary.occurrences(entry)))
      }
    }
    for feature in appended.sorted(by: { $0.id < $1.id }) { try body(feature) }
  }
}
