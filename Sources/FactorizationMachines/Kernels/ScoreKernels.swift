// SPDX-License-Identifier: Apache-2.0

import CVectorKernels

/// The score of one row by Rendle's lemma 3.1, in the order of additions that SGD uses: bias, weights in
/// the order of the entries, then factor by factor half of (Σ v x)² − Σ (v x)².
///
/// `sums` receives Σ v x for every factor; it has room for the stride.
@inline(__always)
func score<Vector: FactorVector, Values: EntryValues>(
  of entries: Range<Int>, ids: UnsafePointer<UInt32>, values: Values, bias: Double,
  parameters: ParameterPointers, sums: UnsafeMutablePointer<Double>, as _: Vector.Type
) -> Double {
  var score = 0.0
  if parameters.usesBias { score += bias }
  if parameters.usesWeights {
    for entry in entries { score += parameters.weights[Int(ids[entry])] * values[entry] }
  }
  var factor = 0
  while factor < parameters.factorCount {
    var sum = Vector.splat(0)
    var squares = Vector.splat(0)
    for entry in entries {
      let x = Vector.splat(values[entry])
      let term = Vector.load(parameters.factors(of: ids[entry]) + factor).times(x)
      sum = sum.plus(term)
      squares = squares.plus(term.times(term))
    }
    sum.store(sums + factor)
    let halves = Vector.splat(0.5).times(sum.times(sum).minus(squares))
    // Padding lanes may hold NaN once a parameter is infinite, so they are never added.
    score = halves.addLanes(min(Vector.laneCount, parameters.factorCount &- factor), to: score)
    factor &+= Vector.laneCount
  }
  return score
}

/// Writes the scores of `rows` to `scores`, one after the other.
///
/// - Precondition: every id is below the number of features; `scores` has room for `rows.count`.
func writeScores(
  of rows: Range<Int>, in matrix: SparseRows, bias: Double, parameters: ParameterPointers,
  to scores: UnsafeMutablePointer<Double>, vectorWidth: Int = WideVectors.width
) {
  writeWideScores(
    of: rows, in: matrix, bias: bias, parameters: parameters, width: vectorWidth,
    order: fm_order_by_factor
  ) { done, values in
    (scores + (done.lowerBound &- rows.lowerBound)).update(from: values, count: done.count)
  } rest: { rest in
    writeBaselineScores(
      of: rest, in: matrix, bias, parameters, to: scores + (rest.lowerBound &- rows.lowerBound))
  }
}

private func writeBaselineScores(
  of rows: Range<Int>, in matrix: SparseRows, _ bias: Double, _ parameters: ParameterPointers,
  to scores: UnsafeMutablePointer<Double>
) {
  switch parameters.factorStride {
  case 0, 1: writeScores(of: rows, matrix, bias, parameters, scores, Double.self)
  case 2: writeScores(of: rows, matrix, bias, parameters, scores, SIMD2<Double>.self)
  case 4: writeScores(of: rows, matrix, bias, parameters, scores, SIMD4<Double>.self)
  default: writeScores(of: rows, matrix, bias, parameters, scores, SIMD8<Double>.self)
  }
}

@inline(__always)
private func writeScores<Vector: FactorVector>(
  of rows: Range<Int>, _ matrix: SparseRows, _ bias: Double, _ parameters: ParameterPointers,
  _ scores: UnsafeMutablePointer<Double>, _: Vector.Type
) {
  if let values = matrix.values {
    writeScores(
      rows, matrix, StoredValues(values: values), bias, parameters, scores, Vector.self)
  } else {
    writeScores(rows, matrix, UnitValues(), bias, parameters, scores, Vector.self)
  }
}

private func writeScores<Vector: FactorVector, Values: EntryValues>(
  _ rows: Range<Int>, _ matrix: SparseRows, _ values: Values, _ bias: Double,
  _ parameters: ParameterPointers, _ scores: UnsafeMutablePointer<Double>, _: Vector.Type
) {
  withUnsafeTemporaryAllocation(
    byteCount: max(8, parameters.factorStride * 8), alignment: 64
  ) { scratch in
    guard let sums = scratch.baseAddress?.assumingMemoryBound(to: Double.self) else { return }
    let prefetches = parametersExceedCache(matrix, parameters)
    for row in rows {
      if prefetches { prefetchRow(row &+ prefetchDistance, matrix, parameters) }
      scores[row &- rows.lowerBound] =
        if matrix.offsets == nil, matrix.rowWidth == 2 {
          score(
            of: row &* 2..<row &* 2 &+ 2, ids: matrix.ids, values: values, bias: bias,
            parameters: parameters, sums: sums, as: Vector.self)
        } else {
          score(
            of: matrix.start(ofRow: row)..<matrix.start(ofRow: row &+ 1), ids: matrix.ids,
            values: values, bias: bias, parameters: parameters, sums: sums, as: Vector.self)
        }
    }
  }
}
