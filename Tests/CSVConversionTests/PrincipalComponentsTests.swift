// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines
import Testing

@testable import CSVConversion

@Suite("Principal components")
struct PrincipalComponentsTests {
  @Test("of a symmetric matrix are found exactly where that is easy")
  func knownEigenvalues() {
    // 2 −1 0 / −1 2 −1 / 0 −1 2: eigenvalues 2 + √2, 2, 2 − √2.
    let solution = SymmetricEigenproblem([2, -1, 0, -1, 2, -1, 0, -1, 2], count: 3)
    let root = 2.0.squareRoot()
    for (found, expected) in zip(solution.values, [2 + root, 2, 2 - root]) {
      #expect(abs(found - expected) < 1e-14)
    }
    // The entry of greatest magnitude is positive; of two equal ones, the first.
    for (found, expected) in zip(solution.vectors[0], [-0.5, root / 2, -0.5]) {
      #expect(abs(found - expected) < 1e-14)
    }
    for (found, expected) in zip(solution.vectors[1], [root / 2, 0, -root / 2]) {
      #expect(abs(found - expected) < 1e-14)
    }
    #expect(SymmetricEigenproblem([], count: 0).values.isEmpty)
    #expect(SymmetricEigenproblem([-3], count: 1).values == [-3])
    #expect(SymmetricEigenproblem([-3], count: 1).vectors == [[1]])
  }

  @Test("of random matrices satisfy the definition", arguments: [2, 5, 16, 33])
  func definition(count: Int) {
    var random = GlibcRandom(seed: UInt32(count))
    var matrix = Array(repeating: 0.0, count: count * count)
    for row in 0..<count {
      for column in 0...row {
        let entry = random.normal(mean: 0, deviation: 1)
        matrix[row * count + column] = entry
        matrix[column * count + row] = entry
      }
    }
    let solution = SymmetricEigenproblem(matrix, count: count)
    #expect(zip(solution.values, solution.values.dropFirst()).allSatisfy { $0 >= $1 })
    for (value, vector) in zip(solution.values, solution.vectors) {
      #expect(abs(vector.reduce(0) { $0 + $1 * $1 } - 1) < 1e-12)
      for row in 0..<count {
        let product = (0..<count).reduce(0.0) { $0 + matrix[row * count + $1] * vector[$1] }
        #expect(abs(product - value * vector[row]) < 1e-11)
      }
    }
  }

  @Test("of two factors are those of the quadratic formula")
  func twoFactors() throws {
    let rows = [[1.0, 2], [3, 1], [-2, 0.5], [0, -4], [9, 9]]
    let machine = try machine(rows)
    // The last feature is not asked for.
    let components = PrincipalComponents(of: 0..<4, in: machine)
    let mean = [0.5, -0.125]
    #expect(components.mean == mean)
    var (xx, xy, yy) = (0.0, 0.0, 0.0)
    for row in rows.dropLast() {
      let (x, y) = (row[0] - mean[0], row[1] - mean[1])
      (xx, xy, yy) = (xx + x * x / 4, xy + x * y / 4, yy + y * y / 4)
    }
    let root = ((xx - yy) * (xx - yy) / 4 + xy * xy).squareRoot()
    let (first, second) = ((xx + yy) / 2 + root, (xx + yy) / 2 - root)
    #expect(abs(components.shares[0] - first / (xx + yy)) < 1e-14)
    #expect(abs(components.shares[1] - second / (xx + yy)) < 1e-14)
    // The variance along a direction is that of the coordinates.
    for (component, variance) in [first, second].enumerated() {
      let places = (0..<4).map { components.coordinate(of: $0, in: machine, along: component) }
      #expect(abs(places.reduce(0, +)) < 1e-13)
      #expect(abs(places.reduce(0) { $0 + $1 * $1 / 4 } - variance) < 1e-13)
    }
  }

  @Test("find the greatest variance as power iteration does")
  func powerIteration() throws {
    var random = GlibcRandom(seed: 3)
    let rows = (0..<50).map { _ in
      (0..<6).map { Double($0 + 1) * random.normal(mean: 0.3, deviation: 1) }
    }
    let components = PrincipalComponents(of: Array(rows.indices), in: try machine(rows))
    let means = (0..<6).map { factor in rows.reduce(0) { $0 + $1[factor] } / 50 }
    var vector = Array(repeating: 1.0, count: 6)
    for _ in 0..<500 {
      var next = Array(repeating: 0.0, count: 6)
      for row in rows {
        let product = (0..<6).reduce(0.0) { $0 + (row[$1] - means[$1]) * vector[$1] }
        for factor in 0..<6 { next[factor] += product * (row[factor] - means[factor]) }
      }
      let length = next.reduce(0) { $0 + $1 * $1 }.squareRoot()
      vector = next.map { $0 / length }
    }
    let sign = zip(vector, components.axes[0]).reduce(0) { $0 + $1.0 * $1.1 } < 0 ? -1.0 : 1
    for (found, expected) in zip(components.axes[0], vector) {
      #expect(abs(found - sign * expected) < 1e-9)
    }
    let greatest = try #require(components.axes[0].max { $0.magnitude < $1.magnitude })
    #expect(greatest > 0)
    #expect(abs(components.shares.reduce(0, +) - 1) < 1e-14)
  }

  @Test("of equal features have no share of a variance that is not there")
  func noVariance() throws {
    let machine = try machine(Array(repeating: [0.1, -0.7, 1e3], count: 7))
    #expect(PrincipalComponents(of: 0..<7, in: machine).shares == [0, 0, 0])
  }

  @Test("need factors that are finite numbers")
  func usability() throws {
    let machine = try machine([[1, 2], [.nan, 0], [0, .infinity], [1e101, 0], [-1e100, 0]])
    let usable = (0..<5).map { PrincipalComponents.areUsable($0, of: machine) }
    #expect(usable == [true, false, false, false, true])
    let components = PrincipalComponents(of: [0, 4], in: machine)
    #expect(components.shares.allSatisfy { $0.isFinite })
  }

  private func machine(_ rows: [[Double]]) throws -> FactorizationMachine {
    var machine = try FactorizationMachine(
      shape: .init(factorCount: rows[0].count, featureCount: rows.count))
    for (feature, row) in rows.enumerated() {
      for (factor, value) in row.enumerated() {
        machine[factor: factor, ofFeature: feature] = value
      }
    }
    return machine
  }
}
