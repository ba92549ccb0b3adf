// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines

extension Catalog {
  /// Those on 100,000 ratings.
  static let smallExperiments = [
    Experiment(
      name: "ml-100k-u3-ids", title: "user and item", dataset: .ml100K, split: .predefined("u3"),
      features: FeatureSet(), learner: chain(10, 200),
      published: Published(metric: .rmse, figure: 0.8944, source: .myFM),
      guesses: [priors], small: shortChain),
    Experiment(
      name: "ml-100k-u3-grouped", title: "a prior for each column", dataset: .ml100K,
      split: .predefined("u3"), features: FeatureSet(groupsByColumn: true),
      learner: chain(10, 200),
      published: Published(metric: .rmse, figure: 0.8925, source: .myFM),
      guesses: [priors], small: shortChain),
    Experiment(
      name: "ml-100k-u3-side", title: "with side information", dataset: .ml100K,
      split: .predefined("u3"),
      features: FeatureSet(usesSideInformation: true, groupsByColumn: true),
      learner: chain(10, 200),
      published: Published(metric: .rmse, figure: 0.8855, source: .myFM),
      guesses: [priors, encoding], small: shortChain),
    Experiment(
      name: "ml-100k-u1-flipped", title: "implicit feedback both ways and side information",
      dataset: .ml100K, split: .predefined("u1"),
      features: FeatureSet(
        usesItemsOfUser: true, usesUsersOfItem: true, usesSideInformation: true,
        groupsByColumn: true),
      learner: chain(10, 512),
      published: Published(metric: .rmse, figure: 0.88332, source: .myFM),
      guesses: [priors, encoding, setWeights, "The day of a rating is no feature."],
      small: shortChain),
    Experiment(
      name: "ml-100k-random-k10", title: "user and item", dataset: .ml100K,
      split: .random(testShare: 1.0 / 3), features: FeatureSet(), learner: chain(10, 500),
      published: Published(metric: .mse, figure: 0.8182, source: .libFMexe),
      guesses: [deviation, oneSplit], small: shortChain),
    Experiment(
      name: "ml-100k-random-k0", title: "user and item, no factors", dataset: .ml100K,
      split: .random(testShare: 1.0 / 3), features: FeatureSet(), learner: chain(0, 100),
      published: Published(metric: .mse, figure: 0.8882, source: .libFMexe),
      guesses: [deviation, oneSplit],
      small: SmallVariant(
        factorCount: 0, iterations: 20,
        expectation: "nearly the same figure: without factors a chain settles within few draws")),
  ]

  private static let shortChain = SmallVariant(
    factorCount: 10, iterations: 50,
    expectation: "a somewhat higher error, as the average is over fewer draws of the chain")

  /// MCMC with `factorCount` factors, started with a deviation of 0.1.
  static func chain(_ factorCount: Int, _ iterations: Int, deviation: Double = 0.1) -> Learner {
    Learner(
      method: .monteCarlo, factorCount: factorCount, iterations: iterations,
      initialDeviation: deviation)
  }

  // MARK: What sources do not state

  static let priors = "The hyperpriors are libFM's."
  static let deviation = "init_stdev is 0.1, libFM's default."
  static let oneSplit = "The published figure comes from one unknown random split."
  static let setWeights =
    "The n members of a set weigh 1/sqrt(n) each, and only ratings for training are in sets."
  private static let encoding =
    "Ages are in steps of 5 years, the region is the first character of the zip code, a film's "
    + "genres weigh 1 each, the year is that of the release date."
}
