// SPDX-License-Identifier: Apache-2.0

/// A relation in a Gibbs sampler: its table in the forms that the sweeps need, and what its rows add to
/// the cases under the present parameters.
final class RelationState {
  /// The id of the relation's first feature in the machine.
  let featureOffset: Int
  let featureCount: Int

  /// The table's columns.
  let columns: ColumnView

  /// How a sweep goes through the features: as through those of the main table.
  let plan: SweepPlan

  /// The rows as the sweeps see them.
  let blockRows: AlignedBuffer<BlockRow>

  /// How the last update changed the rows.
  let changes: AlignedBuffer<BlockRowChange>

  /// Σ x² n of each feature, n being the number of training cases of a row.
  let squares: AlignedBuffer<Double>

  /// Σ v x of the rows for the factor at work.
  let sums: AlignedBuffer<Double>

  /// The row of each training case.
  let trainMapping: AlignedBuffer<UInt32>
  private let testMapping: AlignedBuffer<UInt32>
  private let scores: RelationScores
  private let factorStride: Int
  private let pool: WorkerPool

  /// Which cases a mapping belongs to.
  enum Role {
    case train, test
  }

  init(
    _ relation: Relation, featureOffset: Int, factorStride: Int, tuning: SweepTuning,
    pool: WorkerPool
  ) throws(OutOfMemoryError) {
    self.featureOffset = featureOffset
    self.factorStride = factorStride
    self.pool = pool
    featureCount = relation.featureCount
    trainMapping = relation.trainMapping
    testMapping = relation.testMapping
    let rowCount = relation.blockRowCount
    var tuning = tuning
    if rowCount < tuning.leastStreamedBlockRows { tuning.leastStreamedShare = .infinity }
    plan = try SweepPlan(
      relation.matrix.withAscendingRows(pool: pool),
      shape: FactorizationMachine.Shape(factorCount: 0, featureCount: featureCount),
      isJoined: true, tuning: tuning, pool: pool)
    columns =
      if let columns = plan.columns { columns } else {
        try ColumnView(plan.rows, pool: pool)
      }
    blockRows = try AlignedBuffer(count: rowCount)
    changes = try AlignedBuffer(count: rowCount)
    sums = try AlignedBuffer(count: rowCount)
    squares = try AlignedBuffer(count: featureCount)
    scores = try RelationScores(
      rows: plan.rows, featureOffset: featureOffset, factorStride: factorStride)
    for row in trainMapping.elements { blockRows.base[Int(row)].caseCount += 1 }
    addCaseSquares(
      of: SparseColumns(columns), blockRows: blockRows.base, to: squares.base)
  }

  /// Works out what the rows add to the scores of cases.
  ///
  /// `parameters` are those of the whole machine.
  func score(_ parameters: ParameterPointers) {
    scores.write(parameters, blockRows: blockRows.base, pool: pool)
  }

  /// Sets the rows' sums for a factor that no update has changed since the last ``score(_:)``.
  func loadSums(factor: Int) {
    forRows { range in
      FactorizationMachines.loadSums(
        of: range, from: scores.pointers.sums + factor, stride: factorStride, to: blockRows.base,
        packed: sums.base)
    }
  }

  /// The value of greatest magnitude, its feature as numbered in the machine; nil when all are 1.
  var largestValue: FeatureValue? {
    plan.rows.largestValue.map {
      FeatureValue(feature: $0.feature + UInt32(featureOffset), value: $0.value)
    }
  }

  /// What the rows add to the scores of the cases of a role.
  func caseScores(_ role: Role) -> CaseBlockRowScores {
    CaseBlockRowScores(mapping: mapping(role), scores: scores.pointers)
  }

  /// Begins to add up for `rows`.
  func clearCaseSums(of rows: Range<Int>) {
    FactorizationMachines.clearCaseSums(of: rows, in: blockRows.base)
  }

  /// Notes in ``changes`` what `rows` are before an update, of which the cases know so far.
  func beginChanges(of rows: Range<Int>) {
    FactorizationMachines.beginChanges(of: rows, in: blockRows.base, to: changes.base)
  }

  /// Notes in ``changes`` what the rows are after an update.
  func endChanges() {
    forRows {
      FactorizationMachines.endChanges(of: $0, in: blockRows.base, to: changes.base)
    }
  }

  /// Shares the rows out.
  private func forRows(_ body: (Range<Int>) -> Void) {
    pool.forEachRange(of: blockRows.count, grain: 8_192, body)
  }

  private func mapping(_ role: Role) -> UnsafePointer<UInt32> {
    switch role {
    case .train: UnsafePointer(trainMapping.base)
    case .test: UnsafePointer(testMapping.base)
    }
  }
}

extension [Relation] {
  /// The relations of a machine whose last features are theirs.
  ///
  /// - Throws: ``OutOfMemoryError``.
  func states(
    shape: FactorizationMachine.Shape, tuning: SweepTuning, pool: WorkerPool
  ) throws(OutOfMemoryError) -> [RelationState] {
    var states: [RelationState] = []
    var offset = shape.featureCount - featureCount
    for relation in self {
      states.append(
        try RelationState(
          relation, featureOffset: offset, factorStride: shape.factorStride, tuning: tuning,
          pool: pool))
      offset += relation.featureCount
    }
    return states
  }

  /// One group for the features of the main table, followed by the groups of each relation.
  ///
  /// - Throws: ``OutOfMemoryError``.
  func joinedGroups(mainFeatureCount: Int) throws(OutOfMemoryError) -> FeatureGroups {
    var groups = FeatureGroups(singleGroupOf: mainFeatureCount)
    for relation in self { groups = try groups.appending(relation.groups) }
    return groups
  }

  /// The number of features of all relations.
  var featureCount: Int { reduce(0) { $0 + $1.featureCount } }
}
