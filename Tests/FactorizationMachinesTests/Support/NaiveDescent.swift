// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines
import Foundation

/// Stochastic gradient descent written down from the definition, one operation after the other.
struct NaiveDescent {
  var bias: Double
  var weights: [Double]
  /// Factor by factor, then feature by feature.
  var factors: [[Double]]
  let shape: FactorizationMachine.Shape

  init(_ machine: FactorizationMachine) {
    shape = machine.shape
    bias = machine.bias
    weights = (0..<shape.featureCount).map { machine[weight: $0] }
    factors = (0..<shape.factorCount).map { factor in
      (0..<machine.shape.featureCount).map { machine[factor: factor, ofFeature: $0] }
    }
  }

  func score(of row: [(id: UInt32, value: Float)]) -> (score: Double, sums: [Double]) {
    var p = 0.0
    if shape.usesBias { p += bias }
    if shape.usesWeights {
      for (id, x) in row { p += weights[Int(id)] * Double(x) }
    }
    var sums: [Double] = []
    for f in 0..<shape.factorCount {
      var s = 0.0
      var s2 = 0.0
      for (id, x) in row {
        let d = factors[f][Int(id)] * Double(x)
        s += d
        s2 += d * d
      }
      p += 0.5 * ((s * s) - s2)
      sums.append(s)
    }
    return (p, sums)
  }

  mutating func descend(_ dataset: Dataset, options: StochasticGradientDescent.Options) {
    let (rates, reg) = (options.learningRates, options.regularization)
    let (lower, upper) = (Double(dataset.targetRange.lower), Double(dataset.targetRange.upper))
    for c in 0..<dataset.caseCount {
      let row = dataset.matrix[c]
      let y = Double(dataset.targets.base[c])
      let (p, sums) = score(of: row)
      var m: Double
      switch options.task {
      case .regression:
        let low = p < upper ? p : upper
        m = -(y - (lower < low ? low : lower))
      case .classification:
        m = (-y) * (1.0 - (1.0 / (1.0 + exp((-y) * p))))
      }
      m *= dataset.caseWeights?.base[c] ?? 1
      if shape.usesBias { bias -= rates.bias * (m + (reg.bias * bias)) }
      if shape.usesWeights {
        for (id, x) in row {
          let j = Int(id)
          weights[j] -= rates.weights * ((m * Double(x)) + (reg.weights * weights[j]))
        }
      }
      for f in 0..<shape.factorCount {
        for (id, value) in row {
          let (j, x) = (Int(id), Double(value))
          let v = factors[f][j]
          let g = (sums[f] * x) - ((v * x) * x)
          factors[f][j] = v - rates.factors * ((m * g) + (reg.factors * v))
        }
      }
    }
  }
}
