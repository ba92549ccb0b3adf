// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines

extension Catalog {
  /// Those on 1,000,209 ratings.
  static let mediumExperiments = [
    collected(
      "ml-1m-sgd", figure: 0.943,
      learner: Learner(
        method: .descent(learningRate: 0.01, regularization: PerTerm(all: 0)), factorCount: 8,
        iterations: 100, initialDeviation: 0.1)),
    collected(
      "ml-1m-als", figure: 0.981,
      learner: Learner(
        method: .leastSquares(regularization: PerTerm(all: 0)), factorCount: 8, iterations: 100,
        initialDeviation: 0.1)),
    collected(
      "ml-1m-mcmc-0.05", figure: 0.877, learner: chain(8, 100, deviation: 0.05)),
    collected(
      "ml-1m-mcmc-0.10", figure: 0.846, learner: chain(8, 100)),
    Experiment(
      name: "ml-1m-flipped", title: "with the day and implicit feedback both ways",
      dataset: .ml1M, split: .random(testShare: 0.1),
      features: FeatureSet(
        usesDay: true, usesItemsOfUser: true, usesUsersOfItem: true, groupsByColumn: true),
      learner: chain(32, 512),
      published: Published(metric: .rmse, figure: 0.8161, source: .myFM),
      guesses: [
        priors, setWeights, "The fold is a random tenth of the ratings.", "The day is a feature.",
        deviation,
      ],
      small: SmallVariant(
        factorCount: 8, iterations: 30,
        expectation: "a higher error, yet below that of ml-1m-mcmc-0.10")),
  ]

  /// One of the figures collected in cemoody/vfm, which states data and methods, but few settings.
  private static func collected(
    _ name: String, figure: Double, learner: Learner
  ) -> Experiment {
    var guesses = ["k is 8 and there are 100 iterations, libFM's defaults."]
    switch learner.method {
    case .descent:
      guesses.append("The learning rate is 0.01, there is no regularization. \(deviation)")
    case .leastSquares:
      guesses += [
        "There is no regularization, libFM's default. \(deviation)",
        "The figure is the one that libFM prints, of predictions averaged over all iterations.",
      ]
    case .monteCarlo: guesses.append(priors)
    }
    return Experiment(
      name: name, title: "user and item", dataset: .ml1M, split: .random(testShare: 0.25),
      features: FeatureSet(), learner: learner,
      published: Published(metric: .rmse, figure: figure, source: .vfm),
      guesses: guesses + [oneSplit],
      small: SmallVariant(
        factorCount: 8, iterations: 20,
        expectation: "another error: the learner is stopped after a fifth of the iterations"))
  }
}
