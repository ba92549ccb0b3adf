// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

// w′ and v′ are the parameters one step ahead: what a step with the stored gradient would make of w and
// v under the present penalties λ.

/// The squared error of the score cut to the range of the targets; not halved.
enum FullSquaredLoss: LossDerivative {
  @inline(__always)
  static func multiplier(score: Double, target: Double, clip: TargetClip) -> Double {
    2 * (clip(score) - target)
  }
}

/// The logistic loss of targets −1 and +1.
///
/// Differs from ``LogisticLoss`` in the sign of a zero.
enum AdaptiveLogisticLoss: LossDerivative {
  @inline(__always)
  static func multiplier(score: Double, target: Double, clip: TargetClip) -> Double {
    target * ((1 / (1 + exp((-target) * score))) - 1)
  }
}

/// Takes a gradient step of the parameters for every row of `rows`, in order, each followed by a step of
/// the penalties on the next validation row, and returns the bias after the last.
///
/// Training row *r* of an epoch goes with validation row *r* modulo their number.
///
/// - Precondition: every id is below the number of features; there is a target for each row, and there
///   are validation rows.
func adaptRows(
  _ rows: Range<Int>, _ steps: AdaptiveSteps, task: LearningTask, bias: Double,
  parameters: ParameterPointers, adaptive: AdaptivePointers
) -> Double {
  @inline(__always)
  func run<Vector: FactorVector, Loss: LossDerivative>(_: Vector.Type, _: Loss.Type) -> Double {
    let (train, validation) = (steps.train.matrix.values, steps.validation.matrix.values)
    let values = (AnyValues(values: train), AnyValues(values: validation))
    if let weights = steps.train.weights {
      return adaptRows(
        rows, steps, values, StoredWeights(weights: weights), bias, parameters, adaptive,
        Vector.self, Loss.self)
    }
    if train == nil, validation == nil {
      return adaptRows(
        rows, steps, (UnitValues(), UnitValues()), EqualWeights(), bias, parameters, adaptive,
        Vector.self, Loss.self)
    }
    return adaptRows(
      rows, steps, values, EqualWeights(), bias, parameters, adaptive, Vector.self, Loss.self)
  }
  @inline(__always)
  func run<Vector: FactorVector>(_: Vector.Type) -> Double {
    switch task {
    case .regression: run(Vector.self, FullSquaredLoss.self)
    case .classification: run(Vector.self, AdaptiveLogisticLoss.self)
    }
  }
  return switch parameters.factorStride {
  case 0, 1: run(Double.self)
  case 2: run(SIMD2<Double>.self)
  case 4: run(SIMD4<Double>.self)
  default: run(SIMD8<Double>.self)
  }
}

private func adaptRows<
  Vector: FactorVector, Loss: LossDerivative, Values: EntryValues, Weights: CaseWeights
>(
  _ rows: Range<Int>, _ steps: AdaptiveSteps, _ values: (train: Values, validation: Values),
  _ weights: Weights, _ bias: Double, _ parameters: ParameterPointers,
  _ adaptive: AdaptivePointers, _: Vector.Type, _: Loss.Type
) -> Double {
  withUnsafeTemporaryAllocation(
    byteCount: max(8, parameters.factorStride * 8), alignment: 64
  ) { scratch in
    guard let sums = scratch.baseAddress?.assumingMemoryBound(to: Double.self) else { return bias }
    let (train, validation) = (steps.train, steps.validation)
    let prefetches = parametersExceedCache(train.matrix, parameters)
    var bias = bias
    var cursor = rows.lowerBound % validation.matrix.rowCount
    for row in rows {
      if prefetches {
        prefetchRow(row &+ prefetchDistance, train.matrix, parameters)
        prefetchRow(row &+ prefetchDistance, train.matrix, adaptive.gradients)
      }
      bias = stepParameters(
        row, train.matrix.entries(ofRow: row), train.matrix.ids, values.train, weights,
        Double(train.targets[row]), bias, steps, parameters, adaptive, sums, Vector.self,
        Loss.self)
      guard steps.adaptsPenalties else { continue }
      if prefetches {
        prefetchRow(cursor &+ prefetchDistance, validation.matrix, parameters)
        prefetchRow(cursor &+ prefetchDistance, validation.matrix, adaptive.gradients)
      }
      stepPenalties(
        validation.matrix.entries(ofRow: cursor), validation.matrix.ids, values.validation,
        Double(validation.targets[cursor]), bias, steps, parameters, adaptive, sums, Vector.self,
        Loss.self)
      cursor &+= 1
      if cursor == validation.matrix.rowCount { cursor = 0 }
    }
    return bias
  }
}

/// One training row's step of bias, weights and factors, entry by entry; their gradients are stored.
@inline(__always)
private func stepParameters<
  Vector: FactorVector, Loss: LossDerivative, Values: EntryValues, Weights: CaseWeights
>(
  _ row: Int, _ entries: Range<Int>, _ ids: UnsafePointer<UInt32>, _ values: Values,
  _ weights: Weights, _ target: Double, _ bias: Double, _ steps: AdaptiveSteps,
  _ parameters: ParameterPointers, _ adaptive: AdaptivePointers,
  _ sums: UnsafeMutablePointer<Double>, _: Vector.Type, _: Loss.Type
) -> Double {
  let score = score(
    of: entries, ids: ids, values: values, bias: bias, parameters: parameters, sums: sums,
    as: Vector.self)
  let multiplier = weights.weighted(
    Loss.multiplier(score: score, target: target, clip: steps.clip), at: row)
  for entry in entries {
    let (id, x) = (ids[entry], values[entry])
    let group = adaptive.group(of: id)
    if parameters.usesWeights {
      let gradient = multiplier * x
      adaptive.gradients.weights[Int(id)] = gradient
      parameters.weights[Int(id)] = stepped(
        parameters.weights[Int(id)], gradient, adaptive.penalties.weights[group],
        rate: steps.rates.weights)
    }
    let factors = parameters.factors(of: id)
    let gradients = adaptive.gradients.factors(of: id)
    let penalties = adaptive.penalties.factors + group &* parameters.factorStride
    let (splatX, splatMultiplier) = (Vector.splat(x), Vector.splat(multiplier))
    var factor = 0
    while factor < parameters.factorCount {
      let old = Vector.load(factors + factor)
      let others = Vector.load(sums + factor).minus(old.times(splatX))
      let gradient = splatMultiplier.times(splatX.times(others))
      gradient.store(gradients + factor)
      stepped(old, gradient, Vector.load(penalties + factor), rate: steps.rates.factors)
        .store(factors + factor)
      factor &+= Vector.laneCount
    }
  }
  // The bias has a penalty of 0, which matters only when the bias is not finite.
  return parameters.usesBias ? bias - steps.rates.bias * (multiplier + (0 * bias)) : bias
}

/// One validation row's step of the penalties: down the gradient of the loss that the row would have
/// with the parameters one step ahead.
@inline(__always)
private func stepPenalties<Vector: FactorVector, Loss: LossDerivative, Values: EntryValues>(
  _ entries: Range<Int>, _ ids: UnsafePointer<UInt32>, _ values: Values, _ target: Double,
  _ bias: Double, _ steps: AdaptiveSteps, _ parameters: ParameterPointers,
  _ adaptive: AdaptivePointers, _ sums: UnsafeMutablePointer<Double>, _: Vector.Type, _: Loss.Type
) {
  let rowGroupCount = collectGroups(of: entries, ids, adaptive, Vector.self)
  let score = scoreAhead(
    of: entries, ids, values, bias, steps, parameters, adaptive, sums, Vector.self)
  let multiplier = Loss.multiplier(score: score, target: target, clip: steps.clip)
  let stride = parameters.factorStride
  let penaltySteps = PenaltySteps(multiplier: multiplier, rates: steps.rates)
  for index in 0..<rowGroupCount {
    let group = adaptive.rowGroups[index]
    if parameters.usesWeights {
      let penalty = adaptive.penalties.weights + group
      penalty.pointee = penaltySteps.weights(
        penalty.pointee, sum: adaptive.linearSums.weights[group])
    }
    let penalties = adaptive.penalties.factors + group &* stride
    let (linear, squares) = (
      adaptive.linearSums.factors + group &* stride, adaptive.squareSums + group &* stride
    )
    var factor = 0
    while factor < parameters.factorCount {
      penaltySteps.factors(
        Vector.load(penalties + factor), sumAhead: Vector.load(sums + factor),
        linear: Vector.load(linear + factor), squares: Vector.load(squares + factor)
      ).store(penalties + factor)
      factor &+= Vector.laneCount
    }
  }
  // A finite score has finite sums, and then the step of a group without entries is a subtraction of 0.
  if !(score.isFinite && penaltySteps.leaveOtherGroups) {
    stepOtherPenalties(penaltySteps, parameters, adaptive, sums)
  }
  for index in 0..<rowGroupCount { adaptive.isInRow[adaptive.rowGroups[index]] = false }
}

/// Lists the groups of a row, clears their sums, and returns their number.
@inline(__always)
private func collectGroups<Vector: FactorVector>(
  of entries: Range<Int>, _ ids: UnsafePointer<UInt32>, _ adaptive: AdaptivePointers,
  _: Vector.Type
) -> Int {
  var count = 0
  let stride = adaptive.linearSums.factorStride
  for entry in entries {
    let group = adaptive.group(of: ids[entry])
    guard !adaptive.isInRow[group] else { continue }
    adaptive.isInRow[group] = true
    adaptive.rowGroups[count] = group
    count &+= 1
    adaptive.linearSums.weights[group] = 0
    var factor = 0
    while factor < stride {
      Vector.splat(0).store(adaptive.linearSums.factors + (group &* stride &+ factor))
      Vector.splat(0).store(adaptive.squareSums + (group &* stride &+ factor))
      factor &+= Vector.laneCount
    }
  }
  return count
}

/// The score of a row with the parameters one step ahead; fills the sums by group, and `sums` with
/// Σ v′ x for every factor.
@inline(__always)
private func scoreAhead<Vector: FactorVector, Values: EntryValues>(
  of entries: Range<Int>, _ ids: UnsafePointer<UInt32>, _ values: Values, _ bias: Double,
  _ steps: AdaptiveSteps, _ parameters: ParameterPointers, _ adaptive: AdaptivePointers,
  _ sums: UnsafeMutablePointer<Double>, _: Vector.Type
) -> Double {
  var score = 0.0
  if parameters.usesBias { score += bias }
  if parameters.usesWeights {
    for entry in entries {
      let (id, x) = (Int(ids[entry]), values[entry])
      let group = adaptive.group(of: ids[entry])
      let weight = parameters.weights[id]
      let ahead = stepped(
        weight, adaptive.gradients.weights[id], adaptive.penalties.weights[group],
        rate: steps.rates.weights)
      score += ahead * x
      adaptive.linearSums.weights[group] += x * weight
    }
  }
  let stride = parameters.factorStride
  var factor = 0
  while factor < parameters.factorCount {
    var sum = Vector.splat(0)
    var squares = Vector.splat(0)
    for entry in entries {
      let id = ids[entry]
      let group = adaptive.group(of: id) &* stride &+ factor
      let x = Vector.splat(values[entry])
      let old = Vector.load(parameters.factors(of: id) + factor)
      let ahead = stepped(
        old, Vector.load(adaptive.gradients.factors(of: id) + factor),
        Vector.load(adaptive.penalties.factors + group), rate: steps.rates.factors)
      let term = ahead.times(x)
      sum = sum.plus(term)
      squares = squares.plus(term.times(term))
      let (linear, square) = (adaptive.linearSums.factors + group, adaptive.squareSums + group)
      Vector.load(linear).plus(old.times(x)).store(linear)
      Vector.load(square).plus(term.times(old).times(x)).store(square)
    }
    sum.store(sums + factor)
    let halves = Vector.splat(0.5).times(sum.times(sum).minus(squares))
    score = halves.addLanes(min(Vector.laneCount, parameters.factorCount &- factor), to: score)
    factor &+= Vector.laneCount
  }
  return score
}

/// The steps of the groups that have no entry in the row, whose sums are 0.
///
/// Only called where a step is not a number, which makes a penalty 0.
@inline(never)
private func stepOtherPenalties(
  _ penaltySteps: PenaltySteps, _ parameters: ParameterPointers, _ adaptive: AdaptivePointers,
  _ sums: UnsafePointer<Double>
) {
  for group in 0..<adaptive.groupCount where !adaptive.isInRow[group] {
    if parameters.usesWeights {
      let penalty = adaptive.penalties.weights + group
      penalty.pointee = penaltySteps.weights(penalty.pointee, sum: 0)
    }
    let penalties = adaptive.penalties.factors + group &* parameters.factorStride
    for factor in 0..<parameters.factorCount {
      penalties[factor] = penaltySteps.factors(
        penalties[factor], sumAhead: sums[factor], linear: 0, squares: 0)
    }
  }
}

/// θ − η (g + 2 λ θ).
@inline(__always)
private func stepped<Vector: FactorVector>(
  _ old: Vector, _ gradient: Vector, _ penalty: Vector, rate: Double
) -> Vector {
  let decay = Vector.splat(2).times(penalty).times(old)
  return old.minus(Vector.splat(rate).times(gradient.plus(decay)))
}

/// The steps of penalties that follow from the derivative of one validation row's loss.
private struct PenaltySteps {
  let weightScale: Double
  let factorScale: Double
  let weightSlope: Double
  let factorSlope: Double

  @inline(__always)
  init(multiplier: Double, rates: PerTerm<Double>) {
    weightScale = rates.weights * multiplier
    factorScale = rates.factors * multiplier
    weightSlope = -2 * rates.weights
    factorSlope = -2 * rates.factors
  }

  /// Whether nothing in a step but the sums could turn the 0 of an absent group into NaN.
  @inline(__always)
  var leaveOtherGroups: Bool {
    weightScale * (weightSlope * 0) == 0 && factorScale * (factorSlope * 0) == 0
  }

  @inline(__always)
  func weights(_ penalty: Double, sum: Double) -> Double {
    (penalty - weightScale * (weightSlope * sum)).positivePart()
  }

  @inline(__always)
  func factors<Vector: FactorVector>(
    _ penalty: Vector, sumAhead: Vector, linear: Vector, squares: Vector
  ) -> Vector {
    let slope = Vector.splat(factorSlope).times(sumAhead.times(linear).minus(squares))
    return penalty.minus(Vector.splat(factorScale).times(slope)).positivePart()
  }
}
