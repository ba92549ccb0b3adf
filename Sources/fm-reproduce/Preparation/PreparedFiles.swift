// SPDX-License-Identifier: Apache-2.0

/// The files that libFM learns an experiment from.
struct PreparedFiles {
  /// The training cases.
  let train: String

  /// The test cases.
  let test: String

  /// The groups of the features of the cases themselves; nil when all are in one.
  private(set) var groups: String?

  /// The common beginnings of the files of each relation.
  private(set) var relations: [String] = []

  /// Names the files of an experiment.
  ///
  /// - Parameters:
  ///   - features: what they hold.
  ///   - path: makes a path of a file's name; called for every file.
  init(_ features: FeatureSet, path: (String) -> String) {
    train = path("train.libfm")
    test = path("test.libfm")
    relations = features.relationKeys.map { key in
      for ending in [".x", ".xt", ".groups", ".train", ".test"] { _ = path(key.rawValue + ending) }
      return path(key.rawValue)
    }
    // Relations bring groups of their own; these are for what is left.
    let mainColumns = features.columns.filter { $0 != .rating && !features.isInRelation($0) }
    if features.groupsByColumn, !mainColumns.isEmpty { groups = path("groups") }
  }
}
