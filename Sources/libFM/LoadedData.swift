// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport
import FactorizationMachines
import LibFMFormats

/// The data of a run, read in the original's order.
struct LoadedData {
  private(set) var train: SparseText?
  private(set) var test: SparseText?
  private(set) var validation: SparseText?

  /// The groups of all features that occur in any of the files.
  let groups: FeatureGroups

  init(
    _ settings: Settings, _ transcript: Transcript, _ progress: ProgressLine, _ pool: WorkerPool
  ) throws {
    func read(_ role: DataRole, _ path: String) throws -> SparseText {
      transcript.loading(role, needsRows: settings.method.needsRows)
      let options = SparseTextReader.Options(
        isStrict: settings.isStrict, requiresCases: role != .test,
        rejectsNaNTargets: settings.task == .classification)
      let text = try SparseTextReader(pool: pool, options: options).read(path) { share in
        progress.update("reading \(path): \(Int(100 * share)) %")
      }
      progress.clear()
      transcript.loaded(text.dataset)
      if settings.isVerbose, settings.method.needsRows {
        transcript.firstRows(of: text.dataset)
      }
      return text
    }
    train = try settings.trainPath.map { try read(.train, $0) }
    test = try settings.testPath.map { try read(.test, $0) }
    if let path = settings.validationPath, !settings.onlyPredicts {
      if settings.usesValidation {
        validation = try read(.validation, path)
      } else {
        transcript.validationIsNotUsed()
      }
    }
    transcript.relations(count: settings.relationPrefixes.count)
    transcript.loadingGroups()
    let featureCount = [train, test, validation].reduce(0) {
      max($0, $1?.dataset.featureCount ?? 0)
    }
    groups =
      try settings.groupsPath.map { try GroupsReader.read(path: $0, featureCount: featureCount) }
      ?? FeatureGroups(singleGroupOf: featureCount)
    if settings.isVerbose { transcript.groups(groups) }
    if settings.task == .classification {
      try train?.mapTargetsToClasses()
      try test?.mapTargetsToClasses()
      try validation?.mapTargetsToClasses()
    }
  }

  /// The number of features of all files together.
  var featureCount: Int { groups.featureCount }

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

extension SparseText {
  fileprivate mutating func mapTargetsToClasses() throws {
    dataset = try dataset.withBinaryTargets()
  }
}
