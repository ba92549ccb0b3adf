// SPDX-License-Identifier: Apache-2.0

/// What an optimizer keeps for each parameter, and the number of batches it has seen.
final class OptimizerState: @unchecked Sendable {
  private let optimizer: MiniBatchDescent.Optimizer
  private let rates: PerTerm<Double>
  private let regularization: PerTerm<Double>
  private let bias: AlignedBuffer<Double>
  private let records: AlignedBuffer<Double>
  private let factorRecords: AlignedBuffer<Double>
  private let pointers: OptimizerPointers
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
    // AdaGrad keeps one number only.
    let numbers = optimizer == .adaGrad ? 1 : 2
    let (featureCount, stride) = (machine.shape.featureCount, machine.shape.factorStride)
    // Few factors share a line with the weight.
    let isJoined = stride <= 2
    let recordStride = numbers * (isJoined ? max(1, 2 * stride) : 1)
    records = try AlignedBuffer(count: featureCount * recordStride)
    factorRecords = try AlignedBuffer(count: isJoined ? 0 : featureCount * numbers * stride)
    pointers = OptimizerPointers(
      weights: records.base, weightStride: recordStride, secondWeight: numbers - 1,
      factors: isJoined ? records.base + numbers * stride : factorRecords.base,
      factorStride: isJoined ? recordStride : numbers * stride,
      secondFactor: (numbers - 1) * stride)
    guard case .ftrl = optimizer else { return }
    bias.base[0] = -FTRLRule.beta * machine.bias
    machine.withParameters { weights, factors in
      for id in 0..<featureCount {
        pointers.weights[id * pointers.weightStride] = -FTRLRule.beta * weights[id]
        for factor in 0..<stride {
          pointers.factors[id * pointers.factorStride + factor] =
            -FTRLRule.beta * factors[id * stride + factor]
        }
      }
    }
  }

  /// Begins the step against the gradient of a batch, which must be whole only if its norm has a limit,
  /// and moves the bias, whose gradient must be.
  ///
  /// - Parameters:
  ///   - bias: the bias.
  ///   - parameters: the weights and factors.
  ///   - gradient: the sums over the batch.
  ///   - pool: the workers; the result does not depend on their number.
  /// - Returns: what turns the sums into the gradient.
  func beginStep(
    bias: inout Double, _ parameters: ParameterPointers, against gradient: BatchGradient,
    pool: WorkerPool
  ) -> BatchScale {
    batchCount += 1
    func begin<Rule: OptimizerRule>(_ rules: TermRules<Rule>) -> BatchScale {
      let scale = gradient.scale(at: bias, parameters, penalties: rules.penalties, pool: pool)
      guard parameters.usesBias else { return scale }
      bias = rules.bias.step(
        bias, gradient: gradient.bias(at: bias, scale, penalty: rules.bias.gradientPenalty),
        self.bias.base, self.bias.base + 1)
      return scale
    }
    return switch optimizer {
    case .adam: begin(adamRules)
    case .adaGrad: begin(adaGradRules)
    case .ftrl(let lasso): begin(ftrlRules(lasso))
    }
  }

  /// Moves the parameters of some features against their gradient, and clears it.
  ///
  /// - Precondition: `features` begins at a multiple of 8, and ends at one or with the last feature.
  func step(
    _ features: Range<Int>, of parameters: ParameterPointers, against gradient: BatchGradient,
    _ scale: BatchScale
  ) {
    func step<Rule: OptimizerRule>(_ rules: TermRules<Rule>) {
      stepFeatures(
        features, gradient.pointers, parameters, pointers, scale: scale, rules: rules)
    }
    switch optimizer {
    case .adam: step(adamRules)
    case .adaGrad: step(adaGradRules)
    case .ftrl(let lasso): step(ftrlRules(lasso))
    }
  }

  private var adamRules: TermRules<AdamRule> {
    rules { AdamRule(rate: $0, penalty: $1, batch: batchCount) }
  }

  private var adaGradRules: TermRules<AdaGradRule> {
    rules { AdaGradRule(rate: $0, gradientPenalty: $1) }
  }

  private func ftrlRules(_ lasso: Double) -> TermRules<FTRLRule> {
    rules { FTRLRule(rate: $0, lasso: lasso, ridge: $1) }
  }

  private func rules<Rule: OptimizerRule>(
    _ rule: (_ rate: Double, _ penalty: Double) -> Rule
  ) -> TermRules<Rule> {
    TermRules(
      bias: rule(rates.bias, regularization.bias),
      weights: rule(rates.weights, regularization.weights),
      factors: rule(rates.factors, regularization.factors))
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
