// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines
import LibFMFormats

/// The data of an experiment in memory.
struct LearningData {
  /// The training cases.
  let train: Dataset

  /// The test cases.
  let test: Dataset

  /// The tables joined to the cases.
  let relations: [Relation]

  /// The groups of all features.
  let groups: FeatureGroups

  /// Reads prepared files as libFM does.
  ///
  /// - Throws: `FormatError` when one cannot be read; `OutOfMemoryError`.
  init(_ files: PreparedFiles, pool: WorkerPool) throws {
    let text = SparseTextReader(pool: pool, options: .init(requiresCases: true))
    train = try text.read(files.train).dataset
    test = try text.read(files.test).dataset
    let reader = RelationReader(pool: pool)
    let (trainCount, testCount) = (train.caseCount, test.caseCount)
    relations = try files.relations.map { prefix in
      try reader.read(prefix: prefix, trainCount: trainCount, testCount: testCount).relation
    }
    let featureCount = max(train.featureCount, test.featureCount)
    let mainGroups =
      try files.groups.map { try GroupsReader.read(path: $0, featureCount: featureCount) }
      ?? FeatureGroups(singleGroupOf: featureCount)
    groups = try relations.reduce(mainGroups) { try $0.appending($1.groups) }
  }
}
