// SPDX-License-Identifier: Apache-2.0

public import FactorizationMachines

extension TrainingDescription {
  /// How the method turns scores into predictions.
  public var predictionRule: PredictionRule {
    PredictionRule(
      task: task, family: ["als", "mcmc"].contains(method) ? .sampler : .gradientDescent,
      targetRange: targetRange)
  }
}

extension TrainedModel {
  /// The predictions for cases: the numbers that the training run would have written for them, had they
  /// been its test cases.
  ///
  /// For MCMC they are those of the last draw alone, which predicts worse than the average over all draws
  /// that the training run writes. With no iteration at all a training run of ALS writes predictions of
  /// zero scores; here they are those of the starting parameters.
  ///
  /// - Parameters:
  ///   - matrix: the cases, one a row. Entries of features that the model does not know add nothing; see
  ///     ``fit(_:relations:)``.
  ///   - relations: the relations that the model was learned with, in the same order; their
  ///     `testMapping` has a row for each case, and their `trainMapping` may be empty.
  ///   - pool: the workers; the result does not depend on their number.
  /// - Returns: one prediction a case: in regression within the range of the training targets, in
  ///   classification the probability of the positive class.
  /// - Throws: ``RelationMismatch`` when the relations are not those of the model; `OutOfMemoryError`.
  public func predictions(
    for matrix: SparseMatrix, relations: [Relation] = [], pool: WorkerPool
  ) throws -> AlignedBuffer<Double> {
    let known = try fit(matrix, relations: relations)
    return try machine.predictions(
      for: known.matrix, relations: known.relations, rule: training.predictionRule, pool: pool)
  }

  /// The predictions for the cases of a data set, whose targets are not looked at.
  ///
  /// - Throws: as ``predictions(for:relations:pool:)-(SparseMatrix,_,_)``.
  public func predictions(
    for dataset: Dataset, relations: [Relation] = [], pool: WorkerPool
  ) throws -> AlignedBuffer<Double> {
    try predictions(for: dataset.matrix, relations: relations, pool: pool)
  }

  /// Cases as the machine can take them.
  public struct KnownCases: Sendable {
    /// The cases, with features of the main table only that the model knows.
    public var matrix: SparseMatrix

    /// The relations, each with as many features as the model has for it.
    public var relations: [Relation]

    /// The number of entries that were left out, in the cases and in the tables.
    public var droppedCount: Int
  }

  /// Leaves out what the model does not know.
  ///
  /// - Throws: ``RelationMismatch`` when the relations are not those of the model; `OutOfMemoryError`.
  public func fit(_ matrix: SparseMatrix, relations: [Relation] = []) throws -> KnownCases {
    let blocks = training.blockFeatureCounts
    guard relations.count == blocks.count - 1 else {
      throw RelationMismatch(learnedWith: blocks.count - 1, found: relations.count)
    }
    let (known, droppedCount) = try matrix.droppingColumns(from: blocks[0])
    var cases = KnownCases(matrix: known, relations: [], droppedCount: droppedCount)
    for (index, (relation, featureCount)) in zip(relations, blocks.dropFirst()).enumerated() {
      guard relation.testMapping.count == matrix.rowCount else {
        throw RelationMismatch(
          relation: index, rowCount: relation.testMapping.count, caseCount: matrix.rowCount)
      }
      let (table, droppedCount) = try relation.matrix.droppingColumns(from: featureCount)
      cases.droppedCount += droppedCount
      cases.relations.append(
        Relation(
          matrix: table.withColumnCount(featureCount),
          groups: FeatureGroups(singleGroupOf: featureCount), trainMapping: relation.trainMapping,
          testMapping: relation.testMapping))
    }
    return cases
  }
}

/// Relations that are not those a model was learned with.
public struct RelationMismatch: Error, Sendable, Hashable, CustomStringConvertible {
  /// What is wrong and what to do.
  public let description: String

  /// Another number of relations.
  public init(learnedWith count: Int, found: Int) {
    description =
      "the model was learned with \(count) relation\(count == 1 ? "" : "s"), \(found) "
      + (found == 1 ? "is" : "are") + " given; "
      + (count == 0
        ? "leave -relation out" : "name the tables with -relation, in the order of the training")
  }

  /// A mapping for another number of cases.
  init(relation index: Int, rowCount: Int, caseCount: Int) {
    description =
      "relation \(index) has a row for each of \(rowCount) test cases; expected \(caseCount)"
  }
}

extension SparseMatrix {
  /// The matrix with another number of columns, at least as many as its entries need.
  fileprivate func withColumnCount(_ columnCount: Int) -> SparseMatrix {
    SparseMatrix(
      rowCount: rowCount, columnCount: columnCount, rowWidth: rowWidth, offsets: offsets, ids: ids,
      values: values)
  }
}
