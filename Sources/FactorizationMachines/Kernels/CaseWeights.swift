// SPDX-License-Identifier: Apache-2.0

/// What a case counts in sums over the cases, as a kernel reads it.
///
/// A weight multiplies a whole term, so that weights of 1 change no bit.
protocol CaseWeights {
  /// A term of the case whose cell stands at `place`, times its weight.
  func weighted(_ term: Double, at place: Int) -> Double

  /// Two terms of the case whose cell stands at `place`, times its weight.
  func weighted(_ terms: SIMD2<Double>, at place: Int) -> SIMD2<Double>
}

/// Every case counts 1; nothing is multiplied.
struct EqualWeights: CaseWeights {
  @inline(__always) func weighted(_ term: Double, at _: Int) -> Double { term }
  @inline(__always) func weighted(_ terms: SIMD2<Double>, at _: Int) -> SIMD2<Double> { terms }
}

/// Weights in memory, in the order of the cells.
struct StoredWeights: CaseWeights {
  let weights: UnsafePointer<Double>

  @inline(__always) func weighted(_ term: Double, at place: Int) -> Double {
    weights[place] * term
  }

  @inline(__always) func weighted(_ terms: SIMD2<Double>, at place: Int) -> SIMD2<Double> {
    SIMD2(repeating: weights[place]) * terms
  }
}
