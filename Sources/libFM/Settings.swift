// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport
import FactorizationMachines
import LibFMFormats

/// What the command line asks for, checked as far as that is possible without reading a file.
struct Settings {
  /// How to learn.
  enum Method: String, CaseIterable {
    case sgd
    case sgda
    case als
    case mcmc
    case adam
    case adagrad
    case ftrl

    /// Whether steps have a learning rate, and cases are visited by rows.
    var isGradientDescent: Bool { self != .als && self != .mcmc }

    /// Whether a step is made for a batch of cases.
    var isMiniBatch: Bool { [.adam, .adagrad, .ftrl].contains(self) }

    /// The methods that predict alike.
    var family: PredictionRule.Family { isGradientDescent ? .gradientDescent : .sampler }
  }

  let task: LearningTask
  let method: Method
  let isMethodGiven: Bool
  let trainPath: String?
  let testPath: String?
  let validationPath: String?
  let weightsPath: String?
  let groupsPath: String?
  let relationPrefixes: [String]
  let isShapeGiven: Bool
  let usesBias: Bool
  let usesWeights: Bool
  let factorCount: Int
  let initialDeviation: Double
  let isDeviationGiven: Bool
  let iterations: Int
  let learningRates: [Double]
  let regularization: [Double]
  let seed: UInt32
  let isSeedGiven: Bool
  let threadCount: Int
  let loadedModelPath: String?
  let savedModelPath: String?
  let modelFormat: ModelFormat
  let isModelFormatGiven: Bool
  let predictionsPath: String?
  let logPath: String?
  let posterior: PosteriorSettings
  let metrics: [Metric]
  let patience: Int?
  let batches: BatchSettings
  let checkpoints: CheckpointSettings
  let head: HeadSettings
  let cacheSize: Int
  let isVerbose: Bool
  let isQuiet: Bool
  let isStrict: Bool

  /// The flags given that only learning looks at, but for those of batches and -seed.
  private let givenLearningFlags: [String]

  /// The flags given on which the result of learning depends, for people to read.
  let decisiveArguments: [String]

  init(_ flags: ParsedFlags, now: UInt32) throws(CommandError) {
    isStrict = flags.isStrict
    method = try Self.method(flags)
    isMethodGiven = flags.isGiven("method")
    task = try Self.task(flags)
    trainPath = try Self.path("train", flags)
    testPath = try Self.path("test", flags)
    validationPath = try Self.path("validation", flags)
    weightsPath = try Self.path("weights", flags)
    groupsPath = try Self.path("meta", flags)
    relationPrefixes = flags.texts("relation") ?? []
    loadedModelPath = try Self.path("load_model", flags)
    savedModelPath = try Self.path("save_model", flags)
    modelFormat = try ModelFormat(flags)
    isModelFormatGiven = flags.isGiven("model_format") || flags.isGiven("model_digits")
    predictionsPath = try Self.path("out", flags)
    logPath = try Self.path("rlog", flags)
    isShapeGiven = flags.isGiven("dim")
    (usesBias, usesWeights, factorCount) = try Self.dimensions(flags)
    initialDeviation = flags.number("init_stdev") ?? 0.1
    isDeviationGiven = flags.isGiven("init_stdev")
    iterations = try Self.iterations(flags, method: method)
    learningRates = try Self.learningRates(flags, method: method)
    regularization = try Self.regularization(flags, method: method)
    seed = flags.integer("seed").map(UInt32.init(truncatingIfNeeded:)) ?? now
    isSeedGiven = flags.isGiven("seed")
    threadCount = try flags.threadCount(orElse: WorkerPool.availableProcessors)
    posterior = try PosteriorSettings(flags)
    metrics = try Self.metrics(flags, task: task)
    batches = try BatchSettings(flags)
    checkpoints = try CheckpointSettings(flags)
    head = try HeadSettings(flags)
    patience = try Self.patience(flags, learnsHead: head.isDense && trainPath != nil)
    isVerbose = flags.integer("verbosity") ?? 0 > 0
    cacheSize = flags.integer("cache_size") ?? 0
    isQuiet = flags.isGiven("quiet")
    givenLearningFlags = [
      "validation", "weights", "meta", "rlog", "init_stdev", "iter", "learn_rate", "regular",
      "early_stopping", "checkpoint", "checkpoint_every",
    ].filter(flags.isGiven).map { "-\($0)" }
    decisiveArguments = flags.account(of: Self.decisiveFlags)
    try checkCombination()
  }

  /// Whether there is nothing to learn, only to predict with a loaded model.
  var onlyPredicts: Bool { trainPath == nil }

  /// Whether binary data are read by rows, and not by columns; draws predict from the files that made
  /// them.
  var needsRows: Bool {
    onlyPredicts ? posterior.loadedPath == nil : method.isGradientDescent
  }

  /// The files to write, with the flags that name them.
  var outputs: [(flag: String, path: String)] {
    let partialDraws =
      keepsDrawsFindable
      ? posterior.savedPath.flatMap { try? WholeFile.lastingPath(of: $0) } : nil
    return [
      ("out", predictionsPath), ("save_model", savedModelPath), ("rlog", logPath),
      ("save_posterior", posterior.savedPath), ("save_posterior", partialDraws),
      ("out_std", posterior.deviationsPath),
      ("out_quantiles", posterior.quantilesPath), ("checkpoint", checkpoints.path),
    ].compactMap { flag, path in path.map { (flag, $0) } }
  }

  /// Whether the draws for `-save_posterior` are found again when the run is broken off.
  var keepsDrawsFindable: Bool { checkpoints.path != nil || checkpoints.resumePath != nil }

  /// The flags given that concern learning, when nothing is learned.
  var unusedFlags: [String] {
    onlyPredicts ? givenLearningFlags + batches.givenFlags + head.givenFlags : []
  }

  /// Whether the validation file is read: by sgda to learn from, by all methods to stop early, under a dense
  /// head in any case.
  var usesValidation: Bool {
    !onlyPredicts && validationPath != nil
      && (method == .sgda || patience != nil || head.isDense)
  }

  private func checkCombination() throws(CommandError) {
    if trainPath == nil, loadedModelPath == nil, posterior.loadedPath == nil {
      throw .usage(
        "-train is missing: name the file to learn from, or give -load_model or -load_posterior to "
          + "predict only")
    }
    try posterior.checkCombination(with: self)
    if method.isMiniBatch, checkpoints.path != nil || checkpoints.resumePath != nil {
      throw .usage(
        "-checkpoint and -resume do not go with -method \(method); save the model with "
          + "-model_format full and load it to go on")
    }
    if trainPath == nil, checkpoints.resumePath != nil {
      throw .usage("-resume goes on with learning and needs -train: repeat the flags of that run")
    }
    if testPath == nil {
      if predictionsPath != nil {
        throw .usage("-out needs -test: predictions are made for the cases of the test file")
      }
      if trainPath == nil {
        throw .usage("-test is missing: name the file to predict, or -train to learn from one")
      }
    }
    if patience != nil, validationPath == nil, !head.isDense {
      throw .usage("-early_stopping needs -validation: it watches the figure on that file")
    }
    if patience != nil, !relationPrefixes.isEmpty, !head.isDense {
      throw .usage(
        "-early_stopping does not go with -relation: a relation says nothing about validation cases"
      )
    }
    if weightsPath != nil, trainPath != nil, task == .classification, !method.isGradientDescent {
      throw .usage(
        "-weights does not go with -task c and -method \(method): the latent targets of the classes "
          + "have the variance 1, so that weighted ones have no exact draw; use another method")
    }
    if method == .sgda, trainPath != nil, validationPath == nil {
      throw .usage("-method sgda needs -validation: it adapts the regularization on that file")
    }
    if !onlyPredicts {
      try batches.check(for: self)
      try head.check(for: self)
    }
  }

  private static func method(_ flags: ParsedFlags) throws(CommandError) -> Method {
    guard let text = flags.text("method") else { return .mcmc }
    guard let method = Method(rawValue: text) else {
      throw .usage(
        "-method '\(text)' is unknown; the methods are sgd, sgda, als, mcmc, adam, adagrad and ftrl"
      )
    }
    return method
  }

  private static func task(_ flags: ParsedFlags) throws(CommandError) -> LearningTask {
    switch flags.text("task") {
    case "r": return .regression
    case "c": return .classification
    case nil:
      throw .usage("-task is missing: give -task r for regression or -task c for two classes")
    case let text?:
      throw .usage(
        "-task '\(text)' is unknown; give r for regression or c for classification")
    }
  }

  /// The path that a flag names, if it is given.
  static func path(_ name: String, _ flags: ParsedFlags) throws(CommandError) -> String? {
    guard let path = flags.text(name) else { return nil }
    if path.isEmpty { throw .usage("-\(name) is given without the name of a file") }
    return path
  }

  private static func dimensions(
    _ flags: ParsedFlags
  ) throws(CommandError) -> (Bool, Bool, Int) {
    guard let dimensions = flags.integers("dim") else { return (true, true, 8) }
    guard dimensions.count == 3 else {
      throw .usage(
        "-dim has \(dimensions.count) numbers; it takes three: bias (0 or 1), linear weights "
          + "(0 or 1) and the number of factors, as in -dim 1,1,8")
    }
    guard dimensions[2] >= 0 else {
      throw .usage("-dim asks for \(dimensions[2]) factors; give 0 or more")
    }
    return (dimensions[0] != 0, dimensions[1] != 0, dimensions[2])
  }

  private static func iterations(
    _ flags: ParsedFlags, method: Method
  ) throws(CommandError) -> Int {
    let iterations = flags.integer("iter") ?? 100
    if iterations >= 0 { return iterations }
    guard flags.isStrict else {
      throw .usage("-iter is \(iterations); give the number of iterations, 0 or more")
    }
    // The original counts the iterations of als and mcmc without sign.
    return method.isGradientDescent
      ? iterations : Int(UInt32(bitPattern: Int32(truncatingIfNeeded: iterations)))
  }

  private static func learningRates(
    _ flags: ParsedFlags, method: Method
  ) throws(CommandError) -> [Double] {
    let usual = method == .adam ? MiniBatchDescent.Optimizer.adam.defaultLearningRate : 0.1
    let rates = flags.numbers("learn_rate") ?? [usual]
    // Other methods have no steps; the original does not look at the rates then.
    guard rates.count == 1 || rates.count == 3 || !method.isGradientDescent else {
      throw .usage(
        "-learn_rate has \(rates.count) numbers; it takes one, or three for bias, linear weights "
          + "and factors")
    }
    return rates
  }

  private static func regularization(
    _ flags: ParsedFlags, method: Method
  ) throws(CommandError) -> [Double] {
    let values = flags.numbers("regular") ?? []
    // For als and mcmc one for the bias and two for each group are possible as well, and the number of
    // groups is not known yet.
    let canBePerGroup = !method.isGradientDescent && !values.count.isMultiple(of: 2)
    guard [0, 1, 3].contains(values.count) || canBePerGroup else {
      throw .usage(
        "-regular has \(values.count) numbers; it takes one, or three for bias, linear weights "
          + "and factors")
    }
    return values
  }

  private static func metrics(
    _ flags: ParsedFlags, task: LearningTask
  ) throws(CommandError) -> [Metric] {
    do {
      return try Metric.named(flags.texts("metrics") ?? [], for: task)
    } catch {
      throw .usage("-metrics: \(error)")
    }
  }

  private static func patience(
    _ flags: ParsedFlags, learnsHead: Bool
  ) throws(CommandError) -> Int? {
    guard let patience = flags.integer("early_stopping") else { return learnsHead ? 0 : nil }
    // Early stopping is usual under a dense head only, where there must be a way to say no.
    if learnsHead, patience == 0 || patience == -1 { return patience == 0 ? 0 : nil }
    guard patience >= 1 else {
      throw .usage(
        "-early_stopping is \(patience); give the number of iterations to wait, 1 or more"
          + (learnsHead ? ", 0 to stop at the first without improvement, or -1 never to" : ""))
    }
    return patience
  }
}
