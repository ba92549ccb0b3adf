// SPDX-License-Identifier: Apache-2.0

/// The eigenvalues and eigenvectors of a real symmetric matrix.
///
/// Found by cyclic Jacobi rotations (Golub and Van Loan 2013, "Matrix Computations", section 8.5), which
/// takes O(n³) a sweep and few sweeps, and is accurate whether or not eigenvalues lie close together.
struct SymmetricEigenproblem {
  /// The eigenvalues, the greatest first.
  let values: [Double]

  /// A unit vector for each eigenvalue; its entry of greatest magnitude, the first of these, is
  /// positive.
  let vectors: [[Double]]

  /// Solves the problem.
  ///
  /// - Parameters:
  ///   - matrix: `count` × `count` finite numbers, symmetric.
  ///   - count: the number of rows.
  init(_ matrix: [Double], count: Int) {
    precondition(matrix.count == count * count)
    var matrix = matrix
    // Row i becomes eigenvector i.
    var rows = Array(repeating: 0.0, count: count * count)
    for index in 0..<count { rows[index * count + index] = 1 }
    let negligible = (matrix.lazy.map(\.magnitude).max() ?? 0) * 1e-15
    for _ in 0..<Self.sweepLimit {
      if Self.sweep(&matrix, &rows, count, sparing: negligible) == 0 { break }
    }
    let order = (0..<count).sorted { matrix[$1 * count + $1] < matrix[$0 * count + $0] }
    values = order.map { matrix[$0 * count + $0] }
    vectors = order.map { Self.oriented(Array(rows[$0 * count..<($0 + 1) * count])) }
  }

  /// Far more sweeps than any matrix needs; ten are many.
  private static let sweepLimit = 60

  /// Makes each entry outside the diagonal zero once, but those that are negligible.
  ///
  /// - Returns: the number of entries that were not negligible.
  private static func sweep(
    _ matrix: UnsafeMutablePointer<Double>, _ rows: UnsafeMutablePointer<Double>, _ count: Int,
    sparing negligible: Double
  ) -> Int {
    var rotationCount = 0
    for p in 0..<count {
      for q in p + 1..<max(count, p + 1) where matrix[p * count + q].magnitude > negligible {
        rotate(matrix, rows, p, q, count)
        rotationCount += 1
      }
    }
    return rotationCount
  }

  /// Makes the entry in row p and column q zero.
  private static func rotate(
    _ matrix: UnsafeMutablePointer<Double>, _ rows: UnsafeMutablePointer<Double>, _ p: Int,
    _ q: Int, _ count: Int
  ) {
    let (rowP, rowQ) = (matrix + p * count, matrix + q * count)
    let entry = rowP[q]
    let theta = (rowQ[q] - rowP[p]) / (2 * entry)
    let tangent =
      theta.magnitude > 1e100
      ? 0.5 / theta
      : (theta < 0 ? -1 : 1) / (theta.magnitude + (theta * theta + 1).squareRoot())
    let cosine = 1 / (tangent * tangent + 1).squareRoot()
    let sine = tangent * cosine
    let diagonal = (rowP[p] - tangent * entry, rowQ[q] + tangent * entry)
    rotate(rowP, rowQ, cosine, sine, count)
    rotate(rows + p * count, rows + q * count, cosine, sine, count)
    (rowP[p], rowP[q], rowQ[p], rowQ[q]) = (diagonal.0, 0, 0, diagonal.1)
    // The columns are the rows, as the matrix stays symmetric.
    for index in 0..<count {
      matrix[index * count + p] = rowP[index]
      matrix[index * count + q] = rowQ[index]
    }
  }

  /// Turns two vectors in their plane.
  private static func rotate(
    _ one: UnsafeMutablePointer<Double>, _ other: UnsafeMutablePointer<Double>, _ cosine: Double,
    _ sine: Double, _ count: Int
  ) {
    for index in 0..<count {
      let (first, second) = (one[index], other[index])
      one[index] = cosine * first - sine * second
      other[index] = sine * first + cosine * second
    }
  }

  private static func oriented(_ vector: [Double]) -> [Double] {
    let greatest = vector.map(\.magnitude).max() ?? 0
    // Entries that are equal but for rounding must not decide the sign by it.
    let decisive = vector.first { $0.magnitude >= greatest * (1 - 1e-9) } ?? 0
    return decisive < 0 ? vector.map { -$0 } : vector
  }
}
