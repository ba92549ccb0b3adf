// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines
import Foundation

/// Descent with adaptive regularization written down from the definition, one operation after the other.
struct NaiveAdaptation {
  var model: NaiveDescent
  var weightPenalties: [Double]
  /// Group by group, then factor by factor.
  var factorPenalties: [[Double]]
  var weightVariance = 0.0
  var factorVariances: [Double]
  private var weightGradients: [Double]
  private var factorGradients: [[Double]]
  private let groups: FeatureGroups
  private let options: AdaptiveRegularization.Options

  typealias Row = [(id: UInt32, value: Float)]

  init(
    _ machine: FactorizationMachine, groups: FeatureGroups,
    options: AdaptiveRegularization.Options
  ) {
    model = NaiveDescent(machine)
    let (n, k) = (machine.shape.featureCount, machine.shape.factorCount)
    if !options.keepsWeights { model.weights = Array(repeating: 0, count: n) }
    weightPenalties = Array(repeating: 0, count: groups.groupCount)
    factorPenalties = Array(repeating: Array(repeating: 0, count: k), count: groups.groupCount)
    factorVariances = Array(repeating: 0, count: k)
    weightGradients = Array(repeating: 0, count: n)
    factorGradients = Array(repeating: Array(repeating: 0, count: n), count: k)
    self.groups = groups
    self.options = options
  }

  mutating func learn(_ train: Dataset, _ validation: Dataset, iteration: Int) {
    let range = train.targetRange
    measure()
    var cursor = 0
    for c in 0..<train.caseCount {
      stepParameters(
        train.matrix[c], Double(train.targets.base[c]), train.caseWeights?.base[c] ?? 1, range)
      guard iteration > 0 else { continue }
      if cursor == validation.caseCount {
        measure()
        cursor = 0
      }
      stepPenalties(validation.matrix[cursor], Double(validation.targets.base[cursor]), range)
      cursor += 1
    }
  }

  private func multiplier(_ p: Double, _ y: Double, _ range: TargetRange) -> Double {
    switch options.task {
    case .regression:
      let (lower, upper) = (Double(range.lower), Double(range.upper))
      let low = p < upper ? p : upper
      return 2 * ((lower < low ? low : lower) - y)
    case .classification:
      return y * ((1.0 / (1.0 + exp((-y) * p))) - 1.0)
    }
  }

  private mutating func stepParameters(
    _ row: Row, _ y: Double, _ weight: Double, _ range: TargetRange
  ) {
    let (p, sums) = model.score(of: row)
    let m = weight * multiplier(p, y, range)
    let rates = options.learningRates
    if model.shape.usesBias { model.bias -= rates.bias * (m + ((2 * 0.0) * model.bias)) }
    if model.shape.usesWeights {
      for (id, x) in row {
        let j = Int(id)
        let g = groups[j]
        weightGradients[j] = m * Double(x)
        model.weights[j] -=
          rates.weights * (weightGradients[j] + ((2 * weightPenalties[g]) * model.weights[j]))
      }
    }
    for f in 0..<model.shape.factorCount {
      for (id, value) in row {
        let (j, x) = (Int(id), Double(value))
        let g = groups[j]
        let v = model.factors[f][j]
        factorGradients[f][j] = m * (x * (sums[f] - (v * x)))
        model.factors[f][j] =
          v - rates.factors * (factorGradients[f][j] + ((2 * factorPenalties[g][f]) * v))
      }
    }
  }

  private func weightAhead(_ j: Int) -> Double {
    let (w, g) = (model.weights[j], groups[j])
    return w - options.learningRates.weights * (weightGradients[j] + ((2 * weightPenalties[g]) * w))
  }

  private func factorAhead(_ f: Int, _ j: Int) -> Double {
    let (v, g) = (model.factors[f][j], groups[j])
    return v
      - options.learningRates.factors * (factorGradients[f][j] + ((2 * factorPenalties[g][f]) * v))
  }

  private mutating func stepPenalties(_ row: Row, _ y: Double, _ range: TargetRange) {
    var p = 0.0
    if model.shape.usesBias { p += model.bias }
    if model.shape.usesWeights {
      for (id, x) in row { p += weightAhead(Int(id)) * Double(x) }
    }
    for f in 0..<model.shape.factorCount {
      var s = 0.0
      var s2 = 0.0
      for (id, x) in row {
        let d = factorAhead(f, Int(id)) * Double(x)
        s += d
        s2 += d * d
      }
      p += 0.5 * ((s * s) - s2)
    }
    let slope = multiplier(p, y, range)
    let rates = options.learningRates
    if model.shape.usesWeights {
      var a = Array(repeating: 0.0, count: groups.groupCount)
      for (id, x) in row {
        a[groups[Int(id)]] += Double(x) * model.weights[Int(id)]
      }
      for g in 0..<groups.groupCount {
        a[g] = (-2 * rates.weights) * a[g]
        weightPenalties[g] -= (rates.weights * slope) * a[g]
        weightPenalties[g] = 0 < weightPenalties[g] ? weightPenalties[g] : 0
      }
    }
    for f in 0..<model.shape.factorCount {
      var s = 0.0
      var a = Array(repeating: 0.0, count: groups.groupCount)
      var b = a
      for (id, value) in row {
        let (j, x, v) = (Int(id), Double(value), model.factors[f][Int(id)])
        let g = groups[j]
        let ahead = factorAhead(f, j)
        s += ahead * x
        a[g] += v * x
        b[g] += ((ahead * x) * v) * x
      }
      for g in 0..<groups.groupCount {
        let t = (-2 * rates.factors) * ((s * a[g]) - b[g])
        factorPenalties[g][f] -= (rates.factors * slope) * t
        factorPenalties[g][f] = 0 < factorPenalties[g][f] ? factorPenalties[g][f] : 0
      }
    }
  }

  private mutating func measure() {
    func variance(_ values: [Double]) -> Double {
      var sum = 0.0
      var squares = 0.0
      for value in values {
        sum += value
        squares += value * value
      }
      let mean = sum / Double(values.count)
      return (squares / Double(values.count)) - (mean * mean)
    }
    weightVariance = variance(model.weights)
    factorVariances = model.factors.map(variance)
  }
}
