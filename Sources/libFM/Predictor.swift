// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport
import FactorizationMachines
import LibFMFormats

/// A loaded model that predicts, and what there is to say about it.
struct Predictor {
  private let content: ModelFile.Content
  private let rule: PredictionRule
  private let settings: Settings

  /// The machine with its head; nil when scores are plain sums.
  private let headed: DenseHeadMachine?

  /// Loads the model.
  ///
  /// - Throws: when it cannot be read, or a flag contradicts it.
  init(_ settings: Settings, path: String) throws {
    let content = try ModelFile.load(path, requirements: settings.predictionRequirements)
    try settings.head.check(modelHasHead: content.head != nil, path: path)
    self.content = content
    headed = DenseHeadMachine(content.machine, content.training, content.head)
    self.settings = settings
    if let training = content.training {
      try FileConflicts.checkReplacement(of: content, path: path, settings)
      rule = training.predictionRule
      let count = training.blockFeatureCounts.count - 1
      guard settings.relationPrefixes.count == count else {
        let mismatch = RelationMismatch(
          learnedWith: count, found: settings.relationPrefixes.count)
        throw CommandError.failure("\(path): \(mismatch) (-relation)")
      }
      return
    }
    guard settings.relationPrefixes.isEmpty else {
      throw CommandError.failure(
        "predicting with relations needs a model saved with -model_format full: a text does not "
          + "tell which features are theirs")
    }
    guard settings.savedModelPath == nil || settings.modelFormat != .full else {
      throw CommandError.failure(
        "-model_format full needs -train, or a model in that format: a text does not tell how it "
          + "was learned")
    }
    // Nothing tells who learned a text but the user; without a word it counts as that of sgd.
    rule = PredictionRule(
      task: settings.task,
      family: settings.isMethodGiven ? settings.method.family : .gradientDescent,
      targetRange: nil)
  }

  /// The parameters.
  var machine: FactorizationMachine { content.machine }

  /// The last layer; nil when scores are plain sums.
  var head: DenseHead? { content.head }

  /// How the machine was learned; nil when the file does not tell.
  var training: TrainingDescription? { content.training }

  /// Whether the order of the entries of a case does not matter.
  var takesColumns: Bool { rule.family == .sampler }

  /// What users should know before they rely on the predictions.
  var notes: [String] {
    guard let training else { return notesOnText }
    var notes: [String] = []
    if settings.isMethodGiven, settings.method.rawValue != training.method {
      notes.append(
        "the model was learned by \(training.method) and predicts as that does; -method "
          + "\(settings.method) is not used")
    }
    if training.method == Settings.Method.mcmc.rawValue {
      notes.append(
        "the model is a single draw of the chain; alone it predicts worse than the average over all "
          + "draws that -out of the training run holds, and that -save_posterior keeps")
    }
    return notes
  }

  private var notesOnText: [String] {
    if settings.task == .regression {
      return [
        "the model file does not tell the range of the training targets, so predictions are "
          + "not cut to it"
      ]
    }
    if settings.isMethodGiven { return [] }
    return [
      "the model file does not tell the method, so probabilities are those of sgd and sgda; give "
        + "-method for a model of als or mcmc"
    ]
  }

  /// The cases without features that the model does not know, which a warning counts.
  func fit(_ matrix: SparseMatrix, _ relations: [Relation]) throws -> KnownCases {
    let featureCounts = training?.blockFeatureCounts ?? [machine.shape.featureCount]
    let cases = try KnownCases(
      matrix, relations: relations, blockFeatureCounts: featureCounts)
    cases.reportDroppedEntries(blockFeatureCounts: featureCounts)
    return cases
  }

  /// Evaluates the predictions for cases.
  func evaluation(
    on test: Dataset, _ relations: [Relation], pool: WorkerPool
  ) throws -> Evaluation {
    if let headed {
      return headed.evaluation(
        on: test, task: rule.task, targetRange: rule.targetRange, pool: pool)
    }
    return try machine.evaluation(on: test, relations: relations, rule: rule, pool: pool)
  }

  /// The predictions for cases.
  func predictions(
    for cases: KnownCases, pool: WorkerPool
  ) throws -> AlignedBuffer<Double> {
    if let headed {
      return try headed.predictions(
        for: cases.matrix, task: rule.task, targetRange: rule.targetRange, pool: pool)
    }
    return try machine.predictions(
      for: cases.matrix, relations: cases.relations, rule: rule, pool: pool)
  }
}

extension KnownCases {
  /// Warns of entries that are left out.
  func reportDroppedEntries(blockFeatureCounts: [Int]) {
    guard droppedCount > 0 else { return }
    let counts = blockFeatureCounts.map(String.init).joined(separator: " + ")
    libFMCommand.report(
      "warning: \(droppedCount) entries of the test file"
        + (relations.isEmpty ? "" : " and of the relations") + " belong to features that the "
        + "model does not know (it has \(counts)); they are left out")
  }
}
