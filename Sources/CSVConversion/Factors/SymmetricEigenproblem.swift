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
    for _ in 0..<Self.sweepLimit where !Self.isDiagonal(matrix, count) {
      for p in 0..<count {
        for q in p + 1..<max(count, p + 1) {
          Self.rotate(&matrix, &rows, p, q, count)
        }
      }
    }
    let order = (0..<count).sorted { matrix[$1 * count + $1] < matrix[$0 * count + $0] }
    values = order.map { matrix[$0 * count + $0] }
    vectors = order.map { Self.oriented(Array(rows[$0 * count..<($0 + 1) * count])) }
  }

  /// Far more sweeps than any matrix needs; ten are many.
  private static let sweepLimit = 60

  private static func isDiagonal(_ matrix: [Double], _ count: Int) -> Bool {
    var greatest = 0.0
    var greatestOutside = 0.0
    for row in 0..<count {
      greatest = max(greatest, matrix[row * count + row].magnitude)
      for column in 0..<row {
        greatestOutside = max(greatestOutside, matrix[row * count + column].magnitude)
      }
    }
    return greatestOutside <= greatest * 1e-16
  }

  /// Makes the entry in row p and column q zero.
  private static func rotate(
    _ matrix: inout [Double], _ rows: inout [Double], _ p: Int, _ q: Int, _ count: Int
  ) {
    let entry = matrix[p * count + q]
    if entry == 0 { return }
    let theta = (matrix[q * count + q] - matrix[p * count + p]) / (2 * entry)
    let tangent =
      theta.magnitude > 1e100
      ? 0.5 / theta
      : (theta < 0 ? -1 : 1) / (theta.magnitude + (theta * theta + 1).squareRoot())
    let cosine = 1 / (tangent * tangent + 1).squareRoot()
    let sine = tangent * cosine
    for index in 0..<count {
      let (first, second) = (matrix[index * count + p], matrix[index * count + q])
      matrix[index * count + p] = cosine * first - sine * second
      matrix[index * count + q] = sine * first + cosine * second
    }
    for index in 0..<count {
      let (first, second) = (matrix[p * count + index], matrix[q * count + index])
      matrix[p * count + index] = cosine * first - sine * second
      matrix[q * count + index] = sine * first + cosine * second
      let (one, other) = (rows[p * count + index], rows[q * count + index])
      rows[p * count + index] = cosine * one - sine * other
      rows[q * count + index] = sine * one + cosine * other
    }
    matrix[p * count + q] = 0
    matrix[q * count + p] = 0
  }

  private static func oriented(_ vector: [Double]) -> [Double] {
    let greatest = vector.map(\.magnitude).max() ?? 0
    // Entries that are equal but for rounding must not decide the sign by it.
    let decisive = vector.first { $0.magnitude >= greatest * (1 - 1e-9) } ?? 0
    return decisive < 0 ? vector.map { -$0 } : vector
  }
}
