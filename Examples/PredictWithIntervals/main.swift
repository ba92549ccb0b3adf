// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines
import LibFMFormats

// Three users (features 0 to 2) rate three films (features 3 to 5); one pair is left out.
let train = try Dataset(
  rows: [
    [(0, 1), (3, 1)], [(0, 1), (4, 1)], [(0, 1), (5, 1)], [(1, 1), (3, 1)], [(1, 1), (4, 1)],
    [(2, 1), (3, 1)], [(2, 1), (4, 1)], [(2, 1), (5, 1)],
  ],
  targets: [5, 1, 4, 4, 1, 1, 5, 2])
let pool = WorkerPool()

// Sample, and keep every second draw after the first 100.
var random = GlibcRandom(seed: 1)
let shape = FactorizationMachine.Shape(factorCount: 2, featureCount: 6)
var start = try FactorizationMachine(shape: shape, initialDeviation: 0.1, using: &random)
start.drawWeights(deviation: 0.1, using: &random)
var sampler = try GibbsSampler(
  machine: start, train: train,
  options: .markovChainMonteCarlo(task: .regression, iterations: 500), random: random, pool: pool)
let training = TrainingDescription(
  task: .regression, method: "mcmc", targetRange: train.targetRange, shape: shape, seed: 1)
let writer = try PosteriorWriter(
  CommandLine.arguments[1], training: training, selection: DrawSelection(burnIn: 100, thinning: 2))
try sampler.run { report in
  try writer.add(report)
  return .proceed
}
try writer.commit()

// What would the second user give the third film, and how sure is that?
let posterior = try Posterior(CommandLine.arguments[1])
let predictions = try posterior.predictions(
  for: SparseMatrix(rows: [[(1, 1), (5, 1)]]),
  statistics: .init(includesDeviations: true, includesNoise: true, quantiles: [0.05, 0.95]),
  pool: pool)
if let deviations = predictions.standardDeviations, let quantiles = predictions.quantiles {
  print(predictions.means[0], "±", deviations[0], "within", quantiles[0], "to", quantiles[1])
}

// Or look at one draw.
let draw = try posterior.draw(0)
print("iteration", draw.iteration, "bias", draw.machine.bias, "noise α", draw.noisePrecision)
