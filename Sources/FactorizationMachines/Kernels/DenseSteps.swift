// SPDX-License-Identifier: Apache-2.0

/// Parameters that lie side by side, their gradients, and what an optimizer keeps for each; all begin at
/// multiples of 64 bytes.
struct DenseParameters {
  let values: UnsafeMutablePointer<Double>
  let gradients: UnsafeMutablePointer<Double>
  let first: UnsafeMutablePointer<Double>
  let second: UnsafeMutablePointer<Double>
  let count: Int

  /// Calls `body` with each vector of some parameters, and with the last few one by one.
  @inline(__always)
  private func forEach(wide: (Int) -> Void, narrow: (Int) -> Void) {
    let whole = count & ~7
    for place in stride(from: 0, to: whole, by: 8) { wide(place) }
    for place in whole..<count { narrow(place) }
  }

  /// The sum of the squares of the gradients, those of the penalties λθ² included, and that of the
  /// squares of the parameters.
  func squares(penalty: Double) -> (gradients: Double, values: Double) {
    typealias Wide = SIMD8<Double>
    var (slopeLanes, valueLanes) = (Wide(repeating: 0), Wide(repeating: 0))
    var (slopeRest, valueRest) = (0.0, 0.0)
    forEach { place in
      let value = Wide.load(values + place)
      let slope = Wide.load(gradients + place) + (2 * penalty) * value
      slopeLanes += slope * slope
      valueLanes += value * value
    } narrow: { place in
      let slope = gradients[place] + (2 * penalty) * values[place]
      slopeRest += slope * slope
      valueRest += values[place] * values[place]
    }
    return (slopeLanes.addLanes(to: slopeRest), valueLanes.addLanes(to: valueRest))
  }

  /// Moves all parameters against their gradients times `clipping`, and clears the gradients.
  func step<Rule: OptimizerRule>(_ rule: Rule, clipping: Double) {
    @inline(__always)
    func step<Vector: FactorVector>(_ place: Int, _: Vector.Type) {
      let value = Vector.load(values + place)
      let slope = Vector.load(gradients + place)
        .plus(Vector.splat(2 * rule.gradientPenalty).times(value)).times(Vector.splat(clipping))
      rule.step(value, gradient: slope, first + place, second + place).store(values + place)
      Vector.splat(0).store(gradients + place)
    }
    forEach {
      step($0, SIMD8<Double>.self)
    } narrow: {
      step($0, Double.self)
    }
  }

  /// Some of these parameters, from a multiple of 8 on.
  func slice(_ range: Range<Int>) -> DenseParameters {
    DenseParameters(
      values: values + range.lowerBound, gradients: gradients + range.lowerBound,
      first: first + range.lowerBound, second: second + range.lowerBound, count: range.count)
  }
}
