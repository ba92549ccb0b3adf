// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines

/// Kinds of training data that a sweep goes through in different ways.
enum ProblemKind: String, CaseIterable, Sendable {
  case pair, threeColumns, interleavedIDs, sets, dense, mixed, repeats, ragged, values, unsortedRows
  case rareColumn, singleColumn, emptyRows

  typealias Row = [(id: UInt32, value: Float)]

  /// Rows of this kind with features from 0 up to some tens.
  func rows(_ count: Int, using random: inout SplitMix64) -> [Row] {
    var seen: [UInt32: UInt32] = [:]
    return (0..<count).map { _ in row(using: &random, &seen) }
  }

  private func row(using random: inout SplitMix64, _ seen: inout [UInt32: UInt32]) -> Row {
    func id(_ range: Range<UInt32>) -> UInt32 { .random(in: range, using: &random) }
    func one(_ range: Range<UInt32>) -> (id: UInt32, value: Float) { (id(range), 1) }
    func value() -> Float { .random(in: -2...2, using: &random) }
    func inOrderOfAppearance(_ key: UInt32) -> UInt32 {
      let known = seen[key] ?? UInt32(seen.count)
      seen[key] = known
      return known
    }
    switch self {
    case .pair: return [one(0..<9), one(9..<16)]
    case .threeColumns: return [one(0..<9), one(9..<16), one(16..<19)]
    case .interleavedIDs:
      return [(inOrderOfAppearance(id(0..<20)), 1), (inOrderOfAppearance(100 + id(0..<9)), 1)]
    case .sets:
      let tags = (9..<20).filter { _ in id(0..<4) == 0 }.map { (id: UInt32($0), value: Float(1)) }
      return [one(0..<9)] + tags + [one(20..<25)]
    case .dense: return (0..<5).map { (id: $0, value: value()) }
    case .mixed: return [one(0..<9), (9, value()), one(10..<14), (id(14..<17), value())]
    case .repeats: return [one(0..<6), one(0..<6), one(6..<9)]
    case .ragged:
      return (0..<12).filter { _ in id(0..<3) == 0 }.map { (id: $0, value: value()) }
    case .values: return [(id(0..<9), value()), (id(9..<16), value())]
    case .unsortedRows: return [(id(9..<16), value()), one(0..<9), (id(9..<16), 2)]
    case .rareColumn:
      let rare: Row = id(0..<8) == 0 ? [one(9..<14)] : []
      return [one(0..<9)] + rare + [one(14..<20)]
    case .singleColumn: return [one(0..<9)]
    case .emptyRows: return id(0..<3) == 0 ? [] : [one(0..<9), one(9..<16)]
    }
  }
}

/// A small data set with targets made by chance.
struct RandomProblem {
  let train: Dataset
  let test: Dataset
  let featureCount: Int

  init(train: Dataset, test: Dataset, featureCount: Int) {
    self.train = train
    self.test = test
    self.featureCount = featureCount
  }

  init(
    _ kind: ProblemKind, task: LearningTask = .regression, rowCount: Int = 30, seed: UInt64 = 1
  ) throws {
    var random = SplitMix64(seed: seed)
    let rows = kind.rows(rowCount + 10, using: &random)
    let targets = rows.map { _ in Float.random(in: 1...5, using: &random) }
    func dataset(_ range: Range<Int>) throws -> Dataset {
      let shifted = targets[range].map { task == .regression ? $0 : $0 - 3 }
      let dataset = try Dataset(rows: Array(rows[range]), targets: shifted)
      return task == .regression ? dataset : try dataset.withBinaryTargets()
    }
    train = try dataset(0..<rowCount)
    test = try dataset(rowCount..<rowCount + 10)
    // Two features that no case has, to get draws from their prior.
    featureCount = max(train.featureCount, test.featureCount) + 2
  }
}
