// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport
import FactorizationMachines

/// What the command line asks of the methods that learn in batches.
struct BatchSettings {
  /// The number of cases of a batch; nil for the default, which depends on the data.
  let batchSize: Int?

  /// Whether each iteration visits the cases in a new order.
  let shuffles: Bool

  /// The norm to which a batch's gradient is cut; nil for no limit.
  let normLimit: Double?

  /// The L1 penalty of the linear weights.
  let lasso: Double

  /// The flags that only these methods take, as far as they were given.
  let givenFlags: [String]

  init(_ flags: ParsedFlags) throws(CommandError) {
    givenFlags = ["batch_size", "shuffle", "clip_norm", "l1"].filter(flags.isGiven).map { "-\($0)" }
    batchSize = flags.integer("batch_size")
    if let batchSize, batchSize < 1 {
      throw .usage("-batch_size is \(batchSize); give the number of cases of a batch, 1 or more")
    }
    let shuffle = flags.integer("shuffle") ?? 1
    guard shuffle == 0 || shuffle == 1 else {
      throw .usage("-shuffle is \(shuffle); give 1 to shuffle the cases for each iteration, or 0")
    }
    shuffles = shuffle == 1
    normLimit = flags.number("clip_norm")
    if let normLimit, !(normLimit > 0) {
      throw .usage("-clip_norm is \(normLimit); give the greatest norm of a gradient, above 0")
    }
    lasso = flags.number("l1") ?? 0
    guard Self.isFactor(lasso) else {
      throw .usage("-l1 is \(lasso); give a finite penalty of the linear weights, 0 or more")
    }
  }

  /// Checks that the method of `settings` takes these flags, and what it takes of the others.
  func check(for settings: Settings) throws(CommandError) {
    if givenFlags.contains("-l1"), settings.method != .ftrl {
      throw .usage("-l1 goes with -method ftrl only")
    }
    guard settings.method.isMiniBatch else {
      guard let flag = givenFlags.first else { return }
      throw .usage("\(flag) goes with -method adam, adagrad or ftrl only")
    }
    if let rate = settings.learningRates.first(where: { !Self.isFactor($0) }) {
      throw .usage("-learn_rate has the number \(rate); give finite rates, 0 or more")
    }
    if let penalty = settings.regularization.first(where: { !Self.isFactor($0) }) {
      throw .usage("-regular has the number \(penalty); give finite penalties, 0 or more")
    }
  }

  /// Whether a number can be a rate or a penalty: an infinite one makes all parameters NaN.
  static func isFactor(_ number: Double) -> Bool { number >= 0 && number.isFinite }
}

extension Settings {
  /// The optimizer of a method that learns in batches; nil for the others.
  var optimizer: MiniBatchDescent.Optimizer? {
    switch method {
    case .adam: .adam
    case .adagrad: .adaGrad
    case .ftrl: .ftrl(l1: batches.lasso)
    case .sgd, .sgda, .als, .mcmc: nil
    }
  }
}
