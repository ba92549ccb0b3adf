// SPDX-License-Identifier: Apache-2.0

/// One Gibbs or ALS sweep, written down from the definition: one feature after the other, each over its
/// column of the training data.
///
/// It draws from the generator as it goes and refuses values that are not finite one by one, so it is
/// right in every case. ``BlockSweep`` is the fast way and falls back on this one.
struct SequentialSweep {
  private let columns: ColumnView
  private let relations: [SequentialRelationSweep]

  /// Σ x v of each training case for the factor at work.
  private let sums: AlignedBuffer<Double>

  init(
    _ columns: ColumnView, relations: [RelationState], caseCount: Int
  ) throws(OutOfMemoryError) {
    self.columns = columns
    sums = try AlignedBuffer(count: caseCount)
    self.relations = relations.map { SequentialRelationSweep(relation: $0) }
  }

  /// Updates all parameters and hyperparameters once.
  ///
  /// - Throws: ``UnusableParameter``.
  func run(on state: GibbsState) throws {
    let errors = state.errors
    var squares = 1.0
    for row in 0..<state.caseCount {
      squares += state.weight(ofCase: row) * (errors[row] * errors[row])
    }
    try state.drawNoisePrecision(squares: squares)
    let shape = state.machine.shape
    let mainFeatureCount = relations.first?.relation.featureOffset ?? shape.featureCount
    if shape.usesBias {
      let bias = state.machine.bias
      var errorSum = 0.0
      for row in 0..<state.caseCount {
        errorSum += state.weight(ofCase: row) * (errors[row] - bias)
      }
      if let shift = try state.drawBias(errorSum: errorSum) {
        for row in 0..<state.caseCount { errors[row] -= shift }
      }
    }
    if shape.usesWeights {
      try state.drawWeightPriors()
      for feature in 0..<mainFeatureCount { try updateWeight(feature, state) }
      for relation in relations { try relation.updateWeights(state) }
    }
    if shape.factorCount > 0 {
      try state.drawFactorPriors()
      for factor in 0..<shape.factorCount {
        collectSums(factor, state)
        for feature in 0..<mainFeatureCount { try updateFactor(factor, of: feature, state) }
        for relation in relations {
          try relation.updateFactors(factor, state, sums: sums.base)
        }
      }
    }
  }

  private func updateWeight(_ feature: Int, _ state: GibbsState) throws {
    let errors = state.errors
    let old = state.machine[weight: feature]
    var products = 0.0
    var squares = 0.0
    for (row, value) in entries(of: feature) {
      let x = Double(value)
      products += state.weight(ofCase: row) * (x * (errors[row] - (old * x)))
      // The square is rounded to single precision, as in libFM.
      squares += state.weight(ofCase: row) * Double(value * value)
    }
    let prior = state.hyperparameters.weights[state.groups[feature]]
    let new = state.draw(products: products, squares: squares, prior: prior)
    guard try state.accepts(new, over: old, \.weights) else { return }
    state.machine[weight: feature] = new
    for (row, value) in entries(of: feature) {
      errors[row] -= Double(value) * (old - new)
    }
  }

  private func collectSums(_ factor: Int, _ state: GibbsState) {
    for row in 0..<state.caseCount { sums.base[row] = 0 }
    for feature in 0..<columns.columnCount {
      let v = state.machine[factor: factor, ofFeature: feature]
      for (row, value) in entries(of: feature) { sums.base[row] += v * Double(value) }
    }
    for relation in relations { relation.collectSums(factor, state, sums: sums.base) }
  }

  private func updateFactor(_ factor: Int, of feature: Int, _ state: GibbsState) throws {
    let errors = state.errors
    let old = state.machine[factor: factor, ofFeature: feature]
    var products = 0.0
    var squares = 0.0
    for (row, value) in entries(of: feature) {
      let x = Double(value)
      let h = x * (sums.base[row] - (x * old))
      products += state.weight(ofCase: row) * (h * errors[row])
      squares += state.weight(ofCase: row) * (h * h)
    }
    products -= old * squares
    let index = state.groups[feature] * state.machine.shape.factorCount + factor
    let prior = state.hyperparameters.factors[index]
    let new = state.draw(products: products, squares: squares, prior: prior)
    guard try state.accepts(new, over: old, \.factors) else { return }
    state.machine[factor: factor, ofFeature: feature] = new
    for (row, value) in entries(of: feature) {
      let x = Double(value)
      let h = x * (sums.base[row] - (x * old))
      sums.base[row] -= x * (old - new)
      errors[row] -= h * (old - new)
    }
  }

  /// The entries of a feature in the training data; none for a feature that only other data have.
  private func entries(of feature: Int) -> some Sequence<(row: Int, value: Float)> {
    let range =
      feature < columns.columnCount
      ? columns.offsets.base[feature]..<columns.offsets.base[feature + 1] : 0..<0
    return range.lazy.map { [columns] entry in
      (Int(columns.rows.base[entry]), columns.values?.base[entry] ?? 1)
    }
  }
}

extension GibbsState {
  /// A new value for a parameter given all others, drawn or the mean; 0 where the variance is not finite.
  func draw(products: Double, squares: Double, prior: NormalPrior) -> Double {
    let (mean, variance) = conditionalMoments(
      products: products, squares: squares, prior: prior,
      noisePrecision: hyperparameters.noisePrecision)
    guard variance.isFinite else { return 0 }
    return options.samples ? draws.normal(mean: mean, deviation: variance.squareRoot()) : mean
  }
}
