// SPDX-License-Identifier: Apache-2.0

/// What the sweeps of a Gibbs sampler change: parameters, hyperparameters and the errors of the training
/// cases under them.
final class GibbsState {
  let options: GibbsSampler.Options
  let groups: FeatureGroups
  let caseCount: Int

  var machine: FactorizationMachine
  var hyperparameters: Hyperparameters
  var draws: DrawSource

  /// The refused values of the current iteration.
  var guards = GuardCounts()

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
    options: GibbsSampler.Options, groups: FeatureGroups, caseCount: Int, plan: SweepPlan,
    machine: FactorizationMachine, random: GlibcRandom
  ) throws(OutOfMemoryError) {
    self.options = options
    self.groups = groups
    self.caseCount = caseCount
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
/// `products` is Σ h (e − θ h) over the training cases for the parameter θ with gradients h and errors e,
/// `squares` is Σ h², and the noise precision α.
@inline(__always)
func conditionalMoments(
  products: Double, squares: Double, prior: NormalPrior, noisePrecision: Double
) -> (mean: Double, variance: Double) {
  let variance = 1 / (prior.precision + (noisePrecision * squares))
  let mean =
    (-variance) * ((noisePrecision * products) - (prior.mean * prior.precision))
  return (mean, variance)
}
