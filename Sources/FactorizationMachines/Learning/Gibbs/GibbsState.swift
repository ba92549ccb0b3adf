// SPDX-License-Identifier: Apache-2.0

/// What the sweeps of a Gibbs sampler change: parameters, hyperparameters and the errors of the training
/// cases under them.
final class GibbsState {
  let options: GibbsSampler.Options
  let groups: FeatureGroups
  let caseCount: Int

  /// The number of training cases that count: those with a weight above 0.
  let countingCaseCount: Int

  /// Σ c over the training cases.
  let totalCaseWeight: Double

  var machine: FactorizationMachine
  var hyperparameters: Hyperparameters
  var draws: DrawSource

  /// The refused values of the current iteration.
  var guards = GuardCounts()

  private let caseWeights: AlignedBuffer<Double>?

  /// Score minus target of each training case, in the order and at the distance of the plan.
  private let errorBuffer: AlignedBuffer<Double>
  private let errorPositions: AlignedBuffer<UInt32>?
  private let errorStride: Int

  /// Score minus target of each training case; the pointers live as long as the state.
  var errors: CaseErrors {
    CaseErrors(
      base: errorBuffer.base, stride: errorStride,
      positions: errorPositions.map { UnsafePointer($0.base) })
  }

  init(
    options: GibbsSampler.Options, groups: FeatureGroups, train: Dataset, plan: SweepPlan,
    machine: FactorizationMachine, random: GlibcRandom
  ) throws(OutOfMemoryError) {
    self.options = options
    self.groups = groups
    caseCount = train.caseCount
    caseWeights = train.caseWeights
    let weights = train.caseWeights?.elements[..<train.caseCount]
    countingCaseCount = weights?.count { $0 > 0 } ?? train.caseCount
    totalCaseWeight = weights?.reduce(0, +) ?? Double(train.caseCount)
    errorStride = plan.errorStride
    errorPositions = plan.pair?.positions
    self.machine = machine
    draws = DrawSource(random: random)
    errorBuffer = try AlignedBuffer(count: plan.errorCount)
    hyperparameters = Hyperparameters(
      noisePrecision: 1,
      weights: options.weightRegularization.map { NormalPrior(mean: 0, precision: $0) },
      factors: options.factorRegularization.flatMap {
        Array(repeating: NormalPrior(mean: 0, precision: $0), count: machine.shape.factorCount)
      })
  }

  /// What a training case counts, c.
  func weight(ofCase number: Int) -> Double { caseWeights?.base[number] ?? 1 }

  /// Whether `new` may replace `old`; counts the refusal of a value that is not finite.
  ///
  /// - Throws: ``UnusableParameter`` when the old value is not finite in the same way.
  func accepts(
    _ new: Double, over old: Double, _ kind: GuardCounts.Kind
  ) throws(UnusableParameter) -> Bool {
    if new.isFinite { return true }
    if new.isNaN {
      guards[keyPath: kind].nans += 1
      if old.isNaN { throw UnusableParameter(kind: kind) }
    } else {
      guards[keyPath: kind].infinities += 1
      if old.isInfinite { throw UnusableParameter(kind: kind) }
    }
    return false
  }
}

/// An update and the value before it are both not finite.
struct UnusableParameter: Error {
  let kind: GuardCounts.Kind

  /// The kind of parameter, under libFM's name.
  var name: String {
    var marked = GuardCounts()
    marked[keyPath: kind].nans = 1
    return marked.named.first { $0.count.nans > 0 }?.name ?? ""
  }
}

/// The mean and the variance of a parameter given all others (Rendle 2012, "Factorization Machines with
/// libFM", equations 44 and 45).
///
/// `products` is Σ c h (e − θ h) over the training cases of weights c for the parameter θ with gradients h
/// and errors e, `squares` is Σ c h², and the noise precision of a case of weight 1 is α.
@inline(__always)
func conditionalMoments(
  products: Double, squares: Double, prior: NormalPrior, noisePrecision: Double
) -> (mean: Double, variance: Double) {
  let variance = 1 / (prior.precision + (noisePrecision * squares))
  let mean =
    (-variance) * ((noisePrecision * products) - (prior.mean * prior.precision))
  return (mean, variance)
}
