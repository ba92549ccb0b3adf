// SPDX-License-Identifier: Apache-2.0

// Scores of cases joined to relations, in the order of additions that ALS and MCMC use. What a row of a
// relation adds is worked out once for all cases that refer to it.

/// What the rows of a relation add to the scores of cases.
struct BlockRowScores {
  /// Σ v x for every factor, `factorStride` numbers a row.
  let sums: UnsafeMutablePointer<Double>

  /// −Σ ½ v² x² + Σ w x, one number a row.
  let rests: UnsafeMutablePointer<Double>
}

/// The rows that cases refer to in one relation, and what they add.
struct CaseBlockRowScores {
  let mapping: UnsafePointer<UInt32>
  let scores: BlockRowScores
}

/// Writes what `rows` of a relation add to the scores of cases, and to `blockRows`, if there are any, their
/// own scores without the bias.
func writeBlockRowScores(
  of rows: Range<Int>, in matrix: SparseRows, parameters: ParameterPointers,
  to scores: BlockRowScores, _ blockRows: UnsafeMutablePointer<BlockRow>?
) {
  @inline(__always)
  func write<Vector: FactorVector>(_: Vector.Type) {
    for row in rows {
      let entries = matrix.entries(ofRow: row)
      let score = writeSums(
        of: entries, in: matrix, parameters: parameters,
        to: scores.sums + row &* parameters.factorStride, Vector.self)
      let rest = ascendingRest(of: entries, in: matrix, parameters: parameters)
      scores.rests[row] = rest
      if let blockRows { blockRows[row].score = score + rest }
    }
  }
  switch parameters.factorStride {
  case 0, 1: write(Double.self)
  case 2: write(SIMD2<Double>.self)
  case 4: write(SIMD4<Double>.self)
  default: write(SIMD8<Double>.self)
  }
}

/// Writes the scores of `cases`.
///
/// - Precondition: the ids of each row ascend and are below the number of features.
func writeJoinedScores(
  of cases: Range<Int>, in matrix: SparseRows, bias: Double, parameters: ParameterPointers,
  relations: UnsafeBufferPointer<CaseBlockRowScores>, to scores: CaseErrors
) {
  @inline(__always)
  func write<Vector: FactorVector>(_: Vector.Type) {
    for row in cases {
      scores[row] = joinedScore(
        of: row, in: matrix, bias: bias, parameters: parameters, relations: relations,
        Vector.self)
    }
  }
  switch parameters.factorStride {
  case 0, 1: write(Double.self)
  case 2: write(SIMD2<Double>.self)
  case 4: write(SIMD4<Double>.self)
  default: write(SIMD8<Double>.self)
  }
}

@inline(__always)
private func joinedScore<Vector: FactorVector>(
  of row: Int, in matrix: SparseRows, bias: Double, parameters: ParameterPointers,
  relations: UnsafeBufferPointer<CaseBlockRowScores>, _: Vector.Type
) -> Double {
  let entries = matrix.entries(ofRow: row)
  var score = 0.0
  var factor = 0
  while factor < parameters.factorCount {
    var sum: Vector = factorSums(factor, of: entries, in: matrix, parameters: parameters)
    for relation in relations {
      let index = Int(relation.mapping[row]) &* parameters.factorStride &+ factor
      sum = sum.plus(Vector.load(relation.scores.sums + index))
    }
    let halves = Vector.splat(0.5).times(sum).times(sum)
    score = halves.addLanes(min(Vector.laneCount, parameters.factorCount &- factor), to: score)
    factor &+= Vector.laneCount
  }
  var rest = ascendingRest(of: entries, in: matrix, parameters: parameters)
  for relation in relations { rest += relation.scores.rests[Int(relation.mapping[row])] }
  score += rest
  if parameters.usesBias { score += bias }
  return score
}

/// Writes Σ v x for every factor; gives Σ ½ (Σ v x)².
@inline(__always)
private func writeSums<Vector: FactorVector>(
  of entries: Range<Int>, in matrix: SparseRows, parameters: ParameterPointers,
  to sums: UnsafeMutablePointer<Double>, _: Vector.Type
) -> Double {
  let factorCount = parameters.factorCount
  var score = 0.0
  var factor = 0
  while factor < factorCount {
    let sum: Vector = factorSums(factor, of: entries, in: matrix, parameters: parameters)
    sum.store(sums + factor)
    let halves = Vector.splat(0.5).times(sum).times(sum)
    score = halves.addLanes(min(Vector.laneCount, factorCount &- factor), to: score)
    factor &+= Vector.laneCount
  }
  return score
}

/// Σ v x for the factors from `factor` on.
@inline(__always)
private func factorSums<Vector: FactorVector>(
  _ factor: Int, of entries: Range<Int>, in matrix: SparseRows,
  parameters: ParameterPointers
) -> Vector {
  let values = AnyValues(values: matrix.values)
  var sum = Vector.splat(0)
  for entry in entries {
    let v = Vector.load(parameters.factors(of: matrix.ids[entry]) + factor)
    sum = sum.plus(v.times(Vector.splat(values[entry])))
  }
  return sum
}

/// −Σ ½ v² x² factor by factor, plus Σ w x.
@inline(__always)
private func ascendingRest(
  of entries: Range<Int>, in matrix: SparseRows, parameters: ParameterPointers
) -> Double {
  let ids = matrix.ids
  let values = AnyValues(values: matrix.values)
  var rest = 0.0
  for factor in 0..<parameters.factorCount {
    for entry in entries {
      let x = values[entry]
      let v = parameters.factors(of: ids[entry])[factor]
      rest -= (((0.5 * v) * v) * x) * x
    }
  }
  if parameters.usesWeights {
    for entry in entries { rest += parameters.weights[Int(ids[entry])] * values[entry] }
  }
  return rest
}
