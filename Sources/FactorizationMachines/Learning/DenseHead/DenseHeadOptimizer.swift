// SPDX-License-Identifier: Apache-2.0

/// The gradient of a batch by the parameters of features, and what an optimizer keeps for each.
///
/// Penalties are on all parameters, so all of them move in every batch: workers go through ranges of
/// features, once for the norm of the gradient and once to move.
final class DenseHeadOptimizer: @unchecked Sendable {
  private let options: DenseHeadDescent.Options
  private let shape: FactorizationMachine.Shape
  private let sums: ParameterNumbers
  private let first: ParameterNumbers
  private let second: ParameterNumbers
  private let norms: AlignedBuffer<SIMD2<Double>>
  private var batchCount = 0

  /// Features that are worked on together; a multiple of 8.
  private static let segmentFeatures = 1_024

  /// Starts without any gradient seen.
  init(
    shape: FactorizationMachine.Shape, options: DenseHeadDescent.Options
  ) throws(OutOfMemoryError) {
    self.shape = shape
    self.options = options
    sums = try ParameterNumbers(shape: shape)
    first = try ParameterNumbers(shape: shape)
    // AdaGrad keeps one number only.
    second = options.optimizer == .adaGrad ? first : try ParameterNumbers(shape: shape)
    norms = try AlignedBuffer(
      count: (shape.featureCount + Self.segmentFeatures - 1) / Self.segmentFeatures)
  }

  /// Where the gradient of a batch is added up; 0 between batches.
  var gradient: ParameterPointers {
    ParameterPointers(shape: shape, weights: sums.weights.base, factors: sums.factors.base)
  }

  /// Moves all parameters against the gradient of a batch, and clears the gradient.
  ///
  /// - Returns: the penalties before the step.
  func step(
    _ parameters: ParameterPointers, _ unit: DenseHeadUnit, pool: WorkerPool
  ) -> Double {
    batchCount += 1
    let (rates, penalties, batch) = (options.learningRates, options.regularization, batchCount)
    let kernelPenalty = options.kernelRegularization
    func step<Rule: OptimizerRule>(_ rule: (_ rate: Double, _ penalty: Double) -> Rule) -> Double {
      self.step(
        parameters, unit, pool,
        TermRules(
          bias: rule(rates.bias, penalties.bias), weights: rule(rates.weights, penalties.weights),
          factors: rule(rates.factors, penalties.factors)),
        kernel: rule(rates.bias, kernelPenalty), normalization: rule(rates.bias, 0))
    }
    return switch options.optimizer {
    case .adam: step { AdamRule(rate: $0, penalty: $1, batch: batch, epsilon: 1e-7) }
    case .adaGrad: step { AdaGradRule(rate: $0, gradientPenalty: $1) }
    }
  }

  private func step<Rule: OptimizerRule>(
    _ parameters: ParameterPointers, _ unit: DenseHeadUnit, _ pool: WorkerPool,
    _ rules: TermRules<Rule>, kernel: Rule, normalization: Rule
  ) -> Double {
    let ofUnit = unit.parameters
    var total = SIMD2<Double>(repeating: 0)
    for (parameters, rule) in [
      (ofUnit.normalization, normalization), (ofUnit.kernel, kernel), (ofUnit.bias, rules.bias),
    ] {
      total += Self.squares(parameters, penalty: rule.gradientPenalty)
    }
    let norms = norms.base
    forEachSegment(parameters, pool) { segment, weights, factors in
      norms[segment] =
        Self.squares(weights, penalty: rules.weights.gradientPenalty)
        + Self.squares(factors, penalty: rules.factors.gradientPenalty)
    }
    for segment in 0..<self.norms.count { total += norms[segment] }
    let (norm, limit) = (total[0].squareRoot(), options.normLimit ?? .infinity)
    let clipping = norm > limit ? limit / norm : 1
    ofUnit.normalization.step(normalization, clipping: clipping)
    ofUnit.kernel.step(kernel, clipping: clipping)
    ofUnit.bias.step(rules.bias, clipping: clipping)
    forEachSegment(parameters, pool) { _, weights, factors in
      weights.step(rules.weights, clipping: clipping)
      factors.step(rules.factors, clipping: clipping)
    }
    return total[1]
  }

  /// The squared norm of the gradients, and the penalty.
  private static func squares(_ parameters: DenseParameters, penalty: Double) -> SIMD2<Double> {
    let squares = parameters.squares(penalty: penalty)
    return SIMD2(squares.gradients, penalty * squares.values)
  }

  /// Calls `body` with the weights and factors of every segment of features, in parallel.
  private func forEachSegment(
    _ parameters: ParameterPointers, _ pool: WorkerPool,
    _ body: (_ segment: Int, _ weights: DenseParameters, _ factors: DenseParameters) -> Void
  ) {
    let (featureCount, stride) = (shape.featureCount, shape.factorStride)
    let weights = DenseParameters(
      values: parameters.weights, gradients: sums.weights.base, first: first.weights.base,
      second: second.weights.base, count: shape.usesWeights ? featureCount : 0)
    let factors = DenseParameters(
      values: parameters.factors, gradients: sums.factors.base, first: first.factors.base,
      second: second.factors.base, count: featureCount * stride)
    pool.forEachRange(of: norms.count) { segments in
      for segment in segments {
        let start = segment * Self.segmentFeatures
        let end = min(start + Self.segmentFeatures, featureCount)
        body(
          segment, weights.slice(min(start, weights.count)..<min(end, weights.count)),
          factors.slice(start * stride..<end * stride))
      }
    }
  }
}
