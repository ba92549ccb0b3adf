// SPDX-License-Identifier: Apache-2.0

package import FactorizationMachines

// What is read from files in any of their forms, not the files, is what learning depends on.
extension Checksum {
  /// The checksum of a data set's features, values, targets and their range; without what cases count.
  package init(of dataset: Dataset) {
    self.init()
    update(dataset.matrix)
    update(dataset.targets, count: dataset.caseCount)
    update(UInt64(dataset.targetRange.lower.bitPattern))
    update(UInt64(dataset.targetRange.upper.bitPattern))
  }

  /// The checksum of what a data set's cases count.
  package init(ofCaseWeightsIn dataset: Dataset) {
    self.init()
    update(dataset.caseWeights, count: dataset.caseCount)
  }

  /// The checksum of the groups of features.
  package init(of groups: FeatureGroups) {
    self.init()
    update(groups)
  }

  /// The checksum of a relation's table and groups, and of which case belongs to which of its rows.
  package init(of relation: Relation) {
    self.init()
    update(relation.matrix)
    update(relation.groups)
    update(relation.trainMapping, count: relation.trainMapping.count)
    update(relation.testMapping, count: relation.testMapping.count)
  }

  private mutating func update(_ matrix: SparseMatrix) {
    for count in [matrix.rowCount, matrix.columnCount, matrix.entryCount, matrix.rowWidth] {
      update(UInt64(count))
    }
    update(matrix.offsets, count: matrix.rowCount + 1)
    update(matrix.ids, count: matrix.entryCount)
    update(matrix.values, count: matrix.entryCount)
  }

  private mutating func update(_ groups: FeatureGroups) {
    update(UInt64(groups.featureCount))
    update(UInt64(groups.groupCount))
    update(groups.groupOfFeature, count: groups.featureCount)
  }

  /// Takes in whether there is a buffer, and the first `count` of its elements.
  private mutating func update<Element>(_ buffer: AlignedBuffer<Element>?, count: Int) {
    update(UInt64(buffer == nil ? 0 : 1))
    guard let buffer else { return }
    defer { withExtendedLifetime(buffer) {} }
    update(
      UnsafeRawBufferPointer(
        rebasing: UnsafeRawBufferPointer(buffer.elements)[..<(count * MemoryLayout<Element>.stride)]
      ))
  }
}
