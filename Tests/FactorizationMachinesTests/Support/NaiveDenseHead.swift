// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines
import Foundation

/// A dense head written down from the definition: sums over columns in plain loops, and the loss of a batch
/// normalized by its own statistics.
struct NaiveDenseHead {
  let model: DenseHeadMachine
  let task: LearningTask

  /// The linear terms of the columns, then their products, for a row.
  func inputs(of row: [(id: UInt32, value: Float)]) -> [Double] {
    let (machine, columns) = (model.machine, model.columns)
    var linear = Array(repeating: 0.0, count: columns.groupCount)
    var sums = Array(
      repeating: Array(repeating: 0.0, count: machine.shape.factorCount), count: linear.count)
    for (id, x) in row {
      let (feature, column) = (Int(id), columns[Int(id)])
      linear[column] += machine[weight: feature] * Double(x)
      for factor in 0..<machine.shape.factorCount {
        sums[column][factor] += machine[factor: factor, ofFeature: feature] * Double(x)
      }
    }
    let products = sums.indices.map { column in
      sums.indices.filter { $0 != column }.reduce(0) { product, other in
        product + zip(sums[column], sums[other]).reduce(0) { $0 + $1.0 * $1.1 }
      }
    }
    return (machine.shape.usesWeights ? linear : [])
      + (machine.shape.factorCount > 0 ? products : [])
  }

  func inputs(of matrix: SparseMatrix) -> [[Double]] {
    (0..<matrix.rowCount).map { inputs(of: matrix[$0]) }
  }

  /// The mean and the biased variance of each input.
  static func statistics(_ rows: [[Double]]) -> [(mean: Double, variance: Double)] {
    rows[0].indices.map { input in
      let values = rows.map { $0[input] }
      let mean = values.reduce(0, +) / Double(values.count)
      return (mean, values.reduce(0) { $0 + pow($1 - mean, 2) } / Double(values.count))
    }
  }

  /// The unit's sum for the inputs of a row.
  func sum(_ inputs: [Double], _ statistics: [(mean: Double, variance: Double)]) -> Double {
    let head = model.head
    return inputs.indices.reduce(model.machine.shape.usesBias ? model.machine.bias : 0) {
      let (mean, variance) = statistics[$1]
      let normalized = (inputs[$1] - mean) / sqrt(variance + 0.001)
      return $0 + head.kernel[$1] * (head.scales[$1] * normalized + head.shifts[$1])
    }
  }

  func score(_ sum: Double) -> Double {
    switch (task, model.head.activation) {
    case (.classification, _), (.regression, .linear): sum
    case (.regression, .relu): max(0, sum)
    case (.regression, .sigmoid): 1 / (1 + exp(-sum))
    }
  }

  /// The mean loss of a batch, without penalties.
  func loss(of batch: Dataset) -> Double {
    let rows = inputs(of: batch.matrix)
    let statistics = Self.statistics(rows)
    let losses = rows.enumerated().map { index, row in
      let (score, target) = (score(sum(row, statistics)), Double(batch.targets[index]))
      let loss = task == .regression ? pow(score - target, 2) : log(1 + exp(-target * score))
      return loss * (batch.caseWeights?[index] ?? 1)
    }
    return losses.reduce(0, +) / Double(losses.count)
  }
}
