// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines

// Three users (features 0 to 2) rate three films (features 3 to 5); one pair is left out.
let train = try Dataset(
  rows: [
    [(0, 1), (3, 1)], [(0, 1), (4, 1)], [(0, 1), (5, 1)], [(1, 1), (3, 1)], [(1, 1), (4, 1)],
    [(2, 1), (3, 1)], [(2, 1), (4, 1)], [(2, 1), (5, 1)],
  ],
  targets: [5, 1, 4, 4, 1, 1, 5, 2])

var random = GlibcRandom(seed: 1)
let start = try FactorizationMachine(
  shape: .init(factorCount: 2, featureCount: 6), initialDeviation: 0.1, using: &random)
var solver = StochasticGradientDescent(
  machine: start, train: train,
  options: .init(
    task: .regression, iterations: 100, learningRates: PerTerm(all: 0.05),
    regularization: PerTerm(bias: 0, weights: 0.1, factors: 0.02)),
  pool: WorkerPool(workerCount: 1))
try solver.run { report in
  if report.iteration % 20 == 19 { print("iteration", report.iteration, report.train.figure) }
  return .proceed
}

// What would the second user give the third film?
let question = try SparseMatrix(rows: [[(1, 1), (5, 1)]], columnCount: 6)
let prediction = try solver.machine.predictions(
  for: question, task: .regression, targetRange: train.targetRange, pool: WorkerPool())
print("prediction", prediction[0])
