// SPDX-License-Identifier: Apache-2.0

/// The part of ``SequentialSweep`` that updates the features of one relation, written down from the
/// definition.
struct SequentialRelationSweep {
  let relation: RelationState

  private var blockRows: UnsafeMutablePointer<BlockRow> { relation.blockRows.base }

  /// Updates all weights of the relation, the errors being complete before and after.
  ///
  /// - Throws: ``UnusableParameter``.
  func updateWeights(_ state: GibbsState) throws {
    let errors = state.errors
    for row in relation.blockRows.indices { blockRows[row].errorSums = SIMD2() }
    for (number, row) in caseRows {
      row.pointee.errorSums.x += state.weight(ofCase: number) * errors[number]
      errors[number] -= row.pointee.score
    }
    for feature in 0..<relation.featureCount { try updateWeight(feature, state) }
    for (number, row) in caseRows { errors[number] += row.pointee.score }
  }

  /// Sets the rows' sums for a factor and adds them to those of the cases.
  func collectSums(_ factor: Int, _ state: GibbsState, sums: UnsafeMutablePointer<Double>) {
    for row in relation.blockRows.indices { blockRows[row].sum = 0 }
    for feature in 0..<relation.featureCount {
      let v = state.machine[factor: factor, ofFeature: relation.featureOffset + feature]
      for (row, value) in entries(of: feature) { row.pointee.sum += v * Double(value) }
    }
    for (number, row) in caseRows { sums[number] += row.pointee.sum }
  }

  /// Updates one factor of all features, the errors and `sums` of the cases being complete before and
  /// after.
  ///
  /// - Throws: ``UnusableParameter``.
  func updateFactors(
    _ factor: Int, _ state: GibbsState, sums: UnsafeMutablePointer<Double>
  ) throws {
    let errors = state.errors
    for row in relation.blockRows.indices {
      blockRows[row].errorSums = SIMD2()
      blockRows[row].factorSums = SIMD2()
    }
    for (number, row) in caseRows {
      sums[number] -= row.pointee.sum
      let (e, q) = (errors[number], sums[number])
      let weight = state.weight(ofCase: number)
      row.pointee.errorSums += weight * SIMD2(e, e * q)
      row.pointee.factorSums += weight * SIMD2(q, q * q)
      errors[number] -= row.pointee.score + (q * row.pointee.sum)
    }
    for feature in 0..<relation.featureCount { try updateFactor(factor, of: feature, state) }
    for (number, row) in caseRows {
      errors[number] += row.pointee.score + (sums[number] * row.pointee.sum)
      sums[number] += row.pointee.sum
    }
  }

  private func updateWeight(_ feature: Int, _ state: GibbsState) throws {
    let joined = relation.featureOffset + feature
    let old = state.machine[weight: joined]
    var products = 0.0
    var squares = 0.0
    for (row, value) in entries(of: feature) {
      products += Double(value) * row.pointee.errorSums.x
      // The square is rounded to single precision, as in libFM.
      squares += Double(value * value) * row.pointee.caseWeight
    }
    products -= old * squares
    let prior = state.hyperparameters.weights[state.groups[joined]]
    let new = state.draw(products: products, squares: squares, prior: prior)
    guard try state.accepts(new, over: old, \.weights) else { return }
    state.machine[weight: joined] = new
    for (row, value) in entries(of: feature) {
      row.pointee.errorSums.x -= (Double(value) * (old - new)) * row.pointee.caseWeight
      row.pointee.score += (new - old) * Double(value)
    }
  }

  private func updateFactor(_ factor: Int, of feature: Int, _ state: GibbsState) throws {
    let joined = relation.featureOffset + feature
    let old = state.machine[factor: factor, ofFeature: joined]
    var products = 0.0
    var squares = 0.0
    for (row, value) in entries(of: feature) {
      let x = Double(value)
      let (errorSums, factorSums) = (row.pointee.errorSums, row.pointee.factorSums)
      let h = x * (row.pointee.sum - (x * old))
      products += (h * errorSums.x) + (x * errorSums.y)
      let own = (h * h) * row.pointee.caseWeight
      let mixed = ((2 * factorSums.x) * x) * h
      squares += (own + mixed) + (Double(value * value) * factorSums.y)
    }
    products -= old * squares
    let index = state.groups[joined] * state.machine.shape.factorCount + factor
    let prior = state.hyperparameters.factors[index]
    let new = state.draw(products: products, squares: squares, prior: prior)
    guard try state.accepts(new, over: old, \.factors) else { return }
    state.machine[factor: factor, ofFeature: joined] = new
    for (row, value) in entries(of: feature) {
      let x = Double(value)
      let h = x * (row.pointee.sum - (x * old))
      let factorSums = row.pointee.factorSums
      let change = old - new
      row.pointee.errorSums.x -= change * ((h * row.pointee.caseWeight) + (x * factorSums.x))
      row.pointee.sum -= change * x
      row.pointee.errorSums.y -= change * ((h * factorSums.x) + (x * factorSums.y))
      row.pointee.score += (new - old) * h
    }
  }

  /// Each training case and the row that it refers to.
  private var caseRows: some Sequence<(number: Int, row: UnsafeMutablePointer<BlockRow>)> {
    let (mapping, blockRows) = (relation.trainMapping, blockRows)
    return mapping.indices.lazy.map { ($0, blockRows + Int(mapping.base[$0])) }
  }

  /// The entries of a feature in the relation's table.
  private func entries(
    of feature: Int
  ) -> some Sequence<(row: UnsafeMutablePointer<BlockRow>, value: Float)> {
    let columns = relation.columns
    return (columns.offsets.base[feature]..<columns.offsets.base[feature + 1]).lazy.map {
      [columns, blockRows] entry in
      (blockRows + Int(columns.rows.base[entry]), columns.values?.base[entry] ?? 1)
    }
  }
}
