// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

// The order of the uniform draws and of every operation is libFM's: results are equal to the last bit.
extension GlibcRandom {
  /// A standard normal draw (Leva 1992, "A fast normal random number generator", ratio of uniforms).
  public mutating func standardNormal() -> Double {
    while true {
      var u = uniform()
      while u == 0 { u = uniform() }
      let v = 1.7156 * (uniform() - 0.5)
      let x = u - 0.449871
      let y = abs(v) + 0.386595
      let q = (x * x) + (y * ((0.19600 * y) - (0.25472 * x)))
      if q < 0.27597 { return v / u }
      if q > 0.27846 { continue }
      if (v * v) > (((-4.0 * u) * u) * log(u)) { continue }
      return v / u
    }
  }

  /// Writes standard normal draws to `target`, one after the other.
  mutating func fill(_ target: UnsafeMutablePointer<Double>, count: Int) {
    for index in 0..<count { target[index] = standardNormal() }
  }

  /// A normal draw.
  ///
  /// With a deviation of 0 or NaN the mean is returned and nothing is drawn.
  ///
  /// - Parameters:
  ///   - mean: the mean.
  ///   - deviation: the standard deviation; may be negative or infinite.
  /// - Returns: `mean` plus `deviation` times a standard normal draw.
  public mutating func normal(mean: Double, deviation: Double) -> Double {
    if deviation == 0 || deviation.isNaN { return mean }
    return mean + (deviation * standardNormal())
  }

  /// A draw from the exponential distribution with rate 1, by inversion.
  public mutating func exponential() -> Double {
    -log(1 - uniform())
  }

  /// A draw from the gamma distribution (Marsaglia and Tsang 2000, "A simple method for generating
  /// gamma variables").
  ///
  /// - Parameters:
  ///   - shape: α, above 0 and not NaN.
  ///   - rate: β, the inverse scale; may be anything, the result is divided by it.
  /// - Returns: a draw with mean `shape / rate`.
  public mutating func gamma(shape: Double, rate: Double) -> Double {
    standardGamma(shape: shape) / rate
  }

  /// A gamma draw with rate 1.
  public mutating func standardGamma(shape: Double) -> Double {
    if shape < 1 {
      var u = uniform()
      while u == 0 { u = uniform() }
      return standardGamma(shape: shape + 1) * pow(u, 1 / shape)
    }
    let d = shape - (1.0 / 3.0)
    let c = 1 / (9 * d).squareRoot()
    while true {
      var x: Double
      var v: Double
      repeat {
        x = standardNormal()
        v = 1 + (c * x)
      } while !(v > 0)
      v = (v * v) * v
      let u = uniform()
      if u >= (1 - ((0.0331 * (x * x)) * (x * x)))
        && log(u) >= (((0.5 * x) * x) + (d * ((1 - v) + log(v))))
      {
        continue
      }
      return d * v
    }
  }

  /// A standard normal draw given that it is at least `bound` (Robert 1995, "Simulation of truncated
  /// normal variables", proposition 2.3 for positive bounds).
  ///
  /// - Precondition: `bound` is finite and its square too; otherwise no draw is ever accepted.
  public mutating func standardNormal(atLeast bound: Double) -> Double {
    if bound <= 0 {
      while true {
        let draw = standardNormal()
        if !(draw < bound) { return draw }
      }
    }
    let rate = 0.5 * (bound + ((bound * bound) + 4).squareRoot())
    while true {
      let draw = (exponential() / rate) + bound
      let distance = draw - rate
      let acceptance = exp((-(distance * distance)) / 2)
      if uniform() < acceptance { return draw }
    }
  }

  /// A normal draw with deviation 1 given that it is at least 0.
  ///
  /// - Precondition: as for ``standardNormal(atLeast:)`` with `−mean`.
  public mutating func nonNegativeNormal(mean: Double) -> Double {
    mean + standardNormal(atLeast: 0 - mean)
  }

  /// A normal draw with deviation 1 given that it is at most 0.
  ///
  /// - Precondition: as for ``standardNormal(atLeast:)`` with `mean`.
  public mutating func nonPositiveNormal(mean: Double) -> Double {
    mean + -standardNormal(atLeast: -(0 - mean))
  }
}

/// The error function as libFM approximates it (Abramowitz and Stegun 1964, formula 7.1.26), not the C
/// library's: `libFMErf(0)` is 10⁻⁹, not 0.
public func libFMErf(_ x: Double) -> Double {
  let t = x >= 0 ? 1 / (1 + (0.3275911 * x)) : 1 / (1 - (0.3275911 * x))
  let polynomial =
    t
    * (0.254829592
      + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + (t * 1.061405429)))))
  let result = 1 - (polynomial * exp((-x) * x))
  return x >= 0 ? result : -result
}

/// The standard normal distribution function on top of ``libFMErf(_:)``.
public func libFMNormalCDF(_ x: Double) -> Double {
  0.5 + (0.5 * libFMErf(normalCDFScale * x))
}

/// libFM's 1/√2.
let normalCDFScale = 0.707106781
