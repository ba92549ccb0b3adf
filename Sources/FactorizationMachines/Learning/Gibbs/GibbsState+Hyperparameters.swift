// SPDX-License-Identifier: Apache-2.0

// The order of draws and operations is libFM's. All hyperpriors are fixed: shapes and rates 1, prior
// means 0 with the weight of one observation.
extension GibbsState {
  /// Draws the noise precision from 1 + Σ c e² over the training cases, added up in their order.
  ///
  /// Cases of weight 0 say nothing about it.
  func drawNoisePrecision(squares: Double) throws(UnusableParameter) {
    guard options.infersHyperparameters else {
      hyperparameters.noisePrecision = 1
      return
    }
    let new = draws.gamma(shape: (1 + Double(countingCaseCount)) / 2, rate: squares / 2)
    if try accepts(new, over: hyperparameters.noisePrecision, \.noisePrecision) {
      hyperparameters.noisePrecision = new
    }
  }

  /// Draws the bias from Σ c (e − w₀) over the training cases, added up in their order; gives what every
  /// error is to be lowered by, or nil when the bias stays.
  func drawBias(errorSum: Double) throws(UnusableParameter) -> Double? {
    let alpha = hyperparameters.noisePrecision
    let reg = options.biasRegularization
    let variance = 1 / (reg + (alpha * totalCaseWeight))
    let mean = (-variance) * ((alpha * errorSum) - (0 * reg))
    let new =
      options.samples ? draws.normal(mean: mean, deviation: variance.squareRoot()) : mean
    let old = machine.bias
    guard try accepts(new, over: old, \.bias) else { return nil }
    machine.bias = new
    return old - new
  }

  /// Draws the priors of the weights: all precisions, then all means.
  func drawWeightPriors() throws(UnusableParameter) {
    guard options.infersHyperparameters else { return resetMeans(of: \.weights) }
    try drawPrecisions(of: \.weights, count: 1, \.weightPrecisions)
    try drawMeans(of: \.weights, count: 1, \.weightMeans)
  }

  /// Draws the priors of the factors: all precisions, then all means.
  func drawFactorPriors() throws(UnusableParameter) {
    guard options.infersHyperparameters else { return resetMeans(of: \.factors) }
    let count = machine.shape.factorCount
    try drawPrecisions(of: \.factors, count: count, \.factorPrecisions)
    try drawMeans(of: \.factors, count: count, \.factorMeans)
  }

  private func resetMeans(of priors: WritableKeyPath<Hyperparameters, [NormalPrior]>) {
    for index in hyperparameters[keyPath: priors].indices {
      hyperparameters[keyPath: priors][index].mean = 0
    }
  }

  /// Stops at the first value that is not finite: those after it keep their values without a draw.
  private func drawPrecisions(
    of priors: WritableKeyPath<Hyperparameters, [NormalPrior]>, count: Int,
    _ kind: GuardCounts.Kind
  ) throws(UnusableParameter) {
    let means = hyperparameters[keyPath: priors].map(\.mean)
    var rates = means.map { ($0 * $0) + 1 }
    withValues(of: priors) { values, stride in
      addGroupDeviations(
        of: values, stride: stride, count: count, groups: groups, means: means, to: &rates)
    }
    for parameter in 0..<count {
      for group in 0..<groups.groupCount {
        let index = group * count + parameter
        let shape = ((1 + Double(groups.memberCounts[group])) + 1) / 2
        let new = draws.gamma(shape: shape, rate: rates[index] / 2)
        let old = hyperparameters[keyPath: priors][index].precision
        guard try accepts(new, over: old, kind) else { return }
        hyperparameters[keyPath: priors][index].precision = new
      }
    }
  }

  /// Stops at the first value that is not finite: those after it keep their values without a draw.
  private func drawMeans(
    of priors: WritableKeyPath<Hyperparameters, [NormalPrior]>, count: Int,
    _ kind: GuardCounts.Kind
  ) throws(UnusableParameter) {
    var sums = Array(repeating: 0.0, count: groups.groupCount * count)
    withValues(of: priors) { values, stride in
      addGroupSums(of: values, stride: stride, count: count, groups: groups, to: &sums)
    }
    for parameter in 0..<count {
      for group in 0..<groups.groupCount {
        let index = group * count + parameter
        let prior = hyperparameters[keyPath: priors][index]
        let weight = Double(groups.memberCounts[group]) + 1
        let variance = 1 / (weight * prior.precision)
        let new = draws.normal(
          mean: (sums[index] + 0) / weight, deviation: variance.squareRoot())
        guard try accepts(new, over: prior.mean, kind) else { return }
        hyperparameters[keyPath: priors][index].mean = new
      }
    }
  }

  /// Calls `body` with the parameters that have these priors and their distance from feature to feature.
  private func withValues(
    of priors: WritableKeyPath<Hyperparameters, [NormalPrior]>,
    _ body: (UnsafePointer<Double>, Int) -> Void
  ) {
    machine.withParameters { weights, factors in
      if priors == \.weights {
        body(weights, 1)
      } else {
        body(factors, machine.shape.factorStride)
      }
    }
  }
}
