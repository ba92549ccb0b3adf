// SPDX-License-Identifier: Apache-2.0

public import FactorizationMachines

/// What a model must be like for whoever loads it; nil where anything will do.
public struct ModelRequirements: Sendable {
  /// Whether the machine has a bias.
  public var usesBias: Bool?

  /// Whether the machine has linear weights.
  public var usesWeights: Bool?

  /// The number of factors.
  public var factorCount: Int?

  /// The number of features of all tables together.
  public var featureCount: Int?

  /// The number of features of the main table, then of each relation; a text tells only their sum.
  public var blockFeatureCounts: [Int]?

  /// What the model was learned for; a text does not tell.
  public var task: LearningTask?

  /// Requires nothing.
  public init() {}

  /// Requires a shape.
  public init(shape: FactorizationMachine.Shape) {
    usesBias = shape.usesBias
    usesWeights = shape.usesWeights
    factorCount = shape.factorCount
    featureCount = shape.featureCount
  }

  /// Checks a model.
  ///
  /// - Throws: ``FormatError`` that names all differences.
  func check(
    _ shape: FactorizationMachine.Shape, training: TrainingDescription?, path: String
  ) throws(FormatError) {
    var differences = taskDifferences(training) + termDifferences(shape, training)
    differences += featureDifferences(shape, training)
    guard !differences.isEmpty else { return }
    throw FormatError(
      path: path, found: differences.joined(separator: ", "),
      advice: "use the dimensions and the features that the model was trained with"
        + (taskDifferences(training).isEmpty ? "" : ", and its task"))
  }

  private func taskDifferences(_ training: TrainingDescription?) -> [String] {
    guard let task, let training, training.task != task else { return [] }
    return ["the model was learned for \(training.task), wanted is \(task)"]
  }

  private func termDifferences(
    _ shape: FactorizationMachine.Shape, _ training: TrainingDescription?
  ) -> [String] {
    var differences: [String] = []
    if let usesBias, shape.usesBias != usesBias {
      differences.append(
        shape.usesBias ? "the model has a bias, none is wanted" : "the model has no bias")
    }
    if let usesWeights, shape.usesWeights != usesWeights {
      differences.append(
        shape.usesWeights
          ? "the model has linear weights, none are wanted" : "the model has no linear weights")
    }
    // Without features a text has no line to count factors in.
    let isTold = training != nil || shape.featureCount > 0
    if let factorCount, isTold, shape.factorCount != factorCount {
      differences.append(
        "the model has \(counted(shape.factorCount, "factor")), wanted are \(factorCount)")
    }
    return differences
  }

  private func featureDifferences(
    _ shape: FactorizationMachine.Shape, _ training: TrainingDescription?
  ) -> [String] {
    if let wanted = blockFeatureCounts, let blocks = training?.blockFeatureCounts,
      max(wanted.count, blocks.count) > 1
    {
      if wanted == blocks { return [] }
      return ["the model has \(blockText(blocks)), the data have \(blockText(wanted))"]
    }
    guard let wanted = featureCount ?? blockFeatureCounts?.reduce(0, +),
      wanted != shape.featureCount
    else { return [] }
    return ["the model has \(counted(shape.featureCount, "feature")), the data have \(wanted)"]
  }

  private func blockText(_ counts: [Int]) -> String {
    let relations = counts.dropFirst().map(String.init).joined(separator: ", ")
    return counted(counts[0], "feature") + " and "
      + (relations.isEmpty ? "no relation" : "relations of \(relations)")
  }

  private func counted(_ count: Int, _ noun: String) -> String {
    "\(count) \(noun)" + (count == 1 ? "" : "s")
  }
}
