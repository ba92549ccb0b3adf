// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// The mean of the latent target of a probit model given the class of its case, as libFM computes it for
/// ALS: with 3.141 in place of π.
@inline(__always)
func latentTargetMean(score: Double, isPositive: Bool) -> Double {
  let density = exp(((-score) * score) / 2) / (3.141 * 2).squareRoot()
  let below = libFMNormalCDF(-score)
  return isPositive ? score + (density / (1 - below)) : score - (density / below)
}

/// Whether a latent target can be drawn: the rejection sampler never ends for a score that is NaN or
/// infinitely far on the wrong side.
@inline(__always)
func canDrawLatentTarget(score: Double, isPositive: Bool) -> Bool {
  let bound = isPositive ? 0 - score : score - 0
  return bound <= 0 || (bound * bound).isFinite
}

/// Counts the rows whose class the scores tell: at a ``libFMNormalCDF(_:)`` of 0.5 and above the positive one.
///
/// Which side of 0.5 that is depends on the sign of what ``libFMErf(_:)`` is taken of alone, as that is 10⁻⁹
/// at 0, far from any rounding.
func countRightClasses(
  of rows: Range<Int>, scores: CaseErrors, targets: UnsafePointer<Float>
) -> Int {
  var count = 0
  for row in rows {
    let x = normalCDFScale * scores[row]
    let isRight = x >= 0 ? targets[row] > 0 : targets[row] < 0
    count &+= isRight && !x.isNaN ? 1 : 0
  }
  return count
}
