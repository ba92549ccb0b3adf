// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines
import Foundation

/// Gradient descent in batches written down from the definition: all parameters in one array, dense
/// gradients, and the update rules as the papers print them.
struct NaiveMiniBatch {
  let shape: FactorizationMachine.Shape
  let options: MiniBatchDescent.Options
  /// The bias, the weights, then the factors feature by feature.
  var parameters: [Double]
  private var first: [Double]
  private var second: [Double]
  private var batchCount = 0

  init(_ machine: FactorizationMachine, _ options: MiniBatchDescent.Options) {
    shape = machine.shape
    self.options = options
    parameters = Self.parameters(of: machine)
    first = Array(repeating: 0, count: parameters.count)
    second = first
    guard case .ftrl = options.optimizer else { return }
    for index in parameters.indices {
      first[index] = -parameters[index] / value(options.learningRates, index)
    }
  }

  static func parameters(of machine: FactorizationMachine) -> [Double] {
    let shape = machine.shape
    return [machine.bias] + (0..<shape.featureCount).map { machine[weight: $0] }
      + (0..<shape.featureCount).flatMap { feature in
        (0..<shape.factorCount).map { machine[factor: $0, ofFeature: feature] }
      }
  }

  func value(_ terms: PerTerm<Double>, _ index: Int) -> Double {
    index == 0 ? terms.bias : index <= shape.featureCount ? terms.weights : terms.factors
  }

  private func factorIndex(_ feature: UInt32, _ factor: Int) -> Int {
    1 + shape.featureCount + Int(feature) * shape.factorCount + factor
  }

  func score(of row: [(id: UInt32, value: Float)]) -> Double {
    var score = shape.usesBias ? parameters[0] : 0
    for (index, (id, x)) in row.enumerated() {
      if shape.usesWeights { score += parameters[1 + Int(id)] * Double(x) }
      for (other, y) in row[(index + 1)...] {
        for factor in 0..<shape.factorCount {
          score +=
            parameters[factorIndex(id, factor)] * parameters[factorIndex(other, factor)]
            * Double(x) * Double(y)
        }
      }
    }
    return score
  }

  /// The mean loss and the penalties of some rows.
  func loss(of train: Dataset, rows: [Int]) -> Double {
    let sum = rows.reduce(0.0) { sum, row in
      let (score, target) = (score(of: train.matrix[row]), Double(train.targets[row]))
      let loss =
        options.task == .regression
        ? 0.5 * (score - target) * (score - target) : log(1 + exp(-target * score))
      let penalty = train.matrix[row].reduce(0.0) { penalty, entry in
        let weight = parameters[1 + Int(entry.id)]
        return (0..<shape.factorCount).reduce(
          penalty + options.regularization.weights / 2 * weight * weight
        ) {
          let factor = parameters[factorIndex(entry.id, $1)]
          return $0 + options.regularization.factors / 2 * factor * factor
        }
      }
      return sum + (train.caseWeights?[row] ?? 1) * loss + penalty
    }
    return sum / Double(rows.count)
      + options.regularization.bias / 2 * parameters[0] * parameters[0]
  }

  /// Learns one batch.
  mutating func learn(_ train: Dataset, rows: [Int]) {
    var gradient = Array(repeating: 0.0, count: parameters.count)
    var touched: Set<Int> = shape.usesBias ? [0] : []
    let hasClosedForm = options.optimizer != .adam && options.optimizer != .adaGrad
    let penalties = hasClosedForm ? PerTerm(all: 0) : options.regularization
    for row in rows {
      let entries = train.matrix[row]
      let slope = slope(score(of: entries), of: row, in: train)
      gradient[0] += slope
      for (index, (id, x)) in entries.enumerated() {
        if shape.usesWeights {
          let place = 1 + Int(id)
          touched.insert(place)
          gradient[place] += slope * Double(x) + penalties.weights * parameters[place]
        }
        for factor in 0..<shape.factorCount {
          let place = factorIndex(id, factor)
          touched.insert(place)
          gradient[place] += penalties.factors * parameters[place]
          for (other, entry) in entries.enumerated() where other != index {
            gradient[place] +=
              slope * Double(x) * Double(entry.value)
              * parameters[factorIndex(entry.id, factor)]
          }
        }
      }
    }
    for place in touched { gradient[place] /= Double(rows.count) }
    gradient[0] += penalties.bias * parameters[0]
    let norm = touched.reduce(0) { $0 + gradient[$1] * gradient[$1] }.squareRoot()
    let scale = min(1, (options.normLimit ?? .infinity) / norm)
    batchCount += 1
    for place in touched { step(place, against: gradient[place] * scale) }
  }

  private func slope(_ score: Double, of row: Int, in train: Dataset) -> Double {
    let target = Double(train.targets[row])
    let range = train.targetRange
    let slope =
      options.task == .regression
      ? max(Double(range.lower), min(Double(range.upper), score)) - target
      : -target / (1 + exp(target * score))
    return slope * (train.caseWeights?[row] ?? 1)
  }

  private mutating func step(_ place: Int, against gradient: Double) {
    let rate = value(options.learningRates, place)
    switch options.optimizer {
    case .adam:
      first[place] = 0.9 * first[place] + 0.1 * gradient
      second[place] = 0.999 * second[place] + 0.001 * gradient * gradient
      let mean = first[place] / (1 - pow(0.9, Double(batchCount)))
      let square = second[place] / (1 - pow(0.999, Double(batchCount)))
      parameters[place] -= rate * mean / (square.squareRoot() + 1e-8)
    case .adaGrad:
      second[place] += gradient * gradient
      parameters[place] -= rate * gradient / (second[place].squareRoot() + 1e-10)
    case .ftrl(let l1):
      let lasso = place >= 1 && place <= shape.featureCount ? l1 : 0
      let before = second[place]
      second[place] += gradient * gradient
      let sigma = (second[place].squareRoot() - before.squareRoot()) / rate
      first[place] += gradient - sigma * parameters[place]
      let z = first[place]
      let scale = (1 + second[place].squareRoot()) / rate + value(options.regularization, place)
      parameters[place] = abs(z) <= lasso ? 0 : -(z - (z < 0 ? -lasso : lasso)) / scale
    }
  }
}
