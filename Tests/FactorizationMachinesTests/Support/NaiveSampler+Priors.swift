// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

extension NaiveSampler {
  mutating func drawWeightPriors() throws {
    guard options.infersHyperparameters else {
      for group in weightPriors.indices { weightPriors[group].mean = 0 }
      return
    }
    let members = groups.memberCounts
    try drawPrecisions(of: weights, \.weightPriors, indices: Array(members.indices), weightKind.0)
    try drawMeans(of: weights, \.weightPriors, indices: Array(members.indices), weightKind.1)
  }

  mutating func drawFactorPriors() throws {
    guard options.infersHyperparameters else {
      for index in factorPriors.indices { factorPriors[index].mean = 0 }
      return
    }
    let factorCount = shape.factorCount
    func indices(_ factor: Int) -> [Int] {
      groups.memberCounts.indices.map { $0 * factorCount + factor }
    }
    for factor in 0..<factorCount {
      let proceeds = try drawPrecisions(
        of: factors[factor], \.factorPriors, indices: indices(factor), factorKind.0)
      if !proceeds { break }
    }
    for factor in 0..<factorCount {
      let proceeds = try drawMeans(
        of: factors[factor], \.factorPriors, indices: indices(factor), factorKind.1)
      if !proceeds { break }
    }
  }

  private typealias Kind = WritableKeyPath<GuardCounts, GuardCounts.Count>

  private var weightKind: (Kind, Kind) { (\.weightPrecisions, \.weightMeans) }
  private var factorKind: (Kind, Kind) { (\.factorPrecisions, \.factorMeans) }

  /// Gives false after a value that is refused.
  @discardableResult
  private mutating func drawPrecisions(
    of values: [Double], _ priors: WritableKeyPath<NaiveSampler, [NormalPrior]>, indices: [Int],
    _ kind: Kind
  ) throws -> Bool {
    var rates = indices.map { index in
      let mean = self[keyPath: priors][index].mean
      return ((1 * (mean - 0)) * (mean - 0)) + 1
    }
    for (feature, value) in values.enumerated() {
      let distance = value - self[keyPath: priors][indices[groups[feature]]].mean
      rates[groups[feature]] += distance * distance
    }
    for (group, index) in indices.enumerated() {
      let shape = ((1 + Double(groups.memberCounts[group])) + 1) / 2
      let new = random.gamma(shape: shape, rate: rates[group] / 2)
      let old = self[keyPath: priors][index].precision
      guard try accepts(new, old, kind) else { return false }
      self[keyPath: priors][index].precision = new
    }
    return true
  }

  /// Gives false after a value that is refused.
  @discardableResult
  private mutating func drawMeans(
    of values: [Double], _ priors: WritableKeyPath<NaiveSampler, [NormalPrior]>, indices: [Int],
    _ kind: Kind
  ) throws -> Bool {
    var sums = indices.map { _ in 0.0 }
    for (feature, value) in values.enumerated() { sums[groups[feature]] += value }
    for (group, index) in indices.enumerated() {
      let weight = Double(groups.memberCounts[group]) + 1
      let prior = self[keyPath: priors][index]
      let variance = 1 / (weight * prior.precision)
      let new = random.normal(
        mean: (sums[group] + (1 * 0)) / weight, deviation: variance.squareRoot())
      guard try accepts(new, prior.mean, kind) else { return false }
      self[keyPath: priors][index].mean = new
    }
    return true
  }

  static func latentTargetMean(_ score: Double, _ y: Double) -> Double {
    let density = exp(((-score) * score) / 2) / (3.141 * 2).squareRoot()
    return y >= 0
      ? score + (density / (1 - libFMNormalCDF(-score)))
      : score - (density / libFMNormalCDF(-score))
  }

  /// Scores all cases, feature after feature.
  mutating func predictAll() {
    var scores = [
      Scores(main: main, rows: \.train, count: e.count),
      Scores(main: testMain, rows: \.test, count: testScores.count),
    ]
    for block in blocks.indices {
      for row in blocks[block].y.indices { (blocks[block].y[row], blocks[block].q[row]) = (0, 0) }
    }
    for factor in factors {
      for index in scores.indices {
        scores[index].add { feature, x in factor[feature] * x }
      }
      addToBlocks { feature, x in factor[feature] * x }
      for index in scores.indices {
        for c in scores[index].e.indices {
          let t = scores[index].sum(c, blocks)
          scores[index].e[c] += (0.5 * t) * t
        }
      }
      for block in blocks.indices {
        for row in blocks[block].y.indices {
          let t = blocks[block].q[row]
          blocks[block].y[row] += (0.5 * t) * t
          blocks[block].q[row] = 0
        }
      }
      for index in scores.indices { scores[index].clear() }
    }
    for factor in factors {
      let term = { (feature: Int, x: Double) in
        -((((0.5 * factor[feature]) * factor[feature]) * x) * x)
      }
      for index in scores.indices { scores[index].add(term) }
      addToBlocks(term)
    }
    if shape.usesWeights {
      let weights = weights
      for index in scores.indices { scores[index].add { feature, x in weights[feature] * x } }
      addToBlocks { feature, x in weights[feature] * x }
    }
    for index in scores.indices {
      for c in scores[index].e.indices {
        scores[index].e[c] = scores[index].e[c] + scores[index].sum(c, blocks)
        if shape.usesBias { scores[index].e[c] += bias }
      }
    }
    for block in blocks.indices {
      for row in blocks[block].y.indices {
        blocks[block].y[row] = blocks[block].y[row] + blocks[block].q[row]
      }
    }
    e = scores[0].e
    testScores = scores[1].e
  }

  private mutating func addToBlocks(_ term: (Int, Double) -> Double) {
    for block in blocks.indices {
      for (local, column) in blocks[block].columns.enumerated() {
        for entry in column {
          blocks[block].q[entry.row] += term(blocks[block].offset + local, Double(entry.x))
        }
      }
    }
  }

  /// The scores of one data set in the making.
  private struct Scores {
    let main: Columns
    let rows: KeyPath<Block, [Int]>
    var e: [Double]
    var q: [Double]

    init(main: Columns, rows: KeyPath<Block, [Int]>, count: Int) {
      self.main = main
      self.rows = rows
      e = Array(repeating: 0, count: count)
      q = e
    }

    mutating func add(_ term: (Int, Double) -> Double) {
      for (feature, column) in main.enumerated() {
        for entry in column { q[entry.row] += term(feature, Double(entry.x)) }
      }
    }

    func sum(_ c: Int, _ blocks: [Block]) -> Double {
      var sum = q[c]
      for block in blocks { sum += block.q[block[keyPath: rows][c]] }
      return sum
    }

    mutating func clear() {
      for c in q.indices { q[c] = 0 }
    }
  }
}
