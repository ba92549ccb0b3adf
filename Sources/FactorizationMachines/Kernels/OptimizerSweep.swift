// SPDX-License-Identifier: Apache-2.0

import CPlatform
import CVectorKernels

/// The state of an optimizer, one or two numbers for each parameter.
///
/// Those of a feature lie together, on one cache line if there is room.
struct OptimizerPointers {
  let weights: UnsafeMutablePointer<Double>
  let weightStride: Int

  /// The distance from the first number of a weight to the second; 0 if there is none.
  let secondWeight: Int

  let factors: UnsafeMutablePointer<Double>
  let factorStride: Int

  /// The distance from the first numbers of a feature's factors to the second ones.
  let secondFactor: Int

  var wide: fm_state {
    fm_state(
      weights: weights, weight_stride: weightStride, second_weight: secondWeight, factors: factors,
      factor_stride: factorStride, second_factor: secondFactor)
  }
}

/// The rules of the three terms.
struct TermRules<Rule: OptimizerRule> {
  let bias: Rule
  let weights: Rule
  let factors: Rule

  /// The penalties that belong to the gradient.
  var penalties: PerTerm<Double> {
    PerTerm(
      bias: bias.gradientPenalty, weights: weights.gradientPenalty,
      factors: factors.gradientPenalty)
  }
}

/// What turns the sums over a batch into its gradient.
struct BatchScale {
  /// One divided by the number of rows.
  let perRow: Double

  /// What the whole gradient is multiplied by to keep its norm in bounds; 1 for nothing.
  var clipping = 1.0
}

/// Features whose share of the gradient's norm is one sum.
let segmentFeatures = 256

/// Features that are moved together: what the next ones need is asked for within these only.
private let stepFeatureCount = 1_024

/// The sum of the squares of the gradients of the touched features in some segment, penalties included.
func squaredNorm(
  of features: Range<Int>, _ gradient: GradientPointers, _ parameters: ParameterPointers,
  scale: BatchScale, penalties: PerTerm<Double>
) -> Double {
  @inline(__always)
  func run<Vector: FactorVector>(_: Vector.Type) -> Double {
    var (sum, lanes) = (0.0, Vector.splat(0))
    withTouched(in: features, gradient, clears: false) { ids in
      for id in ids {
        let feature = FeatureGradient(Int(id), gradient, parameters, scale, penalties)
        if parameters.usesWeights {
          sum += feature.weight * feature.weight
        }
        var factor = 0
        while factor < parameters.factorCount {
          let factors: Vector = feature.factors(factor)
          lanes = lanes.plus(factors.times(factors))
          factor &+= Vector.laneCount
        }
      }
    }
    return lanes.addLanes(to: sum)
  }
  return switch parameters.factorStride {
  case 0, 1: run(Double.self)
  case 2: run(SIMD2<Double>.self)
  case 4: run(SIMD4<Double>.self)
  default: run(SIMD8<Double>.self)
  }
}

/// Moves the parameters of the touched features among some, and clears their gradient.
///
/// - Precondition: `features` begins at a multiple of 8, and ends at one or with the last feature.
func stepFeatures<Rule: OptimizerRule>(
  _ features: Range<Int>, _ gradient: GradientPointers, _ parameters: ParameterPointers,
  _ state: OptimizerPointers, scale: BatchScale, rules: TermRules<Rule>,
  vectorWidth: Int = WideVectors.width
) {
  let stride = parameters.factorStride
  let width =
    stride == 1 || stride == 2
    ? vectorWidth : WideVectors.usableWidth(vectorWidth, stride: stride)
  var start = features.lowerBound
  while start < features.upperBound {
    let end = min(start &+ stepFeatureCount, features.upperBound)
    withTouched(in: start..<end, gradient, clears: true) { ids in
      if width > 0, let weightRule = rules.weights.wide, let factorRule = rules.factors.wide {
        stepWide(ids, gradient, parameters, state, scale, weightRule, factorRule, width: width)
      } else {
        step(ids, gradient, parameters, state, scale, rules)
      }
    }
    start = end
  }
}

private func stepWide(
  _ ids: UnsafeBufferPointer<UInt32>, _ gradient: GradientPointers,
  _ parameters: ParameterPointers, _ state: OptimizerPointers, _ scale: BatchScale,
  _ weightRule: fm_rule, _ factorRule: fm_rule, width: Int
) {
  var (weightRule, factorRule, sums) = (weightRule, factorRule, gradient.wide(scale))
  var state = state.wide
  var machine = fm_parameters(
    bias: nil, weights: parameters.usesWeights ? parameters.weights : nil,
    factors: parameters.factors, factor_count: parameters.factorCount,
    stride: parameters.factorStride, prefetches: false)
  fm_step(
    Int32(width), &weightRule, &factorRule, ids.baseAddress, ids.count, &sums, &machine, &state)
}

private func step<Rule: OptimizerRule>(
  _ ids: UnsafeBufferPointer<UInt32>, _ gradient: GradientPointers,
  _ parameters: ParameterPointers, _ state: OptimizerPointers, _ scale: BatchScale,
  _ rules: TermRules<Rule>
) {
  let penalties = rules.penalties
  @inline(__always)
  func run<Vector: FactorVector>(_: Vector.Type) {
    for index in 0..<ids.count {
      if gradient.prefetches, index &+ prefetchedFeatures < ids.count {
        prefetch(
          feature: Int(ids[index &+ prefetchedFeatures]), gradient, parameters, state)
      }
      let id = Int(ids[index])
      let feature = FeatureGradient(id, gradient, parameters, scale, penalties)
      if parameters.usesWeights {
        let numbers = state.weights + id &* state.weightStride
        parameters.weights[id] = rules.weights.stepWeight(
          parameters.weights[id], gradient: feature.weight, numbers, numbers + state.secondWeight)
      }
      let values = parameters.factors + id &* parameters.factorStride
      let sums = gradient.factorSums + id &* gradient.factorStride
      let first = state.factors + id &* state.factorStride
      let second = first + state.secondFactor
      var factor = 0
      while factor < parameters.factorCount {
        rules.factors.step(
          Vector.load(values + factor), gradient: feature.factors(factor), first + factor,
          second + factor
        ).store(values + factor)
        Vector.splat(0).store(sums + factor)
        factor &+= Vector.laneCount
      }
      let moments = gradient.moments + id &* gradient.momentStride
      SIMD2<Double>.splat(0).store(moments)
      if gradient.hasValues { moments[2] = 0 }
    }
  }
  switch parameters.factorStride {
  case 0, 1: run(Double.self)
  case 2: run(SIMD2<Double>.self)
  case 4: run(SIMD4<Double>.self)
  default: run(SIMD8<Double>.self)
  }
}

/// Features between the one that is moved and the one whose numbers are asked for.
private let prefetchedFeatures = 24

/// Asks for a feature of few factors, of which each kind of number is on one line.
@inline(__always)
private func prefetch(
  feature id: Int, _ gradient: GradientPointers, _ parameters: ParameterPointers,
  _ state: OptimizerPointers
) {
  fm_prefetch(gradient.moments + id &* gradient.momentStride)
  fm_prefetch(parameters.weights + id)
  fm_prefetch(parameters.factors + id &* parameters.factorStride)
  fm_prefetch(state.factors + id &* state.factorStride)
}

/// The gradient of the mean loss of a batch for one feature, penalties included.
///
/// A penalty counts once for each entry, as in stochastic gradient descent: λ θ times the feature's
/// entries a row.
private struct FeatureGradient {
  let weight: Double
  private let sums: UnsafeMutablePointer<Double>
  private let factors: UnsafeMutablePointer<Double>
  private let perRow: Double
  private let pull: Double
  private let clipping: Double

  @inline(__always)
  init(
    _ id: Int, _ gradient: GradientPointers, _ parameters: ParameterPointers, _ scale: BatchScale,
    _ penalties: PerTerm<Double>
  ) {
    let moments = gradient.moments + id &* gradient.momentStride
    perRow = scale.perRow
    clipping = scale.clipping
    weight =
      parameters.usesWeights
      ? (moments[0] + penalties.weights * moments[1] * parameters.weights[id]) * perRow * clipping
      : 0
    pull =
      (penalties.factors * moments[1] - moments[gradient.hasValues ? 2 : 0]) * perRow
    sums = gradient.factorSums + id &* gradient.factorStride
    factors = parameters.factors + id &* parameters.factorStride
  }

  /// For the factors from `factor` on.
  @inline(__always)
  func factors<Vector: FactorVector>(_ factor: Int) -> Vector {
    Vector.splat(perRow).times(Vector.load(sums + factor))
      .plus(Vector.splat(pull).times(Vector.load(factors + factor)))
      .times(Vector.splat(clipping))
  }
}

/// Calls `body` with the touched ones of some features, ascending.
@inline(__always)
private func withTouched(
  in features: Range<Int>, _ gradient: GradientPointers, clears: Bool,
  _ body: (UnsafeBufferPointer<UInt32>) -> Void
) {
  withUnsafeTemporaryAllocation(of: UInt32.self, capacity: features.count &+ 8) { ids in
    guard let base = ids.baseAddress else { return }
    var count = 0
    let end = (features.upperBound &+ 7) &>> 3
    var byte = features.lowerBound &>> 3
    while byte < end {
      // Whole words where there are any.
      let isWord = byte & 7 == 0 && byte &+ 8 <= end
      var bits: UInt64
      if isWord {
        bits = UInt64(littleEndian: gradient.touched.load(fromByteOffset: byte, as: UInt64.self))
        if clears { gradient.touched.storeBytes(of: 0, toByteOffset: byte, as: UInt64.self) }
      } else {
        bits = UInt64(gradient.touched.load(fromByteOffset: byte, as: UInt8.self))
        if clears { gradient.touched.storeBytes(of: 0, toByteOffset: byte, as: UInt8.self) }
      }
      while bits != 0 {
        base[count] = UInt32(truncatingIfNeeded: byte &* 8 &+ bits.trailingZeroBitCount)
        count &+= 1
        bits &= bits &- 1
      }
      byte &+= isWord ? 8 : 1
    }
    if count > 0 { body(UnsafeBufferPointer(start: base, count: count)) }
  }
}
