// SPDX-License-Identifier: Apache-2.0

/// What the rows of a relation add to the scores of cases, under some parameters.
final class RelationScores {
  /// The rows, ids ascending.
  private let rows: SparseMatrix

  /// The id of the relation's first feature in the machine.
  private let featureOffset: Int

  private let sums: AlignedBuffer<Double>
  private let rests: AlignedBuffer<Double>

  /// - Precondition: the ids of each row ascend.
  /// - Throws: ``OutOfMemoryError``.
  init(
    rows: SparseMatrix, featureOffset: Int, factorStride: Int
  ) throws(OutOfMemoryError) {
    self.rows = rows
    self.featureOffset = featureOffset
    sums = try AlignedBuffer(count: rows.rowCount * factorStride)
    rests = try AlignedBuffer(count: rows.rowCount)
  }

  /// What was written last; valid while this object lives.
  var pointers: BlockRowScores { BlockRowScores(sums: sums.base, rests: rests.base) }

  /// Works out what the rows add under the parameters of the whole machine.
  ///
  /// With `blockRows` their own scores are noted there.
  func write(
    _ parameters: ParameterPointers, blockRows: UnsafeMutablePointer<BlockRow>?, pool: WorkerPool
  ) {
    let (matrix, scores) = (SparseRows(rows), pointers)
    let parameters = parameters.advanced(by: featureOffset)
    pool.forEachRange(of: rows.rowCount, grain: 256) { range in
      writeBlockRowScores(of: range, in: matrix, parameters: parameters, to: scores, blockRows)
    }
  }
}

/// Writes the scores of `cases`, alone or joined to relations, in the order of additions that ALS and
/// MCMC use.
///
/// - Precondition: the ids of each row ascend and are below the number of features.
func writeSamplerScores(
  of cases: Range<Int>, in rows: SparseRows, bias: Double, parameters: ParameterPointers,
  relations: [CaseBlockRowScores], to scores: CaseErrors
) {
  if relations.isEmpty {
    return writeAscendingScores(
      of: cases, in: rows, bias: bias, parameters: parameters, to: scores)
  }
  relations.withUnsafeBufferPointer { relations in
    writeJoinedScores(
      of: cases, in: rows, bias: bias, parameters: parameters, relations: relations, to: scores)
  }
}

/// What ALS and MCMC write for a case: a score cut to the range if there is one, or a probability cut to
/// 0...1; both may be averages.
@inline(__always)
func samplerPrediction(of value: Double, task: LearningTask, clip: TargetClip?) -> Double {
  switch task {
  case .regression: return clip?(value) ?? value
  case .classification:
    // A NaN, from an average over no draw, becomes 1.
    let cut = value < 1 ? value : 1
    return 0 < cut ? cut : 0
  }
}
