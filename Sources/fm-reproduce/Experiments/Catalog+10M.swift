// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines

extension Catalog {
  /// Those on 10,000,054 ratings: the baselines of Rendle, Zhang and Koren.
  static let largeExperiments = [
    baseline(
      "ml-10m-sgd-mf", "matrix factorization by gradient descent", figure: 0.7720,
      features: FeatureSet(),
      learner: Learner(
        method: .descent(
          learningRate: 0.003, regularization: PerTerm(bias: 0, weights: 0.04, factors: 0.04)),
        factorCount: 512, iterations: 128, initialDeviation: 0.1),
      guesses: [deviation, "The penalty of 0.04 acts on biases and factors, not on the mean."],
      small: SmallVariant(
        factorCount: 64, iterations: 128, figure: 0.7756,
        expectation: "the figure that was published for k = 64, 0.7756")),
    baseline(
      "ml-10m-mf", "Bayesian matrix factorization", figure: 0.7633, features: FeatureSet(),
      guesses: [size], small: shortBaseline),
    baseline(
      "ml-10m-timesvd", "Bayesian timeSVD: with the day", figure: 0.7587,
      features: FeatureSet(usesDay: true), guesses: [size], small: shortBaseline),
    baseline(
      "ml-10m-svd++", "Bayesian SVD++: with the items rated by the user", figure: 0.7563,
      features: FeatureSet(usesItemsOfUser: true, groupsByColumn: true),
      guesses: [size, setWeights, columnPriors], small: shortBaseline),
    baseline(
      "ml-10m-timesvd++", "Bayesian timeSVD++: with the day and the items rated by the user",
      figure: 0.7523,
      features: FeatureSet(usesDay: true, usesItemsOfUser: true, groupsByColumn: true),
      guesses: [size, setWeights, columnPriors], small: shortBaseline),
    baseline(
      "ml-10m-flipped", "Bayesian timeSVD++ flipped: also with the users of the item",
      figure: 0.7485,
      features: FeatureSet(
        usesDay: true, usesItemsOfUser: true, usesUsersOfItem: true, groupsByColumn: true),
      guesses: [setWeights, columnPriors], small: shortBaseline),
  ]

  private static func baseline(
    _ name: String, _ title: String, figure: Double, features: FeatureSet,
    learner: Learner = chain(512, 512), guesses: [String], small: SmallVariant
  ) -> Experiment {
    Experiment(
      name: name, title: title, dataset: .ml10M, split: .random(testShare: 0.1),
      features: features, learner: learner,
      published: Published(metric: .rmse, figure: figure, source: .baselines), guesses: guesses,
      small: small)
  }

  private static let size = "k and the iterations are those of the flipped model, 512 each."
  private static let columnPriors = "Each column has a prior of its own."
  private static let shortBaseline = SmallVariant(
    factorCount: 32, iterations: 20,
    expectation:
      "higher errors than published, in the published order: flipped, timesvd++, svd++, timesvd, mf"
  )
}
