// SPDX-License-Identifier: Apache-2.0

import CVectorKernels

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// The vectors of this processor as far as they are wider than those that the package is compiled for.
enum WideVectors {
  /// The doubles in a vector: 8, 4, or 0 where there is nothing beyond the baseline.
  ///
  /// The environment variable `LIBFM_VECTORS` may ask for fewer. Results do not depend on it.
  static let width: Int = {
    let width = Int(fm_vector_width())
    guard let text = getenv("LIBFM_VECTORS"), let wish = Int(String(cString: text)) else {
      return width
    }
    return [8, 4].first { $0 <= min(width, wish) } ?? 0
  }()

  /// The width to use for factors at a distance: all vectors of a feature must be whole and aligned.
  @inline(__always)
  static func usableWidth(_ width: Int, stride: Int) -> Int {
    stride >= 8 ? width : stride == 4 ? min(width, 4) : 0
  }
}

/// Calls `body` with the rows and parameters as the kernels in C take them.
///
/// A bias that is changed comes back.
func withWideArguments<Result>(
  _ matrix: SparseRows, _ parameters: ParameterPointers, bias: inout Double,
  _ body: (UnsafePointer<fm_rows>, UnsafePointer<fm_parameters>) -> Result
) -> Result {
  withUnsafeMutablePointer(to: &bias) { bias in
    var rows = fm_rows(
      offsets: matrix.offsets, width: matrix.rowWidth, ids: matrix.ids, values: matrix.values)
    var machine = fm_parameters(
      bias: parameters.usesBias ? bias : nil,
      weights: parameters.usesWeights ? parameters.weights : nil, factors: parameters.factors,
      factor_count: parameters.factorCount, stride: parameters.factorStride,
      prefetches: parametersExceedCache(matrix, parameters))
    return body(&rows, &machine)
  }
}

/// Hands the scores of `rows` to `write` as far as wide kernels make them, and has `rest` see to the others:
/// rows that are too many entries wide or too few.
///
/// With a `width` of 0, which is at most that of the processor's vectors, `rest` gets all rows.
func writeWideScores(
  of rows: Range<Int>, in matrix: SparseRows, bias: Double, parameters: ParameterPointers,
  width: Int, order: fm_order, write: (Range<Int>, UnsafePointer<Double>) -> Void,
  rest: (Range<Int>) -> Void
) {
  let width = WideVectors.usableWidth(width, stride: parameters.factorStride)
  guard width > 0, rows.count >= width else { return rest(rows) }
  var bias = bias
  withWideArguments(matrix, parameters, bias: &bias) { matrix, machine in
    withUnsafeTemporaryAllocation(of: Double.self, capacity: chunkSize) { scores in
      guard let scores = scores.baseAddress else { return }
      var row = rows.lowerBound
      while row < rows.upperBound {
        let count = min(chunkSize, rows.upperBound &- row)
        let done = fm_scores(Int32(width), order, matrix, machine, row, count, scores)
        write(row..<row &+ done, scores)
        row &+= done
        if done < count {
          let end = min(row &+ width, rows.upperBound)
          rest(row..<end)
          row = end
        }
      }
    }
  }
}

/// The rows whose scores are taken at once: they stay in the first-level cache.
private let chunkSize = 512
