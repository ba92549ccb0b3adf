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

/// Counts the rows whose class the scores tell.
func countRightClasses(
  of rows: Range<Int>, scores: CaseErrors, targets: UnsafePointer<Float>
) -> Int {
  var count = 0
  for row in rows {
    let p = libFMNormalCDF(scores[row])
    if (p >= 0.5 && targets[row] > 0) || (p < 0.5 && targets[row] < 0) { count &+= 1 }
  }
  return count
}
