// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport
import FactorizationMachines
import LibFMFormats

/// What the command line asks for about the draws of `mcmc`: to keep them, to predict with them, and what
/// to tell of their spread.
struct PosteriorSettings {
  let savedPath: String?
  let selection: DrawSelection
  let precision: PosteriorPrecision
  let loadedPath: String?
  let deviationsPath: String?
  let quantilesPath: String?
  let statistics: PosteriorPredictions.Statistics

  init(_ flags: ParsedFlags) throws(CommandError) {
    savedPath = try Settings.path("save_posterior", flags)
    loadedPath = try Settings.path("load_posterior", flags)
    deviationsPath = try Settings.path("out_std", flags)
    quantilesPath = try Settings.path("out_quantiles", flags)
    selection = try Self.selection(flags)
    precision = try Self.precision(flags)
    statistics = PosteriorPredictions.Statistics(
      includesDeviations: deviationsPath != nil, includesNoise: flags.isGiven("out_std_with_noise"),
      quantiles: quantilesPath == nil ? [] : try Self.quantiles(flags))
    for name in ["burn_in", "thin", "posterior_precision"] where flags.isGiven(name) {
      guard savedPath == nil else { break }
      throw .usage("-\(name) needs -save_posterior: it says which draws that keeps, and how")
    }
    if statistics.includesNoise, deviationsPath == nil {
      throw .usage("-out_std_with_noise needs -out_std FILE, to which it adds the noise")
    }
    if flags.isGiven("quantiles"), quantilesPath == nil {
      throw .usage("-quantiles needs -out_quantiles FILE, where they are written")
    }
  }

  /// Whether more than the means is asked for.
  var tellsSpread: Bool { deviationsPath != nil || quantilesPath != nil }

  /// Checks what depends on the other flags.
  func checkCombination(with settings: Settings) throws(CommandError) {
    if savedPath != nil { try checkSaving(settings) }
    if loadedPath != nil { try checkLoading(settings) }
    guard tellsSpread else { return }
    let flag = deviationsPath == nil ? "out_quantiles" : "out_std"
    guard savedPath != nil || loadedPath != nil else {
      throw .usage(
        "-\(flag) needs the draws of mcmc: learn with -save_posterior FILE, there or with "
          + "-load_posterior FILE -test FILE afterwards give -\(flag)")
    }
    if settings.testPath == nil {
      throw .usage("-\(flag) needs -test: it tells of the cases of the test file")
    }
    if statistics.includesNoise, settings.task == .classification {
      throw .usage("-out_std_with_noise is for -task r: classes have no noise of their own")
    }
    if deviationsPath != nil, savedPath != nil, selection.count(below: settings.iterations) < 2 {
      throw .usage("-out_std needs two draws; -burn_in and -thin leave a single one")
    }
  }

  private func checkSaving(_ settings: Settings) throws(CommandError) {
    guard settings.trainPath != nil else {
      throw .usage("-save_posterior needs -train: it keeps the draws made while learning")
    }
    guard settings.method == .mcmc else {
      throw .usage("-save_posterior needs -method mcmc: \(settings.method) makes no draws")
    }
    guard settings.iterations > 0 else {
      throw .usage("-save_posterior needs an iteration to draw in; -iter is \(settings.iterations)")
    }
    guard selection.burnIn < settings.iterations else {
      throw .usage(
        "-burn_in is \(selection.burnIn); give less than the number of iterations (-iter), "
          + "\(settings.iterations), else no draw is kept")
    }
  }

  private func checkLoading(_ settings: Settings) throws(CommandError) {
    let others = [("train", settings.trainPath), ("load_model", settings.loadedModelPath)]
    for case (let flag, _?) in others {
      throw .usage("-load_posterior does not go with -\(flag): it predicts from kept draws alone")
    }
    guard settings.savedModelPath == nil else {
      throw .usage("-load_posterior does not go with -save_model: many draws are no single model")
    }
    guard settings.method == .mcmc else {
      throw .usage("-load_posterior does not go with -method \(settings.method): draws are of mcmc")
    }
  }

  private static func selection(_ flags: ParsedFlags) throws(CommandError) -> DrawSelection {
    let (burnIn, thinning) = (flags.integer("burn_in") ?? 0, flags.integer("thin") ?? 1)
    guard burnIn >= 0 else {
      throw .usage("-burn_in is \(burnIn); give the number of iterations to leave out, 0 or more")
    }
    guard thinning >= 1 else {
      throw .usage("-thin is \(thinning); give 1 to keep each draw, N to keep each N-th")
    }
    return DrawSelection(burnIn: burnIn, thinning: thinning)
  }

  private static func precision(_ flags: ParsedFlags) throws(CommandError) -> PosteriorPrecision {
    guard let text = flags.text("posterior_precision") else { return .double }
    guard let precision = PosteriorPrecision(rawValue: text) else {
      throw .usage("-posterior_precision '\(text)' is unknown; give double or float")
    }
    return precision
  }

  private static func quantiles(_ flags: ParsedFlags) throws(CommandError) -> [Double] {
    guard let orders = flags.numbers("quantiles") else { return [0.05, 0.5, 0.95] }
    guard !orders.isEmpty else {
      throw .usage("-quantiles is empty; give numbers from 0 to 1, as in -quantiles 0.05,0.5,0.95")
    }
    for order in orders where !(0...1).contains(order) {
      throw .usage("-quantiles has \(GeneralFormat.text(order)); give numbers from 0 to 1")
    }
    return orders
  }
}
