// SPDX-License-Identifier: Apache-2.0

/// The state of an optimizer, in the layout of the parameters.
struct OptimizerPointers {
  let weights: (first: UnsafeMutablePointer<Double>, second: UnsafeMutablePointer<Double>)
  let factors: (first: UnsafeMutablePointer<Double>, second: UnsafeMutablePointer<Double>)
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

/// Features that are worked on together: whole bytes and words of the bits of touched features.
let segmentFeatures = 256

/// The sum of the squares of the gradients of the touched features in some segment, penalties included.
func squaredNorm(
  ofSegment segment: Int, _ gradient: GradientPointers, _ parameters: ParameterPointers,
  featureCount: Int, scale: BatchScale, penalties: PerTerm<Double>
) -> Double {
  @inline(__always)
  func run<Vector: FactorVector>(_: Vector.Type) -> Double {
    var (sum, lanes) = (0.0, Vector.splat(0))
    forEachTouched(inSegment: segment, gradient, featureCount: featureCount) { id in
      let feature = FeatureGradient(id, gradient, parameters, scale, penalties)
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
    return lanes.addLanes(to: sum)
  }
  return switch parameters.factorStride {
  case 0, 1: run(Double.self)
  case 2: run(SIMD2<Double>.self)
  case 4: run(SIMD4<Double>.self)
  default: run(SIMD8<Double>.self)
  }
}

/// Moves the parameters of the touched features in some segment, and clears their gradient.
func stepSegment<Rule: OptimizerRule>(
  _ segment: Int, _ gradient: GradientPointers, _ parameters: ParameterPointers,
  _ state: OptimizerPointers, featureCount: Int, scale: BatchScale, rules: TermRules<Rule>
) {
  let penalties = rules.penalties
  @inline(__always)
  func run<Vector: FactorVector>(_: Vector.Type) {
    forEachTouched(inSegment: segment, gradient, featureCount: featureCount) { id in
      let feature = FeatureGradient(id, gradient, parameters, scale, penalties)
      if parameters.usesWeights {
        parameters.weights[id] = rules.weights.stepWeight(
          parameters.weights[id], gradient: feature.weight, state.weights.first + id,
          state.weights.second + id)
      }
      let offset = id &* parameters.factorStride
      var factor = 0
      while factor < parameters.factorCount {
        let place = offset &+ factor
        rules.factors.step(
          Vector.load(parameters.factors + place), gradient: feature.factors(factor),
          state.factors.first + place, state.factors.second + place
        ).store(parameters.factors + place)
        Vector.splat(0).store(gradient.factorSums + place)
        factor &+= Vector.laneCount
      }
      gradient.moments[id] = SIMD4(repeating: 0)
    }
    clearTouched(inSegment: segment, gradient, featureCount: featureCount)
  }
  switch parameters.factorStride {
  case 0, 1: run(Double.self)
  case 2: run(SIMD2<Double>.self)
  case 4: run(SIMD4<Double>.self)
  default: run(SIMD8<Double>.self)
  }
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
    let moments = gradient.moments[id]
    let offset = id &* parameters.factorStride
    perRow = scale.perRow
    clipping = scale.clipping
    weight =
      (moments[0] + penalties.weights * moments[2] * parameters.weights[id]) * perRow * clipping
    pull = (penalties.factors * moments[2] - moments[1]) * perRow
    sums = gradient.factorSums + offset
    factors = parameters.factors + offset
  }

  /// For the factors from `factor` on.
  @inline(__always)
  func factors<Vector: FactorVector>(_ factor: Int) -> Vector {
    Vector.splat(perRow).times(Vector.load(sums + factor))
      .plus(Vector.splat(pull).times(Vector.load(factors + factor)))
      .times(Vector.splat(clipping))
  }
}

/// Calls `body` with each touched feature of a segment, ascending.
@inline(__always)
private func forEachTouched(
  inSegment segment: Int, _ gradient: GradientPointers, featureCount: Int, _ body: (Int) -> Void
) {
  for word in words(ofSegment: segment, featureCount: featureCount) {
    var bits = UInt64(
      littleEndian: gradient.touched.load(fromByteOffset: word &* 8, as: UInt64.self))
    while bits != 0 {
      body(word &* 64 &+ bits.trailingZeroBitCount)
      bits &= bits &- 1
    }
  }
}

private func clearTouched(
  inSegment segment: Int, _ gradient: GradientPointers, featureCount: Int
) {
  for word in words(ofSegment: segment, featureCount: featureCount) {
    gradient.touched.storeBytes(of: 0, toByteOffset: word &* 8, as: UInt64.self)
  }
}

private func words(ofSegment segment: Int, featureCount: Int) -> Range<Int> {
  let first = segment * segmentFeatures / 64
  return first..<min(first + segmentFeatures / 64, (featureCount + 63) / 64)
}
