// SPDX-License-Identifier: Apache-2.0

import CVectorKernels

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// What one epoch of stochastic gradient descent needs besides rows and parameters.
struct GradientSteps {
  let rates: PerTerm<Double>
  let regularization: PerTerm<Double>
  let clip: TargetClip
}

/// The derivative of the loss with respect to the score, for a target *y* and a score *p*.
protocol LossDerivative {
  static func multiplier(score: Double, target: Double, clip: TargetClip) -> Double
}

/// Half of the squared error of the score cut to the range of the targets.
enum SquaredLoss: LossDerivative {
  @inline(__always)
  static func multiplier(score: Double, target: Double, clip: TargetClip) -> Double {
    // Not `score - target`: the sign of a zero would differ.
    -(target - clip(score))
  }
}

/// The logistic loss of targets −1 and +1.
enum LogisticLoss: LossDerivative {
  @inline(__always)
  static func multiplier(score: Double, target: Double, clip: TargetClip) -> Double {
    (-target) * (1 - (1 / (1 + exp((-target) * score))))
  }
}

/// Takes one gradient step for every row, in order, and returns the bias after the last.
///
/// Weights multiply the losses of the rows, not the penalty.
///
/// - Precondition: every id is below the number of features; there is a target for each row, and a weight
///   if there are any.
func descendRows(
  _ matrix: SparseRows, targets: UnsafePointer<Float>, weights: UnsafePointer<Double>?,
  bias: Double, task: LearningTask, parameters: ParameterPointers, steps: GradientSteps,
  vectorWidth: Int = WideVectors.width
) -> Double {
  let width = WideVectors.usableWidth(vectorWidth, stride: parameters.factorStride)
  if width > 0 {
    return descendWideRows(
      matrix, targets, weights, bias, task, parameters, steps, width: width)
  }
  @inline(__always)
  func run<Vector: FactorVector, Loss: LossDerivative, Values: EntryValues>(
    _: Vector.Type, _: Loss.Type, _ values: Values
  ) -> Double {
    if let weights {
      return descendRows(
        matrix, targets, AnyValues(values: matrix.values), StoredWeights(weights: weights), bias,
        parameters, steps, Vector.self, Loss.self)
    }
    if matrix.offsets == nil, matrix.rowWidth == 2, parameters.factorCount > 0 {
      return descendPairs(
        matrix, targets, values, bias, parameters, steps, Vector.self, Loss.self)
    }
    return descendRows(
      matrix, targets, values, EqualWeights(), bias, parameters, steps, Vector.self, Loss.self)
  }
  @inline(__always)
  func run<Vector: FactorVector>(_: Vector.Type) -> Double {
    switch (task, matrix.values) {
    case (.regression, nil): run(Vector.self, SquaredLoss.self, UnitValues())
    case (.regression, let values?):
      run(Vector.self, SquaredLoss.self, StoredValues(values: values))
    case (.classification, nil): run(Vector.self, LogisticLoss.self, UnitValues())
    case (.classification, let values?):
      run(Vector.self, LogisticLoss.self, StoredValues(values: values))
    }
  }
  return switch parameters.factorStride {
  case 0, 1: run(Double.self)
  case 2: run(SIMD2<Double>.self)
  case 4: run(SIMD4<Double>.self)
  default: run(SIMD8<Double>.self)
  }
}

/// As ``descendRows(_:targets:weights:bias:task:parameters:steps:vectorWidth:)``, with vectors wider than the
/// baseline's.
private func descendWideRows(
  _ matrix: SparseRows, _ targets: UnsafePointer<Float>, _ weights: UnsafePointer<Double>?,
  _ bias: Double, _ task: LearningTask, _ parameters: ParameterPointers, _ steps: GradientSteps,
  width: Int
) -> Double {
  var wideSteps = fm_steps(
    bias_rate: steps.rates.bias, weight_rate: steps.rates.weights,
    factor_rate: steps.rates.factors, bias_penalty: steps.regularization.bias,
    weight_penalty: steps.regularization.weights, factor_penalty: steps.regularization.factors,
    lower: steps.clip.lower, upper: steps.clip.upper, is_classification: task == .classification)
  var bias = bias
  withUnsafeTemporaryAllocation(byteCount: parameters.factorStride * 8, alignment: 64) { sums in
    let sums = sums.baseAddress?.assumingMemoryBound(to: Double.self)
    withWideArguments(matrix, parameters, bias: &bias) { rows, machine in
      fm_descend(
        Int32(width), rows, targets, weights, matrix.rowCount, machine, &wideSteps, sums)
    }
  }
  return bias
}

private func descendRows<
  Vector: FactorVector, Loss: LossDerivative, Values: EntryValues, Weights: CaseWeights
>(
  _ matrix: SparseRows, _ targets: UnsafePointer<Float>, _ values: Values, _ weights: Weights,
  _ bias: Double, _ parameters: ParameterPointers, _ steps: GradientSteps, _: Vector.Type,
  _: Loss.Type
) -> Double {
  withUnsafeTemporaryAllocation(
    byteCount: max(8, parameters.factorStride * 8), alignment: 64
  ) { scratch in
    guard let sums = scratch.baseAddress?.assumingMemoryBound(to: Double.self) else { return bias }
    var bias = bias
    let prefetches = parametersExceedCache(matrix, parameters)
    for row in 0..<matrix.rowCount {
      if prefetches { prefetchRow(row &+ prefetchDistance, matrix, parameters) }
      let entries = matrix.start(ofRow: row)..<matrix.start(ofRow: row &+ 1)
      bias = descend(
        row, entries, matrix.ids, values, weights, Double(targets[row]), bias, parameters, steps,
        sums, Vector.self, Loss.self)
    }
    return bias
  }
}

/// One row's step, entry by entry: right for any row, also when a feature stands in it twice.
@inline(__always)
private func descend<
  Vector: FactorVector, Loss: LossDerivative, Values: EntryValues, Weights: CaseWeights
>(
  _ row: Int, _ entries: Range<Int>, _ ids: UnsafePointer<UInt32>, _ values: Values,
  _ weights: Weights, _ target: Double, _ bias: Double, _ parameters: ParameterPointers,
  _ steps: GradientSteps, _ sums: UnsafeMutablePointer<Double>, _: Vector.Type, _: Loss.Type
) -> Double {
  let score = score(
    of: entries, ids: ids, values: values, bias: bias, parameters: parameters, sums: sums,
    as: Vector.self)
  let multiplier = weights.weighted(
    Loss.multiplier(score: score, target: target, clip: steps.clip), at: row)
  for entry in entries {
    let x = values[entry]
    if parameters.usesWeights {
      stepWeight(parameters.weights + Int(ids[entry]), x, multiplier, steps)
    }
    let factors = parameters.factors(of: ids[entry])
    var factor = 0
    while factor < parameters.factorCount {
      let sum = Vector.load(sums + factor)
      stepped(Vector.load(factors + factor), sum, x, multiplier, steps, Values.self)
        .store(factors + factor)
      factor &+= Vector.laneCount
    }
  }
  return parameters.usesBias ? steppedBias(bias, multiplier, steps) : bias
}

/// Rows of two entries.
///
/// Both features' factors stay in registers between prediction and update when they fill one vector. Bound by the chain of additions from one row's bias to the next.
private func descendPairs<Vector: FactorVector, Loss: LossDerivative, Values: EntryValues>(
  _ matrix: SparseRows, _ targets: UnsafePointer<Float>, _ values: Values, _ bias: Double,
  _ parameters: ParameterPointers, _ steps: GradientSteps, _: Vector.Type, _: Loss.Type
) -> Double {
  withUnsafeTemporaryAllocation(
    byteCount: max(8, parameters.factorStride * 8), alignment: 64
  ) { scratch in
    guard let sums = scratch.baseAddress?.assumingMemoryBound(to: Double.self) else { return bias }
    var bias = bias
    let ids = matrix.ids
    let isOneVector = parameters.factorStride == Vector.laneCount
    let prefetches = parametersExceedCache(matrix, parameters)
    for row in 0..<matrix.rowCount {
      let first = row &* 2
      if prefetches { prefetchRow(row &+ prefetchDistance, matrix, parameters) }
      let target = Double(targets[row])
      if ids[first] == ids[first &+ 1] {
        bias = descend(
          row, first..<first &+ 2, ids, values, EqualWeights(), target, bias, parameters, steps,
          sums, Vector.self, Loss.self)
        continue
      }
      let pair = EntryPair(
        x: (values[first], values[first &+ 1]),
        weights: (
          parameters.weights + Int(ids[first]), parameters.weights + Int(ids[first &+ 1])
        ),
        factors: (parameters.factors(of: ids[first]), parameters.factors(of: ids[first &+ 1])))
      bias =
        isOneVector
        ? descendSingleVectorPair(
          pair, target, bias, parameters, steps, Vector.self, Values.self, Loss.self)
        : descendPair(pair, target, bias, parameters, steps, Vector.self, Values.self, Loss.self)
    }
    return bias
  }
}

/// The two entries of a row, their parameters found.
private struct EntryPair {
  let x: (Double, Double)
  let weights: (UnsafeMutablePointer<Double>, UnsafeMutablePointer<Double>)
  let factors: (UnsafeMutablePointer<Double>, UnsafeMutablePointer<Double>)

  /// Bias and linear terms.
  ///
  /// The sum starts with the bias, not with 0 + bias: these differ only in the sign of a zero, and that
  /// is gone after the first pair term, which is never −0 (a pair kernel has at least one factor).
  @inline(__always)
  func linearScore(bias: Double, _ parameters: ParameterPointers) -> Double {
    var score = parameters.usesBias ? bias : 0
    if parameters.usesWeights {
      score += weights.0.pointee * x.0
      score += weights.1.pointee * x.1
    }
    return score
  }

  /// Σ v x for one vector of factors, from the two terms.
  ///
  /// Starting with 0 + term matters to the sign of a zero only, and for values of 1 that sign has no
  /// consequence: (±0 · 1) − (−0 · 1) is +0 either way.
  @inline(__always)
  static func sum<Vector: FactorVector, Values: EntryValues>(
    _ first: Vector, _ second: Vector, _: Values.Type
  ) -> Vector {
    Values.areOnes ? first.plus(second) : Vector.splat(0).plus(first).plus(second)
  }

  @inline(__always)
  static func halves<Vector: FactorVector>(
    _ sum: Vector, _ first: Vector, _ second: Vector
  )
    -> Vector
  {
    let squares = first.times(first).plus(second.times(second))
    return Vector.splat(0.5).times(sum.times(sum).minus(squares))
  }
}

@inline(__always)
private func descendSingleVectorPair<
  Vector: FactorVector, Values: EntryValues, Loss: LossDerivative
>(
  _ pair: EntryPair, _ target: Double, _ bias: Double, _ parameters: ParameterPointers,
  _ steps: GradientSteps, _: Vector.Type, _: Values.Type, _: Loss.Type
) -> Double {
  let factors = (
    Vector.load(UnsafePointer(pair.factors.0)), Vector.load(UnsafePointer(pair.factors.1))
  )
  let terms = (
    factors.0.times(Vector.splat(pair.x.0)), factors.1.times(Vector.splat(pair.x.1))
  )
  let sum = EntryPair.sum(terms.0, terms.1, Values.self)
  let score = EntryPair.halves(sum, terms.0, terms.1).addLanes(
    parameters.factorCount, to: pair.linearScore(bias: bias, parameters))
  let multiplier = Loss.multiplier(score: score, target: target, clip: steps.clip)
  let next = parameters.usesBias ? steppedBias(bias, multiplier, steps) : bias
  if parameters.usesWeights {
    stepWeight(pair.weights.0, pair.x.0, multiplier, steps)
    stepWeight(pair.weights.1, pair.x.1, multiplier, steps)
  }
  stepped(factors.0, sum, pair.x.0, multiplier, steps, Values.self).store(pair.factors.0)
  stepped(factors.1, sum, pair.x.1, multiplier, steps, Values.self).store(pair.factors.1)
  return next
}

@inline(__always)
private func descendPair<Vector: FactorVector, Values: EntryValues, Loss: LossDerivative>(
  _ pair: EntryPair, _ target: Double, _ bias: Double, _ parameters: ParameterPointers,
  _ steps: GradientSteps, _: Vector.Type, _: Values.Type, _: Loss.Type
) -> Double {
  let x = (Vector.splat(pair.x.0), Vector.splat(pair.x.1))
  var score = pair.linearScore(bias: bias, parameters)
  var factor = 0
  while factor < parameters.factorCount {
    let first = Vector.load(pair.factors.0 + factor).times(x.0)
    let second = Vector.load(pair.factors.1 + factor).times(x.1)
    let halves = EntryPair.halves(EntryPair.sum(first, second, Values.self), first, second)
    score = halves.addLanes(min(Vector.laneCount, parameters.factorCount &- factor), to: score)
    factor &+= Vector.laneCount
  }
  let multiplier = Loss.multiplier(score: score, target: target, clip: steps.clip)
  let next = parameters.usesBias ? steppedBias(bias, multiplier, steps) : bias
  if parameters.usesWeights {
    stepWeight(pair.weights.0, pair.x.0, multiplier, steps)
    stepWeight(pair.weights.1, pair.x.1, multiplier, steps)
  }
  factor = 0
  while factor < parameters.factorCount {
    let first = Vector.load(pair.factors.0 + factor)
    let second = Vector.load(pair.factors.1 + factor)
    let sum = EntryPair.sum(first.times(x.0), second.times(x.1), Values.self)
    stepped(first, sum, pair.x.0, multiplier, steps, Values.self).store(pair.factors.0 + factor)
    stepped(second, sum, pair.x.1, multiplier, steps, Values.self).store(pair.factors.1 + factor)
    factor &+= Vector.laneCount
  }
  return next
}

@inline(__always)
private func steppedBias(_ bias: Double, _ multiplier: Double, _ steps: GradientSteps) -> Double {
  bias - steps.rates.bias * (multiplier + (steps.regularization.bias * bias))
}

@inline(__always)
private func stepWeight(
  _ weight: UnsafeMutablePointer<Double>, _ x: Double, _ multiplier: Double, _ steps: GradientSteps
) {
  let old = weight.pointee
  weight.pointee =
    old - steps.rates.weights * ((multiplier * x) + (steps.regularization.weights * old))
}

/// v − η (m g + λ v) with the gradient g = x Σ − v x².
@inline(__always)
private func stepped<Vector: FactorVector, Values: EntryValues>(
  _ factors: Vector, _ sum: Vector, _ x: Double, _ multiplier: Double, _ steps: GradientSteps,
  _: Values.Type
) -> Vector {
  let x = Vector.splat(x)
  let gradient = sum.times(x).minus(factors.times(x).times(x))
  let decay = Vector.splat(steps.regularization.factors).times(factors)
  let direction = Vector.splat(multiplier).times(gradient).plus(decay)
  return factors.minus(Vector.splat(steps.rates.factors).times(direction))
}
