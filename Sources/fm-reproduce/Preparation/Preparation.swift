// SPDX-License-Identifier: Apache-2.0

import CSVConversion
import CommandLineSupport
import FactorizationMachines
import LibFMFormats

/// Turns MovieLens files into the files that libFM learns an experiment from.
struct Preparation {
  /// The experiment.
  let experiment: Experiment

  /// The data.
  let folder: MovieLensFolder

  /// Who works.
  let pool: WorkerPool

  /// Writes all files.
  ///
  /// - Parameters:
  ///   - files: where they go.
  ///   - seed: decides on random splits, and on the order of the cases where it matters.
  /// - Throws: `FormatError` when a file cannot be read or written, or ratings are missing;
  ///   `OutOfMemoryError`.
  func write(_ files: PreparedFiles, seed: UInt64) throws {
    let scratch = try ScratchFolder("fm-reproduce", in: "/var/tmp")
    defer { withExtendedLifetime(scratch) {} }
    let ratings = try RatingTable(folder, columns: experiment.features.columns)
    var count = 0
    let tables = try folder.ratingFiles(experiment.split).enumerated().map { index, source in
      let path = scratch.file("ratings\(index).csv")
      count += try ratings.write(source, to: path)
      let table = try CSVTable(path: path, options: .init(separator: UInt8(ascii: ",")))
      // It stays readable while it is open, and goes whatever ends this process.
      scratch.clear(path)
      return table
    }
    try folder.check(ratingCount: count)
    var (train, test) = try split(tables, seed: seed)
    if experiment.learner.isSequential { train = try train.shuffled(seed: seed) }
    try encode(train, test, into: files)
  }

  private func split(
    _ tables: [CSVTable], seed: UInt64
  ) throws -> (train: CSVTable, test: CSVTable) {
    guard case .random(let share) = experiment.split else { return (tables[0], tables[1]) }
    return try TableSplit(.rows, testShare: share, seed: seed)
      .apply(to: tables[0], missing: MissingValues())
  }

  private func encode(_ train: CSVTable, _ test: CSVTable, into files: PreparedFiles) throws {
    let features = experiment.features
    let encoder = try Encoder.fit(
      train, options: features.encoderOptions, alsoFor: [test], pool: pool)
    let blocks = try features.relationKeys.map { key in
      try RelationBlock(encoder, key: key.rawValue, tables: [train, test], pool: pool)
    }
    let relations = try zip(blocks, files.relations).map { block, prefix in
      try RelationFiles(block, prefix: prefix, pool: pool)
    }
    for (table, path, ending) in [(train, files.train, ".train"), (test, files.test, ".test")] {
      let file = try WholeFile(path)
      let references = try files.relations.map { try WholeFile($0 + ending) }
      try encoder.encode(
        table, to: file, relations: zip(blocks, references).map { ($0, $1) },
        mentionsLastFeature: !blocks.isEmpty && !encoder.hasLastMainFeature, pool: pool)
      for complete in [file] + references { try complete.commit() }
    }
    for relation in relations { try relation.commit() }
    if let path = files.groups {
      let file = try WholeFile(path)
      try encoder.writeGroups(to: file, includesRelations: blocks.isEmpty)
      try file.commit()
    }
  }
}

extension FeatureSet {
  /// How the columns of the table of ratings become features.
  fileprivate var encoderOptions: EncoderOptions {
    var options = EncoderOptions()
    options.roles = columns.map { column in
      let role: ColumnRole =
        switch column {
        case .rating: .target
        case .genres: .set(separator: "|", weight: .sum)
        case .user, .item, .day, .age, .occupation, .region, .year: .category
        }
      return .init(column.rawValue, role)
    }
    let (user, item) = (RatingColumn.user.rawValue, RatingColumn.item.rawValue)
    if usesItemsOfUser { options.implicitPairs.append(.init(key: user, items: item)) }
    if usesUsersOfItem { options.implicitPairs.append(.init(key: item, items: user)) }
    options.relationKeys = relationKeys.map(\.rawValue)
    return options
  }
}
