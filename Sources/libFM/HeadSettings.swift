// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport
import FactorizationMachines

/// What the command line asks to put the terms of a machine together.
struct HeadSettings {
  /// Whether a dense head does, and not a plain sum; nil when no flag says so.
  private let wantsDense: Bool?

  /// What the unit makes of its sum; nil when no flag says so.
  let activation: DenseHead.Activation?

  /// The penalty on the unit's kernel.
  let kernelRegularization: Double

  /// The flags that only a dense head takes, as far as they were given.
  let givenFlags: [String]

  /// Whether learning puts a dense head over the columns.
  var isDense: Bool { wantsDense ?? false }

  init(_ flags: ParsedFlags) throws(CommandError) {
    givenFlags = ["activation", "head_regular"].filter(flags.isGiven).map { "-\($0)" }
    switch flags.text("head") {
    case nil: wantsDense = nil
    case "sum": wantsDense = false
    case "dense": wantsDense = true
    case let text?: throw .usage("-head '\(text)' is unknown; give sum or dense")
    }
    activation = try flags.text("activation").map { text throws(CommandError) in
      guard let activation = DenseHead.Activation(rawValue: text) else {
        throw .usage("-activation '\(text)' is unknown; give relu, linear or sigmoid")
      }
      return activation
    }
    kernelRegularization =
      flags.number("head_regular") ?? DenseHeadDescent.Options.defaultKernelRegularization
    guard BatchSettings.isFactor(kernelRegularization) else {
      throw .usage("-head_regular is \(kernelRegularization); give a finite penalty, 0 or more")
    }
  }

  /// Checks that the other settings go with a dense head, or these flags with a sum.
  func check(for settings: Settings) throws(CommandError) {
    guard isDense else {
      guard let flag = givenFlags.first else { return }
      throw .usage("\(flag) goes with -head dense only")
    }
    guard settings.headOptimizer != nil else {
      throw .usage(
        "-head dense does not go with -method \(settings.method): it is learned in batches that "
          + "move all parameters; use adam or adagrad")
    }
    guard settings.groupsPath != nil else {
      throw .usage(
        "-head dense needs -meta: the groups of features are the columns of the head; "
          + "csv2libfm --groups and triple_format_to_libfm --outmeta write them")
    }
    guard settings.usesWeights || settings.factorCount > 0 else {
      throw .usage("-head dense needs linear weights or factors; ask for some with -dim")
    }
    guard !settings.isDeviationGiven else {
      throw .usage(
        "-init_stdev does not go with -head dense, whose weights and factors start uniform in "
          + "(-0.05, 0.05)")
    }
  }

  /// Checks that a model to predict with has the head that the command line names.
  func check(modelHasHead: Bool, path: String) throws(CommandError) {
    guard let wantsDense, wantsDense != modelHasHead else { return }
    throw .failure(
      "\(path): the model has \(modelHasHead ? "a" : "no") dense head; "
        + "-head need not be given to predict")
  }
}

extension Settings {
  /// The optimizer of a method that learns a dense head; nil for the others.
  var headOptimizer: DenseHeadDescent.Optimizer? {
    switch method {
    case .adam: .adam
    case .adagrad: .adaGrad
    case .ftrl, .sgd, .sgda, .als, .mcmc: nil
    }
  }
}
