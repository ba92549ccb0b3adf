// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport
import FactorizationMachines
import LibFMFormats

/// A data set and the entry that asks for the most features, where that is known.
struct LoadedDataset {
  var dataset: Dataset
  let largestFeature: SparseText.LargestFeature?
}

/// The data of a run, read in the original's order.
struct LoadedData {
  private(set) var train: LoadedDataset?
  private(set) var test: LoadedDataset?
  private(set) var validation: LoadedDataset?
  private(set) var relations: [Relation] = []

  /// The groups of all features: of those that occur in any of the files, then of the relations'.
  let groups: FeatureGroups

  init(
    _ settings: Settings, _ transcript: Transcript, _ progress: ProgressLine, _ pool: WorkerPool
  ) throws {
    let reader = DatasetReader(
      settings: settings, transcript: transcript, progress: progress, pool: pool)
    train = try settings.trainPath.map { try reader.read(.train, $0) }
    test = try settings.testPath.map { try reader.read(.test, $0) }
    if let path = settings.validationPath, !settings.onlyPredicts {
      if settings.usesValidation {
        validation = try reader.read(.validation, path)
      } else {
        transcript.validationIsNotUsed()
      }
    }
    transcript.relations(count: settings.relationPrefixes.count)
    let relationReader = RelationReader(pool: pool, cacheSize: settings.cacheSize)
    for prefix in settings.relationPrefixes {
      let content = try relationReader.read(
        prefix: prefix, trainCount: train?.dataset.caseCount, testCount: test?.dataset.caseCount)
      transcript.loaded(content, needsRows: settings.needsRows)
      relations.append(content.relation)
    }
    transcript.loadingGroups()
    let featureCount = [train, test, validation].reduce(0) {
      max($0, $1?.dataset.featureCount ?? 0)
    }
    let groupsPath = settings.onlyPredicts ? nil : settings.groupsPath
    let mainGroups =
      try groupsPath.map { try GroupsReader.read(path: $0, featureCount: featureCount) }
      ?? FeatureGroups(singleGroupOf: featureCount)
    groups = try relations.reduce(mainGroups) { try $0.appending($1.groups) }
    if settings.isVerbose { transcript.groups(groups) }
    if settings.task == .classification {
      try train?.mapTargetsToClasses()
      try test?.mapTargetsToClasses()
      try validation?.mapTargetsToClasses()
    }
  }

  /// The number of features of all files together.
  var featureCount: Int { groups.featureCount }

  /// The number of features of the main table, then of each relation.
  var blockFeatureCounts: [Int] {
    let counts = relations.map(\.featureCount)
    return [featureCount - counts.reduce(0, +)] + counts
  }

  /// Says which entry asks for the most features: the usual reason why a machine does not fit in memory.
  func largestFeatureText(_ settings: Settings) -> String {
    let files = [
      (settings.trainPath, train), (settings.testPath, test), (settings.validationPath, validation),
    ]
    let places = files.compactMap { path, text in
      text?.largestFeature.map { (path: path ?? "", id: $0.id, line: $0.line) }
    }
    guard let largest = places.max(by: { $0.id < $1.id }) else { return "" }
    return "\(largest.path):\(largest.line): the largest feature id is \(largest.id); "
  }
}

extension LoadedDataset {
  fileprivate mutating func mapTargetsToClasses() throws {
    dataset = try dataset.withBinaryTargets()
  }
}

/// Reads a data set in whichever form it is there, and shows it in the transcript.
private struct DatasetReader {
  let settings: Settings
  let transcript: Transcript
  let progress: ProgressLine
  let pool: WorkerPool

  func read(_ role: DataRole, _ path: String) throws -> LoadedDataset {
    transcript.loading(role, needsRows: settings.needsRows)
    let orientation: MatrixOrientation = settings.needsRows ? .rows : .columns
    let data =
      switch try DataFiles(path: path, orientation: orientation) {
      case .text(let path): try readText(role, path)
      case .binary(let matrix, let targets):
        try readBinary(role, matrix: matrix, targets: targets, orientation)
      }
    if settings.isVerbose, settings.needsRows { transcript.firstRows(of: data.dataset) }
    return data
  }

  private func readText(_ role: DataRole, _ path: String) throws -> LoadedDataset {
    let options = SparseTextReader.Options(
      isStrict: settings.isStrict, requiresCases: role != .test,
      rejectsNaNTargets: settings.task == .classification)
    let text = try SparseTextReader(pool: pool, options: options).read(path) { share in
      progress.update("reading \(path): \(Int(100 * share)) %")
    }
    progress.clear()
    transcript.loaded(text.dataset)
    return LoadedDataset(dataset: text.dataset, largestFeature: text.largestFeature)
  }

  private func readBinary(
    _ role: DataRole, matrix: String, targets: String, _ orientation: MatrixOrientation
  ) throws -> LoadedDataset {
    let options = BinaryDataReader.Options(
      cacheSize: settings.cacheSize, requiresCases: role != .test,
      rejectsNaNTargets: settings.task == .classification)
    let content = try BinaryDataReader(pool: pool, options: options).read(
      matrix: matrix, targets: targets, orientation: orientation)
    transcript.loaded(content, orientation)
    return LoadedDataset(dataset: content.dataset, largestFeature: nil)
  }
}
