// SPDX-License-Identifier: Apache-2.0

/// What an optimizer keeps for each parameter, and the number of batches it has seen.
final class OptimizerState: @unchecked Sendable {
  private let optimizer: MiniBatchDescent.Optimizer
  private let rates: PerTerm<Double>
  private let regularization: PerTerm<Double>
  private let bias: AlignedBuffer<Double>
  private let first: ParameterNumbers
  private let second: ParameterNumbers
  private var batchCount = 0

  /// Starts without any gradient seen.
  ///
  /// FTRL-Proximal derives parameters from its state. So its *z* starts with −θ β / α, which centres
  /// the first of its proximal terms on the parameters of `machine`.
  init(
    optimizer: MiniBatchDescent.Optimizer, rates: PerTerm<Double>, regularization: PerTerm<Double>,
    machine: FactorizationMachine
  ) throws(OutOfMemoryError) {
    self.optimizer = optimizer
    self.rates = rates
    self.regularization = regularization
    bias = try AlignedBuffer(count: 2)
    first = try ParameterNumbers(shape: machine.shape)
    // AdaGrad keeps one number only.
    second = optimizer == .adaGrad ? first : try ParameterNumbers(shape: machine.shape)
    guard case .ftrl = optimizer else { return }
    bias.base[0] = -FTRLRule.beta * machine.bias
    machine.withParameters { weights, factors in
      for index in 0..<first.weights.count {
        first.weights.base[index] = -FTRLRule.beta * weights[index]
      }
      for index in 0..<first.factors.count {
        first.factors.base[index] = -FTRLRule.beta * factors[index]
      }
    }
  }

  /// Moves parameters against the gradient of a batch, and clears the gradient.
  ///
  /// - Parameters:
  ///   - bias: the bias.
  ///   - parameters: the weights and factors.
  ///   - gradient: the sums over the batch.
  ///   - pool: the workers; the result does not depend on their number.
  func step(
    bias: inout Double, _ parameters: ParameterPointers, against gradient: BatchGradient,
    pool: WorkerPool
  ) {
    batchCount += 1
    let (rates, regularization, batch) = (rates, regularization, batchCount)
    func step<Rule: OptimizerRule>(_ rule: (_ rate: Double, _ penalty: Double) -> Rule) {
      self.step(
        &bias, parameters, gradient, pool,
        TermRules(
          bias: rule(rates.bias, regularization.bias),
          weights: rule(rates.weights, regularization.weights),
          factors: rule(rates.factors, regularization.factors)))
    }
    switch optimizer {
    case .adam: step { AdamRule(rate: $0, penalty: $1, batch: batch) }
    case .adaGrad: step { AdaGradRule(rate: $0, gradientPenalty: $1) }
    case .ftrl(let lasso): step { FTRLRule(rate: $0, lasso: lasso, ridge: $1) }
    }
  }

  private func step<Rule: OptimizerRule>(
    _ bias: inout Double, _ parameters: ParameterPointers, _ gradient: BatchGradient,
    _ pool: WorkerPool, _ rules: TermRules<Rule>
  ) {
    let scale = gradient.scale(at: bias, parameters, penalties: rules.penalties, pool: pool)
    if parameters.usesBias {
      bias = rules.bias.step(
        bias, gradient: gradient.bias(at: bias, scale, penalty: rules.bias.gradientPenalty),
        self.bias.base, self.bias.base + 1)
    }
    let state = OptimizerPointers(
      weights: (first.weights.base, second.weights.base),
      factors: (first.factors.base, second.factors.base))
    gradient.forEachSegment(pool) { segment, pointers, featureCount in
      stepSegment(
        segment, pointers, parameters, state, featureCount: featureCount, scale: scale,
        rules: rules)
    }
  }
}

/// A number for each parameter of all features, in the layout of the parameters; 0 at first.
struct ParameterNumbers {
  let weights: AlignedBuffer<Double>
  let factors: AlignedBuffer<Double>

  init(shape: FactorizationMachine.Shape) throws(OutOfMemoryError) {
    weights = try AlignedBuffer(count: shape.featureCount)
    factors = try AlignedBuffer(count: shape.featureCount * shape.factorStride)
  }
}
