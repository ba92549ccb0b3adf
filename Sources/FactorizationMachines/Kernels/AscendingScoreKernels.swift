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

/// Writes the scores of `rows`, `stride` numbers apart, that of row *i* at `scores[i * stride]`.
///
/// A score is the sum over factors of ½ (Σ v x)², then minus all ½ v² x² factor by factor, plus the
/// weights, plus the bias: what going through the columns of the matrix one after the other gives.
///
/// - Precondition: the ids of each row ascend and are below the number of features.
func writeAscendingScores(
  of rows: Range<Int>, in matrix: SparseRows, parameters: AscendingScoreParameters,
  to scores: UnsafeMutablePointer<Double>, stride: Int
) {
  switch parameters.parameters.factorStride {
  case 0, 1: writeScores(rows, matrix, parameters, scores, stride, Double.self)
  case 2: writeScores(rows, matrix, parameters, scores, stride, SIMD2<Double>.self)
  case 4: writeScores(rows, matrix, parameters, scores, stride, SIMD4<Double>.self)
  default: writeScores(rows, matrix, parameters, scores, stride, SIMD8<Double>.self)
  }
}

@inline(__always)
private func writeScores<Vector: FactorVector>(
  _ rows: Range<Int>, _ matrix: SparseRows, _ parameters: AscendingScoreParameters,
  _ scores: UnsafeMutablePointer<Double>, _ stride: Int, _: Vector.Type
) {
  if let values = matrix.values {
    writeScores(
      rows, matrix, StoredValues(values: values), parameters, scores, stride, Vector.self)
  } else {
    writeScores(rows, matrix, UnitValues(), parameters, scores, stride, Vector.self)
  }
}

private func writeScores<Vector: FactorVector, Values: EntryValues>(
  _ rows: Range<Int>, _ matrix: SparseRows, _ values: Values,
  _ parameters: AscendingScoreParameters, _ scores: UnsafeMutablePointer<Double>, _ stride: Int,
  _: Vector.Type
) {
  for row in rows {
    scores[row &* stride] = ascendingScore(
      of: matrix.start(ofRow: row)..<matrix.start(ofRow: row &+ 1), ids: matrix.ids,
      values: values, parameters: parameters, as: Vector.self)
  }
}

@inline(__always)
private func ascendingScore<Vector: FactorVector, Values: EntryValues>(
  of entries: Range<Int>, ids: UnsafePointer<UInt32>, values: Values,
  parameters: AscendingScoreParameters, as _: Vector.Type
) -> Double {
  let machine = parameters.parameters
  var score = 0.0
  var factor = 0
  while factor < machine.factorCount {
    var sum = Vector.splat(0)
    for entry in entries {
      let v = Vector.load(machine.factors(of: ids[entry]) + factor)
      sum = sum.plus(v.times(Vector.splat(values[entry])))
    }
    let halves = Vector.splat(0.5).times(sum).times(sum)
    score = halves.addLanes(min(Vector.laneCount, machine.factorCount &- factor), to: score)
    factor &+= Vector.laneCount
  }
  var rest = 0.0
  for factor in 0..<machine.factorCount {
    for entry in entries {
      let x = values[entry]
      rest -= (parameters.halfSquares(of: ids[entry])[factor] * x) * x
    }
  }
  if machine.usesWeights {
    for entry in entries { rest += machine.weights[Int(ids[entry])] * values[entry] }
  }
  score += rest
  if machine.usesBias { score += parameters.bias }
  return score
}
