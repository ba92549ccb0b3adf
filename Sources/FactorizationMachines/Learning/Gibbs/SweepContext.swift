// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// The sums of features, by feature.
typealias FeatureSums = UnsafeMutablePointer<SIMD2<Double>>

/// The pairs that each worker's sums are moved on by, so that no cache line has sums of two workers: two
/// lines, since processors fetch lines in twos.
private let sumSpacing = 8

/// What all parts of a block sweep work with.
struct SweepContext {
  let plan: SweepPlan
  let pool: WorkerPool
  let tuning: SweepTuning
  let rowCount: Int

  /// The number of features of the machine, those that the training rows do not have included.
  let featureCount: Int

  /// The number of features that belong to the main table, not to a relation.
  let mainFeatureCount: Int
  let errors: UnsafeMutablePointer<Double>
  let errorStride: Int

  /// What each row counts, where its error stands; nil for 1.
  var caseWeights: UnsafePointer<Double>? { plan.caseWeights.map { UnsafePointer($0.base) } }

  /// The sums of each feature, zero between blocks; room for ``sumCount(of:workerCount:)``.
  let sums: FeatureSums

  /// q of the rows for the factors that begin together with one before them, factor by factor; nil where
  /// each begins for itself.
  let laterSums: UnsafeMutablePointer<Double>?

  /// The room that the sums of all features take.
  static func sumCount(of featureCount: Int, workerCount: Int) -> Int {
    featureCount + (workerCount - 1) * sumSpacing
  }

  /// The features of the main table that only other data have.
  var unseenFeatures: Range<Int> { plan.rows.columnCount..<mainFeatureCount }

  /// The rows' cells (e, q), where q stands beside the errors.
  var cells: UnsafeMutablePointer<RowCell> {
    UnsafeMutableRawPointer(errors).assumingMemoryBound(to: RowCell.self)
  }

  /// Shares the rows out.
  func forRows(_ body: (Range<Int>) -> Void) {
    pool.forEachRange(of: rowCount, grain: 2_048, body)
  }

  /// Shares features out; true when `body` is true of all.
  func forFeatures(_ features: Range<Int>, _ body: (Range<Int>) -> Bool) -> Bool {
    let isSound = Atomic<Bool>(true)
    pool.forEachRange(of: features.count, grain: tuning.featureGrain) { range in
      let part = features.lowerBound + range.lowerBound..<features.lowerBound + range.upperBound
      if !body(part) { isSound.store(false, ordering: .relaxed) }
    }
    return isSound.load(ordering: .relaxed)
  }

  /// Begins the table of the parameter that is to be drawn for all features.
  func loadTable(of draws: ConditionalDraws) {
    _ = forFeatures(0..<featureCount) {
      FactorizationMachines.loadTable(
        draws.table, of: $0, values: draws.values, stride: draws.stride)
      return true
    }
  }

  /// Gives each worker its share of a block and where its features' terms are added up, beginning with
  /// feature 0; true when `body` is true of all.
  func forShares<Share>(
    _ shares: [Share], sums: FeatureSums, _ body: (Share, FeatureSums) -> Bool
  ) -> Bool {
    let isSound = Atomic<Bool>(true)
    pool.run { worker in
      guard worker < shares.count else { return }
      if !body(shares[worker], sums + worker * sumSpacing) {
        isSound.store(false, ordering: .relaxed)
      }
    }
    return isSound.load(ordering: .relaxed)
  }

  /// Goes through the levels in order, sharing large ones out; true when `body` is true of all features.
  func forLevels(
    _ levels: FeatureLevels, _ body: (UnsafeBufferPointer<UInt32>) -> Bool
  ) -> Bool {
    let isSound = Atomic<Bool>(true)
    func work(_ positions: Range<Int>) {
      let features = UnsafeBufferPointer(rebasing: levels.features.elements[positions])
      if !body(features) { isSound.store(false, ordering: .relaxed) }
    }
    for level in 0..<levels.count {
      if levels.isSmall(level) {
        work(levels.range(of: level))
      } else {
        pool.run { worker in work(levels.share(of: level, worker: worker)) }
      }
    }
    return isSound.load(ordering: .relaxed)
  }

  /// Brings a waiting update to the errors.
  func bring(_ pending: inout ErrorUpdate?, table: FactorTable) {
    guard let update = pending else { return }
    forRows { range in
      streamWeights(
        range, errors: errors, stride: errorStride, update: update, sums: nil, caseWeights: nil,
        table: table, to: sums)
    }
    pending = nil
  }
}
