// SPDX-License-Identifier: Apache-2.0

// Updates of a relation's features, down their columns of the relation's table (Rendle 2013, "Scaling
// Factorization Machines to Relational Data", section 5): the sums that its rows keep over the cases take
// the part of the cases. A row may have a feature more than once.

/// Writes Σ x² n for each feature, n being the number of cases of the row and each square rounded to
/// single precision.
func addCaseSquares(
  of columns: SparseColumns, blockRows: UnsafePointer<BlockRow>,
  to squares: UnsafeMutablePointer<Double>
) {
  for feature in 0..<columns.columnCount {
    for entry in columns.entries(ofColumn: feature) {
      let x = columns.values.map { $0[entry] } ?? 1
      squares[feature] += Double(x * x) * blockRows[Int(columns.rows[entry])].caseCount
    }
  }
}

/// Updates the weights of `features`, which must be free of conflicts with what other workers do.
///
/// Gives false where ``ConditionalDraws/draw(_:products:squares:)`` does.
func updateWeights(
  of features: UnsafeBufferPointer<UInt32>, in columns: SparseColumns, _ draws: ConditionalDraws,
  squares: UnsafePointer<Double>, blockRows: UnsafeMutablePointer<BlockRow>
) -> Bool {
  @inline(__always)
  func update<Values: EntryValues>(_ values: Values) -> Bool {
    var isSound = true
    for id in features {
      let feature = Int(id)
      let entries = columns.entries(ofColumn: feature)
      var products = 0.0
      for entry in entries {
        products += values[entry] * blockRows[Int(columns.rows[entry])].errorSums.x
      }
      products -= draws.values[feature] * squares[feature]
      if !draws.draw(feature, products: products, squares: squares[feature]) { isSound = false }
      let change = draws.table[feature].y
      for entry in entries {
        let row = blockRows + Int(columns.rows[entry])
        let x = values[entry]
        row.pointee.errorSums.x -= (x * change) * row.pointee.caseCount
        // The new value less the old one; a plain minus would turn 0 into −0.
        row.pointee.score += (0 - change) * x
      }
    }
    return isSound
  }
  if let values = columns.values { return update(StoredValues(values: values)) }
  return update(UnitValues())
}

/// Updates one factor of `features`, which must be free of conflicts with what other workers do.
///
/// Gives false where ``ConditionalDraws/draw(_:products:squares:)`` does.
func updateFactors(
  of features: UnsafeBufferPointer<UInt32>, in columns: SparseColumns, _ draws: ConditionalDraws,
  blockRows: UnsafeMutablePointer<BlockRow>
) -> Bool {
  @inline(__always)
  func update<Values: EntryValues>(_ values: Values) -> Bool {
    var isSound = true
    for id in features {
      let feature = Int(id)
      let column = FeatureColumn(
        entries: columns.entries(ofColumn: feature), rows: columns.rows, values: values)
      let old = draws.table[feature].x
      let terms = blockRowTerms(of: column, blockRows: blockRows, factor: old)
      let products = terms.x - (draws.values[feature &* draws.stride] * terms.y)
      if !draws.draw(feature, products: products, squares: terms.y) { isSound = false }
      applyFactor(old: old, change: draws.table[feature].y, to: column, blockRows: blockRows)
    }
    return isSound
  }
  if let values = columns.values { return update(StoredValues(values: values)) }
  return update(UnitValues())
}

/// (Σ h e, Σ h²) over the cases of all rows of a column, h = x (q + Σ v x − x v).
@inline(__always)
private func blockRowTerms<Values>(
  of column: FeatureColumn<Values>, blockRows: UnsafePointer<BlockRow>, factor: Double
) -> SIMD2<Double> {
  var sums = SIMD2<Double>()
  for entry in column.entries {
    let x = column.values[entry]
    let row = blockRows + Int(column.rows[entry])
    let h = x * (row.pointee.sum - (x * factor))
    let (errors, factors) = (row.pointee.errorSums, row.pointee.factorSums)
    let products = (h * errors.x) + (x * errors.y)
    let ownSquares = (h * h) * row.pointee.caseCount
    let squares =
      (ownSquares + (((2 * factors.x) * x) * h)) + (column.values.square(entry) * factors.y)
    sums += SIMD2(products, squares)
  }
  return sums
}

@inline(__always)
private func applyFactor<Values>(
  old: Double, change: Double, to column: FeatureColumn<Values>,
  blockRows: UnsafeMutablePointer<BlockRow>
) {
  for entry in column.entries {
    let x = column.values[entry]
    let row = blockRows + Int(column.rows[entry])
    let h = x * (row.pointee.sum - (x * old))
    let factors = row.pointee.factorSums
    let shares = SIMD2(row.pointee.caseCount, factors.x) * h + factors * x
    row.pointee.errorSums -= shares * change
    row.pointee.sum -= change * x
    row.pointee.score += (0 - change) * h
  }
}
