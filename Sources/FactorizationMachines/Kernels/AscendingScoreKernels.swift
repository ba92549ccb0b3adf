// SPDX-License-Identifier: Apache-2.0

import CVectorKernels

/// Writes the scores of `rows` in the order of additions that ALS and MCMC use.
///
/// A score is the sum over factors of ½ (Σ v x)², then minus all ½ v² x² factor by factor, plus the
/// weights, plus the bias: what going through the columns of the matrix one after the other gives.
///
/// - Precondition: the ids of each row ascend and are below the number of features.
func writeAscendingScores(
  of rows: Range<Int>, in matrix: SparseRows, bias: Double, parameters: ParameterPointers,
  to scores: CaseErrors, vectorWidth: Int = WideVectors.width
) {
  writeWideScores(
    of: rows, in: matrix, bias: bias, parameters: parameters, width: vectorWidth,
    order: fm_order_by_column
  ) { rows, values in
    for row in rows { scores[row] = values[row &- rows.lowerBound] }
  } rest: { rows in
    writeBaselineAscendingScores(of: rows, in: matrix, bias, parameters, to: scores)
  }
}

private func writeBaselineAscendingScores(
  of rows: Range<Int>, in matrix: SparseRows, _ bias: Double, _ parameters: ParameterPointers,
  to scores: CaseErrors
) {
  switch parameters.factorStride {
  case 0, 1: writeScores(rows, matrix, bias, parameters, scores, Double.self)
  case 2: writeScores(rows, matrix, bias, parameters, scores, SIMD2<Double>.self)
  case 4: writeScores(rows, matrix, bias, parameters, scores, SIMD4<Double>.self)
  default: writeScores(rows, matrix, bias, parameters, scores, SIMD8<Double>.self)
  }
}

@inline(__always)
private func writeScores<Vector: FactorVector>(
  _ rows: Range<Int>, _ matrix: SparseRows, _ bias: Double, _ parameters: ParameterPointers,
  _ scores: CaseErrors, _: Vector.Type
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
  _ parameters: ParameterPointers, _ scores: CaseErrors, _: Vector.Type
) {
  let prefetches = parametersExceedCache(matrix, parameters)
  withTerms(for: rows, of: matrix, Vector.self) { terms in
    // A constant width lets the loops over a row's entries unroll.
    @inline(__always)
    func write(width: Int) {
      for row in rows {
        if prefetches { prefetchRow(row &+ prefetchDistance, matrix, parameters) }
        scores[row] = ascendingScore(
          of: row &* width, width, ids: matrix.ids, values: values, bias: bias,
          parameters: parameters, terms: terms, as: Vector.self)
      }
    }
    switch matrix.offsets == nil ? matrix.rowWidth : 0 {
    case 2: write(width: 2)
    case 3: write(width: 3)
    case 4: write(width: 4)
    case 8: write(width: 8)
    default:
      for row in rows {
        if prefetches { prefetchRow(row &+ prefetchDistance, matrix, parameters) }
        let start = matrix.start(ofRow: row)
        scores[row] = ascendingScore(
          of: start, matrix.start(ofRow: row &+ 1) &- start, ids: matrix.ids, values: values,
          bias: bias, parameters: parameters, terms: terms, as: Vector.self)
      }
    }
  }
}

/// Lends memory for one vector of terms for each entry of the widest row.
private func withTerms<Vector: FactorVector>(
  for rows: Range<Int>, of matrix: SparseRows, _: Vector.Type,
  _ body: (UnsafeMutablePointer<Double>) -> Void
) {
  var width = matrix.rowWidth
  if matrix.offsets != nil {
    for row in rows {
      width = max(width, matrix.start(ofRow: row &+ 1) &- matrix.start(ofRow: row))
    }
  }
  withUnsafeTemporaryAllocation(
    byteCount: max(1, width) * MemoryLayout<Vector>.stride, alignment: 64
  ) { memory in
    guard let base = memory.baseAddress else { return }
    body(base.assumingMemoryBound(to: Double.self))
  }
}

/// The score of the row with `width` entries from `start` on.
@inline(__always)
private func ascendingScore<Vector: FactorVector, Values: EntryValues>(
  of start: Int, _ width: Int, ids: UnsafePointer<UInt32>, values: Values, bias: Double,
  parameters: ParameterPointers, terms: UnsafeMutablePointer<Double>, as _: Vector.Type
) -> Double {
  var score = 0.0
  var rest = 0.0
  var factor = 0
  while factor < parameters.factorCount {
    var sum = Vector.splat(0)
    for entry in 0..<width {
      let v = Vector.load(parameters.factors(of: ids[start &+ entry]) + factor)
      let x = Vector.splat(values[start &+ entry])
      sum = sum.plus(v.times(x))
      let halfSquare = Vector.splat(0.5).times(v).times(v).times(x).times(x)
      halfSquare.store(terms + entry &* Vector.laneCount)
    }
    let halves = Vector.splat(0.5).times(sum).times(sum)
    let laneCount = parameters.factorCount &- factor
    if laneCount >= Vector.laneCount {
      score = halves.addLanes(to: score)
      rest = subtract(terms, width, laneCount: Vector.laneCount, stride: Vector.laneCount, rest)
    } else {
      score = halves.addLanes(laneCount, to: score)
      rest = subtract(terms, width, laneCount: laneCount, stride: Vector.laneCount, rest)
    }
    factor &+= Vector.laneCount
  }
  if parameters.usesWeights {
    for entry in start..<start &+ width {
      rest += parameters.weights[Int(ids[entry])] * values[entry]
    }
  }
  score += rest
  if parameters.usesBias { score += bias }
  return score
}

/// `rest` less the terms of the first lane, entry by entry, then those of the next.
@inline(__always)
private func subtract(
  _ terms: UnsafePointer<Double>, _ width: Int, laneCount: Int, stride: Int, _ rest: Double
) -> Double {
  var rest = rest
  for lane in 0..<laneCount {
    for entry in 0..<width { rest -= terms[entry &* stride &+ lane] }
  }
  return rest
}
