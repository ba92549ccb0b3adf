// SPDX-License-Identifier: Apache-2.0

extension FactorizationMachine {
  /// The scores of cases in the order of additions that ALS and MCMC use.
  ///
  /// - Parameters:
  ///   - matrix: the cases, one a row.
  ///   - relations: tables joined to the cases by their `testMapping`. Their features are the last ones
  ///     of the machine, in the order of the relations.
  ///   - pool: the workers; the result does not depend on their number.
  /// - Precondition: all ids of `matrix` are below the machine's number of features less those of the
  ///   relations; every relation has a mapping for each case.
  /// - Returns: one score a case.
  /// - Throws: ``OutOfMemoryError``.
  public func samplerScores(
    of matrix: SparseMatrix, relations: [Relation] = [], pool: WorkerPool
  ) throws(OutOfMemoryError) -> AlignedBuffer<Double> {
    var featureOffset = shape.featureCount - relations.featureCount
    precondition(matrix.columnCount <= featureOffset)
    precondition(relations.allSatisfy { $0.testMapping.count == matrix.rowCount })
    let matrix = try matrix.withAscendingRows(pool: pool)
    let scores = try AlignedBuffer<Double>(count: matrix.rowCount)
    var tables: [RelationScores] = []
    for relation in relations {
      tables.append(
        try RelationScores(
          rows: relation.matrix.withAscendingRows(pool: pool), featureOffset: featureOffset,
          factorStride: shape.factorStride))
      featureOffset += relation.featureCount
    }
    withParameterPointers { parameters in
      for table in tables { table.write(parameters, blockRows: nil, pool: pool) }
      let joined = zip(tables, relations).map {
        CaseBlockRowScores(
          mapping: UnsafePointer($1.testMapping.base), scores: $0.pointers)
      }
      let rows = SparseRows(matrix)
      pool.forEachRange(of: matrix.rowCount, grain: 256) { range in
        writeSamplerScores(
          of: range, in: rows, bias: bias, parameters: parameters, relations: joined,
          to: CaseErrors(base: scores.base, stride: 1, positions: nil))
      }
    }
    withExtendedLifetime((matrix, relations, tables)) {}
    return scores
  }
}

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
