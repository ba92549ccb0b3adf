// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport
import FactorizationMachines

extension Flag {
  static let data = Flag(
    "data", .path, "DIR", section: "Data",
    help: "The folder with the MovieLens files as published, or the one that it is in.")

  static let seed = Flag(
    "seed", .integer, section: "Learning", default: "1",
    help: "Decides on random splits, orders and numbers.")

  static let small = Flag(
    "small", .none, section: "Learning",
    help: "Use the settings of the small variant, which takes minutes.")

  static let iterations = Flag(
    "iterations", .integer, "N", section: "Learning", default: "the paper's",
    help: "Learn for another number of iterations; figures are then not compared.")

  static let threads = Flag(
    "threads", .integer, section: "Learning", default: "all processors",
    help: "The number of threads. Results do not depend on it.")

  static let quiet = Flag(
    "quiet", .none, section: "Output", help: "Show no progress on the terminal.")
}

/// What all commands that read data need to know.
struct ReproductionSettings {
  /// The experiments, as asked for, each with the reason why its figure need not be the published one.
  let experiments: [(experiment: Experiment, difference: String?)]

  /// Whether the small variants are meant.
  let isSmall: Bool

  /// The folder with the data.
  let dataFolder: String

  /// The seed of the first run.
  let seed: UInt32

  /// Who works.
  let pool: WorkerPool

  /// Whether no progress is shown.
  let isQuiet: Bool

  /// Reads ``flags``.
  ///
  /// - Throws: a `CommandError` for what cannot be meant.
  init(_ flags: ParsedFlags) throws(CommandError) {
    let names = try Catalog.named(flags.operands)
    dataFolder = try flags.requiredPath("data")
    seed = UInt32(try flags.integer("seed", in: 0...Int(UInt32.max) - 1_000, default: 1))
    pool = WorkerPool(
      workerCount: try flags.threadCount(orElse: WorkerPool.availableProcessors))
    isQuiet = flags.isGiven("quiet")
    let iterations =
      flags.isGiven("iterations") ? try flags.integer("iterations", in: 1...1_000_000) : nil
    isSmall = flags.isGiven("small")
    experiments = names.map { [isSmall] experiment in
      var (result, difference): (Experiment, String?) = (experiment, nil)
      if isSmall {
        let (reduced, isComparable) = experiment.reduced
        result = reduced
        if !isComparable { difference = "small variant" }
      }
      if let iterations, iterations != result.learner.iterations {
        difference = "\(iterations) iterations, not \(experiment.learner.iterations)"
        result.learner.iterations = iterations
      }
      return (result, difference)
    }
  }

  /// The flags that the settings read.
  static let flags: [Flag] = [
    .data, .seed, .small, .iterations, .threads, .quiet,
  ]
}
