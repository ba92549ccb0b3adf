// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// A factorization machine whose terms a ``DenseHead`` puts together.
public struct DenseHeadMachine: Sendable {
  /// The linear weights and the factors of the features; its bias is that of the head's unit.
  public var machine: FactorizationMachine

  /// The column of each feature.
  public let columns: FeatureGroups

  /// The last layer.
  public var head: DenseHead

  /// Joins the parts.
  ///
  /// - Precondition: there is a column for each feature, and the head has
  ///   ``DenseHead/inputCount(of:columnCount:)`` inputs.
  public init(machine: FactorizationMachine, columns: FeatureGroups, head: DenseHead) {
    precondition(columns.featureCount == machine.shape.featureCount)
    precondition(
      head.inputCount == DenseHead.inputCount(of: machine.shape, columnCount: columns.groupCount))
    self.machine = machine
    self.columns = columns
    self.head = head
  }

  /// Makes a machine with random parameters.
  ///
  /// Weights and factors are uniform in (−0.05, 0.05), the weights drawn first, then the factors, the
  /// factor in the outer loop; then the kernel is drawn, uniform in ±√(6 / (inputs + 1)) (Glorot and
  /// Bengio 2010, equation 16).
  ///
  /// - Throws: ``OutOfMemoryError``.
  public init(
    shape: FactorizationMachine.Shape, columns: FeatureGroups, activation: DenseHead.Activation,
    using random: inout GlibcRandom
  ) throws(OutOfMemoryError) {
    var machine = try FactorizationMachine(shape: shape)
    machine.withMutableParameters { weights, factors in
      if shape.usesWeights {
        for feature in 0..<shape.featureCount { weights[feature] = random.uniform(within: 0.05) }
      }
      for factor in 0..<shape.factorCount {
        for feature in 0..<shape.featureCount {
          factors[feature * shape.factorStride + factor] = random.uniform(within: 0.05)
        }
      }
    }
    var head = DenseHead(
      inputCount: DenseHead.inputCount(of: shape, columnCount: columns.groupCount),
      activation: activation)
    let limit = (6 / Double(head.inputCount + 1)).squareRoot()
    for input in head.kernel.indices { head.kernel[input] = random.uniform(within: limit) }
    self.init(machine: machine, columns: columns, head: head)
  }

  /// Takes over the parameters of a machine of the same shape without allocating those of features.
  mutating func assign(from other: DenseHeadMachine) {
    machine.assign(from: other.machine)
    head = other.head
  }
}

extension GlibcRandom {
  /// A number uniform in [−limit, limit).
  fileprivate mutating func uniform(within limit: Double) -> Double {
    (2 * uniform() - 1) * limit
  }
}

extension DenseHeadMachine {
  /// The predictions for all rows of a matrix.
  ///
  /// - Parameters:
  ///   - matrix: the rows; all ids must be below the number of features.
  ///   - task: regression predicts what the unit's activation makes of its sum, cut to `targetRange` when
  ///     there is one; classification the probability of the positive class, 1 / (1 + exp(−sum)).
  ///   - targetRange: the range of the training targets.
  ///   - pool: the workers; the result does not depend on their number.
  /// - Returns: one prediction a row.
  /// - Throws: ``OutOfMemoryError``.
  public func predictions(
    for matrix: SparseMatrix, task: LearningTask, targetRange: TargetRange?, pool: WorkerPool
  ) throws(OutOfMemoryError) -> AlignedBuffer<Double> {
    precondition(matrix.columnCount <= machine.shape.featureCount)
    let predictions = try AlignedBuffer<Double>(count: matrix.rowCount)
    let (scores, rows) = (rowScores(for: task), SparseRows(matrix))
    let clip = targetRange.map(TargetClip.init)
    pool.forEachRange(of: matrix.rowCount, grain: 1_024) { range in
      let target = predictions.base + range.lowerBound
      scores(range, rows, target)
      turnIntoPredictions(target, count: range.count, task: task, clip: clip)
    }
    return predictions
  }

  /// Evaluates the machine on a data set, as ``FactorizationMachine/evaluation(on:task:targetRange:pool:)``
  /// does.
  public func evaluation(
    on dataset: Dataset, task: LearningTask, targetRange: TargetRange?, pool: WorkerPool
  ) -> Evaluation {
    precondition(dataset.featureCount <= machine.shape.featureCount)
    let evaluation = ParallelEvaluation(
      rowScores(for: task), on: dataset, task: task, clip: targetRange.map(TargetClip.init))
    pool.run { _ in evaluation.work() }
    return evaluation.evaluation
  }

  /// Computes scores of rows: activated sums in regression, logits in classification.
  func rowScores(for task: LearningTask) -> RowScores {
    let (slopes, constant) = head.coefficients(bias: machine.shape.usesBias ? machine.bias : 0)
    let activation = task == .regression ? head.activation : .linear
    return { [machine, columns] range, rows, scores in
      machine.withParameterPointers { parameters in
        let layout = ColumnLayout(columns, parameters)
        slopes.withUnsafeBufferPointer { slopes in
          writeHeadScores(
            of: range, in: rows, layout, parameters, slopes: slopes, constant: constant, to: scores)
        }
      }
      if activation == .linear { return }
      for row in 0..<range.count { scores[row] = activation(scores[row]) }
    }
  }
}

extension DenseHead.Activation {
  /// The activation of a sum.
  func callAsFunction(_ sum: Double) -> Double {
    switch self {
    case .linear: sum
    // A NaN stays one, so that divergence shows.
    case .relu: sum < 0 ? 0 : sum
    case .sigmoid: 1 / (1 + exp(-sum))
    }
  }

  /// Its derivative, at a sum whose activation is `value`.
  func slope(at sum: Double, value: Double) -> Double {
    switch self {
    case .linear: 1
    case .relu: sum > 0 ? 1 : 0
    case .sigmoid: value * (1 - value)
    }
  }
}
