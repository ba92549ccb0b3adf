// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines
import LibFMFormats

// Three users (features 0 to 2) and three films (features 3 to 5): did the user like the film?
let train = try Dataset(
  rows: [
    [(0, 1), (3, 1)], [(0, 1), (4, 1)], [(1, 1), (3, 1)], [(1, 1), (4, 1)], [(1, 1), (5, 1)],
    [(2, 1), (4, 1)], [(2, 1), (5, 1)],
  ],
  targets: [1, -1, 1, -1, 1, 1, -1])

let shape = FactorizationMachine.Shape(factorCount: 2, featureCount: 6)
var random = GlibcRandom(seed: 1)
var start = try FactorizationMachine(shape: shape, initialDeviation: 0.1, using: &random)
start.drawWeights(deviation: 0.1, using: &random)
var sampler = try GibbsSampler(
  machine: start, train: train,
  options: .alternatingLeastSquares(
    task: .classification, iterations: 30,
    regularization: PerTerm(bias: 0, weights: 1, factors: 1)),
  random: random, pool: WorkerPool())
try sampler.run { _ in .proceed }

// Keep the parameters with all their bits, and what it takes to predict with them.
let training = TrainingDescription(
  task: .classification, method: "als", targetRange: train.targetRange, shape: shape, seed: 1)
try TrainedModel(machine: sampler.machine, training: training).write(to: "likes.model")

// Some other day: would the first user like the third film?
let model = try TrainedModel.load("likes.model")
let question = try SparseMatrix(rows: [[(0, 1), (5, 1)]])
print("probability", try model.predictions(for: question, pool: WorkerPool())[0])
