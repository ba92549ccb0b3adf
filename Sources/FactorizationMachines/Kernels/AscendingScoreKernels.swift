// SPDX-License-Identifier: Apache-2.0

/// The parameters for scoring rows in the order of additions that ALS and MCMC use.
struct AscendingScoreParameters {
  let parameters: ParameterPointers
  let bias: Double

  /// (½ v) v for every factor, laid out as the factors.
  let halfSquares: UnsafePointer<Double>

  @inline(__always)
  func halfSquares(of id: UInt32) -> UnsafePointer<Double> {
    halfSquares + Int(id) &* parameters.factorStride
  }
}

/// Writes (½ v) v for the factors of `features`.
func writeHalfSquares(
  of features: Range<Int>, parameters: ParameterPointers,
  to halfSquares: UnsafeMutablePointer<Double>
) {
  let stride = parameters.factorStride
  for index in features.lowerBound &* stride..<features.upperBound &* stride {
    let v = parameters.factors[index]
    halfSquares[index] = (0.5 * v) * v
  }
}

/// Writes the scores of `rows`.
///
/// A score is the sum over factors of ½ (Σ v x)², then minus all ½ v² x² factor by factor, plus the
/// weights, plus the bias: what going through the columns of the matrix one after the other gives.
///
/// - Precondition: the ids of each row ascend and are below the number of features.
func writeAscendingScores(
  of rows: Range<Int>, in matrix: SparseRows, parameters: AscendingScoreParameters,
  to scores: CaseErrors
) {
  switch parameters.parameters.factorStride {
  case 0, 1: writeScores(rows, matrix, parameters, scores, Double.self)
  case 2: writeScores(rows, matrix, parameters, scores, SIMD2<Double>.self)
  case 4: writeScores(rows, matrix, parameters, scores, SIMD4<Double>.self)
  default: writeScores(rows, matrix, parameters, scores, SIMD8<Double>.self)
  }
}

@inline(__always)
private func writeScores<Vector: FactorVector>(
  _ rows: Range<Int>, _ matrix: SparseRows, _ parameters: AscendingScoreParameters,
  _ scores: CaseErrors, _: Vector.Type
) {
  if let values = matrix.values {
    writeScores(
      rows, matrix, StoredValues(values: values), parameters, scores, Vector.self)
  } else {
    writeScores(rows, matrix, UnitValues(), parameters, scores, Vector.self)
  }
}

private func writeScores<Vector: FactorVector, Values: EntryValues>(
  _ rows: Range<Int>, _ matrix: SparseRows, _ values: Values,
  _ parameters: AscendingScoreParameters, _ scores: CaseErrors,
  _: Vector.Type
) {
  // A constant width lets the loops over a row's entries unroll.
  @inline(__always)
  func write(width: Int) {
    for row in rows {
      scores[row] = ascendingScore(
        of: row &* width, width, ids: matrix.ids, values: values, parameters: parameters,
        as: Vector.self)
    }
  }
  switch matrix.offsets == nil ? matrix.rowWidth : 0 {
  case 2: write(width: 2)
  case 3: write(width: 3)
  case 4: write(width: 4)
  case 8: write(width: 8)
  default:
    for row in rows {
      let start = matrix.start(ofRow: row)
      scores[row] = ascendingScore(
        of: start, matrix.start(ofRow: row &+ 1) &- start, ids: matrix.ids, values: values,
        parameters: parameters, as: Vector.self)
    }
  }
}

/// The score of the row with `width` entries from `start` on.
@inline(__always)
private func ascendingScore<Vector: FactorVector, Values: EntryValues>(
  of start: Int, _ width: Int, ids: UnsafePointer<UInt32>, values: Values,
  parameters: AscendingScoreParameters, as _: Vector.Type
) -> Double {
  let machine = parameters.parameters
  var score = 0.0
  var rest = 0.0
  var factor = 0
  while factor < machine.factorCount {
    var sum = Vector.splat(0)
    for entry in start..<start &+ width {
      let v = Vector.load(machine.factors(of: ids[entry]) + factor)
      sum = sum.plus(v.times(Vector.splat(values[entry])))
    }
    let halves = Vector.splat(0.5).times(sum).times(sum)
    let laneCount = machine.factorCount &- factor
    if laneCount >= Vector.laneCount {
      score = halves.addLanes(to: score)
      for lane in 0..<Vector.laneCount {
        subtractHalfSquares(
          factor &+ lane, of: start, width, ids: ids, values: values, parameters: parameters,
          from: &rest)
      }
    } else {
      score = halves.addLanes(laneCount, to: score)
      for lane in 0..<laneCount {
        subtractHalfSquares(
          factor &+ lane, of: start, width, ids: ids, values: values, parameters: parameters,
          from: &rest)
      }
    }
    factor &+= Vector.laneCount
  }
  if machine.usesWeights {
    for entry in start..<start &+ width {
      rest += machine.weights[Int(ids[entry])] * values[entry]
    }
  }
  score += rest
  if machine.usesBias { score += parameters.bias }
  return score
}

@inline(__always)
private func subtractHalfSquares<Values: EntryValues>(
  _ factor: Int, of start: Int, _ width: Int, ids: UnsafePointer<UInt32>, values: Values,
  parameters: AscendingScoreParameters, from rest: inout Double
) {
  for entry in start..<start &+ width {
    let x = values[entry]
    rest -= (parameters.halfSquares(of: ids[entry])[factor] * x) * x
  }
}
