// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines

extension Settings {
  /// The learning rates of the three terms.
  ///
  /// The original reads three rates and then learns with none; that is kept for `-strict` only.
  var termRates: PerTerm<Double> {
    if learningRates.count == 1 { return PerTerm(all: learningRates[0]) }
    if isStrict, !method.isMiniBatch { return PerTerm(all: 0) }
    return PerTerm(bias: learningRates[0], weights: learningRates[1], factors: learningRates[2])
  }

  /// The regularization of the three terms; zero when each group has its own.
  var termRegularization: PerTerm<Double> {
    switch regularization.count {
    case 0 where head.isDense: DenseHeadDescent.Options.defaultRegularization
    case 1 where head.isDense:
      // What is given once is for what has a penalty anyway.
      PerTerm(bias: 0, weights: regularization[0], factors: regularization[0])
    case 1: PerTerm(all: regularization[0])
    case 3:
      PerTerm(
        bias: regularization[0], weights: regularization[1], factors: regularization[2])
    default: PerTerm(bias: regularization.first ?? 0, weights: 0, factors: 0)
    }
  }

  /// The shape of a machine with `featureCount` features.
  func shape(featureCount: Int) -> FactorizationMachine.Shape {
    FactorizationMachine.Shape(
      usesBias: usesBias, usesWeights: usesWeights, factorCount: factorCount,
      featureCount: featureCount)
  }
}
