// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines
import Testing

/// Checks of the draws against probability theory alone, not against another implementation.
///
/// Seeds are fixed, so they never fail by chance; a tolerance of five standard errors is what one chain in two
/// million would miss if it were.
@Suite("The draws of the sampler")
struct PosteriorTests {
  private static let cases: [(row: [(id: UInt32, value: Float)], target: Float)] = [
    ([(0, 1), (1, 1)], 1.5), ([(0, 1), (2, 0.5)], 0.5), ([(0, -0.5), (1, 2)], -1),
    ([(0, 2), (2, 1)], 2), ([(0, 1.5), (1, -1)], -0.5), ([(0, 0.5)], 0.25),
  ]

  private func train() throws -> Dataset {
    try Dataset(rows: Self.cases.map(\.row), targets: Self.cases.map(\.target))
  }

  private func sampler(_ options: GibbsSampler.Options, factorCount: Int) throws -> GibbsSampler {
    var random = GlibcRandom(seed: 3)
    let shape = FactorizationMachine.Shape(factorCount: factorCount, featureCount: 3)
    var machine = try FactorizationMachine(shape: shape, initialDeviation: 0.5, using: &random)
    machine.drawWeights(deviation: 0.1, using: &random)
    return try GibbsSampler(
      machine: machine, train: train(), options: options, random: random,
      pool: WorkerPool(workerCount: 1))
  }

  @Test("of bias and a weight have the mean and covariance of their joint posterior")
  func jointPosterior() throws {
    let rows: [(x: Double, y: Double)] = [(1, 2), (-0.5, 1), (2, 2.5), (0.25, -1)]
    let lambda = (bias: 0.5, weight: 2.0)
    // With fixed priors the posterior is normal: precision A = Σ z zᵀ + Λ for z = (1, x), mean A⁻¹ Σ z y.
    let a = Double(rows.count) + lambda.bias
    let b = rows.reduce(0) { $0 + $1.x }
    let d = rows.reduce(lambda.weight) { $0 + $1.x * $1.x }
    let (sumY, sumXY) = (rows.reduce(0) { $0 + $1.y }, rows.reduce(0) { $0 + $1.x * $1.y })
    let determinant = a * d - b * b
    let mean = ((d * sumY - b * sumXY) / determinant, (a * sumXY - b * sumY) / determinant)
    let variance = (d / determinant, a / determinant)
    let covariance = -b / determinant

    let count = 10_000.0
    let options = GibbsSampler.Options(
      task: .regression, iterations: Int(count), samples: true, infersHyperparameters: false,
      regularization: PerTerm(bias: lambda.bias, weights: lambda.weight, factors: 0),
      groupCount: 1)
    let shape = FactorizationMachine.Shape(factorCount: 0, featureCount: 1)
    let design = rows.map { row -> [(id: UInt32, value: Float)] in [(0, Float(row.x))] }
    var sampler = try GibbsSampler(
      machine: FactorizationMachine(shape: shape),
      train: Dataset(rows: design, targets: rows.map { Float($0.y) }),
      options: options, random: GlibcRandom(seed: 9), pool: WorkerPool(workerCount: 1))
    var sums = (0.0, 0.0)
    var squares = (0.0, 0.0)
    var products = 0.0
    try sampler.run { report in
      let (bias, weight) = (report.machine.bias - mean.0, report.machine[weight: 0] - mean.1)
      sums = (sums.0 + bias, sums.1 + weight)
      squares = (squares.0 + bias * bias, squares.1 + weight * weight)
      products += bias * weight
      return .proceed
    }
    // Two blocks of a Gibbs sampler: the autocorrelation at lag t is ρ²ᵗ, which inflates the variance of
    // an average by (1 + ρ²) / (1 − ρ²); for squares ρ² becomes ρ⁴, and less than that does no harm.
    let rho2 = covariance * covariance / (variance.0 * variance.1)
    let inflation = (1 + rho2) / (1 - rho2)
    func tolerance(_ variance: Double) -> Double { 5 * (variance * inflation / count).squareRoot() }
    #expect(abs(sums.0 / count) < tolerance(variance.0))
    #expect(abs(sums.1 / count) < tolerance(variance.1))
    #expect(abs(squares.0 / count - variance.0) < tolerance(2 * variance.0 * variance.0))
    #expect(abs(squares.1 / count - variance.1) < tolerance(2 * variance.1 * variance.1))
    let productVariance = variance.0 * variance.1 + covariance * covariance
    #expect(abs(products / count - covariance) < tolerance(productVariance))
  }

  @Test(
    "of the first factor, less their conditional mean, over their deviation, are standard normal")
  func conditionalPosterior() throws {
    let count = 4_000
    let options = GibbsSampler.Options.markovChainMonteCarlo(task: .regression, iterations: count)
    var sampler = try sampler(options, factorCount: 2)
    var before = sampler.machine
    var sum = 0.0
    var squares = 0.0
    try sampler.run { report in
      // Of feature 0 the first factor is drawn after bias and weights, before all other factors.
      let after = report.machine
      var given = before
      given.bias = after.bias
      for feature in 0..<3 { given[weight: feature] = after[weight: feature] }
      let alpha = report.hyperparameters.noisePrecision
      let prior = report.hyperparameters.factors[0]
      var precision = prior.precision
      var weighted = prior.precision * prior.mean
      for (row, target) in Self.cases {
        let base = score(of: row, by: given, firstFactor: 0)
        let slope = score(of: row, by: given, firstFactor: 1) - base
        precision += alpha * slope * slope
        weighted += alpha * slope * (Double(target) - base)
      }
      let drawn = after[factor: 0, ofFeature: 0]
      let z = (drawn - weighted / precision) * precision.squareRoot()
      sum += z
      squares += z * z
      before = after
      return .proceed
    }
    // Independent standard normals: the average has variance 1 / n, that of the squares 2 / n.
    #expect(abs(sum / Double(count)) < 5 * (1 / Double(count)).squareRoot())
    #expect(abs(squares / Double(count) - 1) < 5 * (2 / Double(count)).squareRoot())
  }

  /// The score by the definition, Σ over pairs of features, with another value for factor 0 of feature 0.
  private func score(
    of row: [(id: UInt32, value: Float)], by machine: FactorizationMachine, firstFactor: Double
  ) -> Double {
    func factor(_ f: Int, _ id: UInt32) -> Double {
      f == 0 && id == 0 ? firstFactor : machine[factor: f, ofFeature: Int(id)]
    }
    var score = machine.bias
    for (index, (id, value)) in row.enumerated() {
      score += machine[weight: Int(id)] * Double(value)
      for (otherID, otherValue) in row[..<index] {
        for f in 0..<machine.shape.factorCount {
          score += factor(f, id) * factor(f, otherID) * Double(value) * Double(otherValue)
        }
      }
    }
    return score
  }
}
