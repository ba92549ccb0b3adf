// SPDX-License-Identifier: Apache-2.0

/// Writes the variance over all features of neighbouring parameters, one number a lane: the mean of the
/// squares less the square of the mean, both sums over ascending features.
///
/// `stride` is the distance from a feature's parameters to those of the next. Without features the
/// variance is NaN.
func writeVariances<Vector: FactorVector>(
  of parameters: UnsafePointer<Double>, stride: Int, featureCount: Int,
  to variances: UnsafeMutablePointer<Double>, _: Vector.Type
) {
  var sum = Vector.splat(0)
  var squares = Vector.splat(0)
  for feature in 0..<featureCount {
    let values = Vector.load(parameters + feature &* stride)
    sum = sum.plus(values)
    squares = squares.plus(values.times(values))
  }
  withUnsafeTemporaryAllocation(
    byteCount: Vector.laneCount * 8 * 2, alignment: 64
  ) { scratch in
    guard let sums = scratch.baseAddress?.assumingMemoryBound(to: Double.self) else { return }
    sum.store(sums)
    squares.store(sums + Vector.laneCount)
    for lane in 0..<Vector.laneCount {
      let mean = average(sums[lane], over: featureCount)
      variances[lane] = average(sums[lane + Vector.laneCount], over: featureCount) - mean * mean
    }
  }
}

/// Writes the variances of all factors over all features; there is room for the stride.
func writeFactorVariances(
  of parameters: ParameterPointers, featureCount: Int, to variances: UnsafeMutablePointer<Double>
) {
  func run<Vector: FactorVector>(_: Vector.Type) {
    for factor in stride(from: 0, to: parameters.factorStride, by: Vector.laneCount) {
      writeVariances(
        of: parameters.factors + factor, stride: parameters.factorStride,
        featureCount: featureCount, to: variances + factor, Vector.self)
    }
  }
  switch parameters.factorStride {
  case 0, 1: run(Double.self)
  case 2: run(SIMD2<Double>.self)
  case 4: run(SIMD4<Double>.self)
  default: run(SIMD8<Double>.self)
  }
}
