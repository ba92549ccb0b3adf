// SPDX-License-Identifier: Apache-2.0

// Updates of a relation's features, down their columns of the relation's table (Rendle 2013, "Scaling
// Factorization Machines to Relational Data", section 5): the sums that its rows keep over the cases take
// the part of the cases. A row may have a feature more than once.

/// Writes Σ x² n for each feature, n being the weight of the cases of the row and each square rounded to
/// single precision.
func addCaseSquares(
  of columns: SparseColumns, blockRows: UnsafePointer<BlockRow>,
  to squares: UnsafeMutablePointer<Double>
) {
  for feature in 0..<columns.columnCount {
    for entry in columns.entries(ofColumn: feature) {
      let x = columns.values.map { $0[entry] } ?? 1
      squares[feature] += Double(x * x) * blockRows[Int(columns.rows[entry])].caseWeight
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
        blockRows[Int(columns.rows[entry])].changeWeight(x: values[entry], change: change)
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
      let entries = columns.entries(ofColumn: feature)
      let old = draws.table[feature].x
      var terms = SIMD2<Double>()
      for entry in entries {
        terms += blockRows[Int(columns.rows[entry])].factorTerms(
          x: values[entry], square: values.square(entry), factor: old)
      }
      let products = terms.x - (draws.values[feature &* draws.stride] * terms.y)
      if !draws.draw(feature, products: products, squares: terms.y) { isSound = false }
      let change = draws.table[feature].y
      for entry in entries {
        blockRows[Int(columns.rows[entry])].changeFactor(
          x: values[entry], old: old, change: change)
      }
    }
    return isSound
  }
  if let values = columns.values { return update(StoredValues(values: values)) }
  return update(UnitValues())
}

/// Draws the weights of `features` from their sums, and clears those.
func drawFeatureWeights(
  of features: Range<Int>, _ draws: ConditionalDraws,
  sums: UnsafeMutablePointer<SIMD2<Double>>, squares: UnsafePointer<Double>
) -> Bool {
  var isSound = true
  for feature in features {
    let products = sums[feature].x - (draws.values[feature] * squares[feature])
    sums[feature] = SIMD2()
    if !draws.draw(feature, products: products, squares: squares[feature]) { isSound = false }
  }
  return isSound
}
