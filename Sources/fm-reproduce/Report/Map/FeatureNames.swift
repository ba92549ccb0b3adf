// SPDX-License-Identifier: Apache-2.0

import CSVConversion
import FactorizationMachines
import LibFMFormats

/// What the features of a model are called, and which belong together.
struct FeatureNames {
  /// A feature of the model.
  struct Entry {
    /// The id.
    var feature: Int

    /// The index of what it belongs to.
    var category: Int

    /// What a label says.
    var label: String

    /// What a tooltip says.
    var description: String
  }

  /// What features belong to: columns, groups, or just "features".
  let categories: [String]

  /// The features, ids ascending.
  let entries: [Entry]

  /// What to tell the reader.
  let notes: [String]

  /// Names by a saved encoder; features that it does not name are left out.
  ///
  /// - Throws: `FormatError` when model and encoder do not fit.
  init(_ encoder: Encoder, model: FactorizationMachine, path: String) throws(FormatError) {
    let learned = try LearnedFeatures(encoder, machine: model, path: path)
    let columns = encoder.schema.columns
    var entries: [Entry] = []
    encoder.forEachFeature { feature in
      guard feature.kind != .rare, feature.id < model.shape.featureCount else { return }
      let column = columns[feature.column].name
      let label = Self.label(of: feature, column: column)
      let description = feature.kind == .number ? column : "\(column) = \(label)"
      entries.append(
        Entry(
          feature: feature.id, category: feature.column, label: label,
          description: "\(description) (feature \(feature.id))"))
    }
    categories = columns.map(\.name)
    self.entries = entries.sorted { $0.feature < $1.feature }
    notes =
      learned.lackingCount == 0
      ? []
      : [
        "The last \(learned.lackingCount) features of the encoder are not in the model, as no row "
          + "had them."
      ]
  }

  /// Names by the number of the group.
  init(_ groups: FeatureGroups) {
    categories = (0..<groups.groupCount).map { "group \($0)" }
    entries = (0..<groups.featureCount).map { feature in
      let group = groups.groupOfFeature.map { Int($0.base[feature]) } ?? 0
      return Entry(
        feature: feature, category: group, label: String(feature),
        description: "feature \(feature), group \(group)")
    }
    notes = []
  }

  /// Names by the number of the feature.
  init(featureCount: Int) {
    categories = ["features"]
    entries = (0..<featureCount).map {
      Entry(feature: $0, category: 0, label: String($0), description: "feature \($0)")
    }
    notes = []
  }

  private static func label(of feature: Feature, column: String) -> String {
    switch feature.kind {
    case .value, .rare, .bin: feature.value
    case .bucket: "other values"
    case .missing: "missing"
    case .number: column
    case .hash: "hash \(feature.value)"
    }
  }
}
