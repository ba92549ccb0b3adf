// SPDX-License-Identifier: Apache-2.0

extension Schema {
  /// Whether the parts of a schema that was read fit together, so that no id is out of its range.
  var isConsistent: Bool {
    let ids = 0...Int(Int32.max)
    return ids.contains(featureCount) && (0...min(1, featureCount)).contains(firstFeature)
      && (firstFeature...featureCount).contains(mainFeatureCount)
      && columns.allSatisfy { column in
        ids.contains(column.firstFeature) && ids.contains(column.featureCount)
          && column.firstFeature >= firstFeature && column.endFeature <= featureCount
          && column.isConsistent
      }
      && columns.indices.allSatisfy(hasConsistentPair)
  }

  /// The end of the features that columns had when they were fitted; later ones follow.
  var fittedEnd: Int { columns.map(\.endFeature).max() ?? firstFeature }

  private func hasConsistentPair(_ index: Int) -> Bool {
    guard case .implicit(let key, let items) = columns[index].role else { return true }
    return columns.contains { $0.name == key && $0.role.isSingleCategory }
      && columns.contains { $0.name == items && !$0.role.isImplicit }
  }
}

extension Schema.Column {
  fileprivate var isConsistent: Bool {
    let hasRoom =
      switch role {
      case .hashed(let bits, _): (1...28).contains(bits) && featureCount >= 1 << bits
      case .set(let separator, _): !separator.isEmpty
      case .number(.bins): featureCount >= (binBorders?.count ?? 0) + 1
      case .number: featureCount >= 1
      case .category, .date, .implicit: true
      case .target, .ignored: false
      }
    return hasRoom
      && [bucket, missing].allSatisfy { feature in
        feature.map { (firstFeature..<endFeature).contains(Int($0)) } ?? true
      }
  }
}
