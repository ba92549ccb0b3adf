// SPDX-License-Identifier: Apache-2.0

import CPlatform

// Passes down the column of one feature, for features that few rows have. Errors are `stride` numbers
// apart; the cell of a row is (e, q), and c what it counts. A row may have the feature more than once.

/// The entries of one feature.
struct FeatureColumn<Values: EntryValues> {
  let entries: Range<Int>
  let rows: UnsafePointer<UInt32>
  let values: Values

  @inline(__always)
  fileprivate init(of feature: Int, in columns: SparseColumns, _ values: Values) {
    entries = columns.entries(ofColumn: feature)
    rows = columns.rows
    self.values = values
  }
}

/// Entries between the one worked on and the one whose cell is asked for.
///
/// Each is on a line of its own, far away when the rows exceed the cache, and the processor can wait for many
/// lines at once.
private let columnPrefetchDistance = 128

extension FeatureColumn {
  /// Calls `body` for the entries in order; asks for what stands at `cells`, `stride` numbers apart, of the
  /// rows ahead.
  @inline(__always)
  fileprivate func forEach(
    prefetching cells: UnsafePointer<Double>, stride: Int, _ body: (_ row: Int, _ x: Double) -> Void
  ) {
    let last = max(entries.lowerBound, entries.upperBound &- columnPrefetchDistance)
    for entry in entries.lowerBound..<last {
      fm_prefetch(cells + Int(rows[entry &+ columnPrefetchDistance]) &* stride)
      body(Int(rows[entry]), values[entry])
    }
    for entry in last..<entries.upperBound { body(Int(rows[entry]), values[entry]) }
  }
}

/// Asks for what stands at the first rows of the feature at `index`, if there is one.
@inline(__always)
private func prefetchColumn(
  _ index: Int, of features: UnsafeBufferPointer<UInt32>, in columns: SparseColumns,
  _ cells: UnsafePointer<Double>, stride: Int
) {
  guard index < features.count else { return }
  for entry in columns.entries(ofColumn: Int(features[index])).prefix(columnPrefetchDistance) {
    fm_prefetch(cells + Int(columns.rows[entry]) &* stride)
  }
}

/// Σ c x (e − w x).
@inline(__always)
func weightTerms<Values, Weights: CaseWeights>(
  of column: FeatureColumn<Values>, errors: UnsafePointer<Double>, stride: Int, weight: Double,
  _ weights: Weights
) -> Double {
  var products = 0.0
  column.forEach(prefetching: errors, stride: stride) { row, x in
    products += weights.weighted(x * (errors[row &* stride] - (weight * x)), at: row)
  }
  return products
}

@inline(__always)
func applyWeight<Values>(
  change: Double, to column: FeatureColumn<Values>, errors: UnsafeMutablePointer<Double>,
  stride: Int
) {
  for entry in column.entries {
    errors[Int(column.rows[entry]) &* stride] -= column.values[entry] * change
  }
}

/// (Σ c h e, Σ c h²).
@inline(__always)
func factorTerms<Values, Weights: CaseWeights>(
  of column: FeatureColumn<Values>, cells: UnsafePointer<RowCell>, factor: Double,
  _ weights: Weights
) -> SIMD2<Double> {
  var sums = SIMD2<Double>()
  let numbers = UnsafeRawPointer(cells).assumingMemoryBound(to: Double.self)
  column.forEach(prefetching: numbers, stride: 2) { row, x in
    let cell = cells[row]
    let h = x * (cell.y - (x * factor))
    sums += weights.weighted(SIMD2(h * cell.x, h * h), at: row)
  }
  return sums
}

@inline(__always)
func applyFactor<Values>(
  old: Double, change: Double, to column: FeatureColumn<Values>,
  cells: UnsafeMutablePointer<RowCell>
) {
  for entry in column.entries {
    let x = column.values[entry]
    let row = Int(column.rows[entry])
    let cell = cells[row]
    let h = x * (cell.y - (x * old))
    cells[row] = RowCell(cell.x - (h * change), cell.y - (x * change))
  }
}

/// Updates the weights of `features`, which must be free of conflicts with what other workers do.
///
/// Gives false where ``ConditionalDraws/draw(_:products:squares:)`` does.
func updateWeights(
  of features: UnsafeBufferPointer<UInt32>, in columns: SparseColumns, _ draws: ConditionalDraws,
  squares: UnsafePointer<Double>, errors: UnsafeMutablePointer<Double>, stride: Int,
  caseWeights: UnsafePointer<Double>?
) -> Bool {
  @inline(__always)
  func update<Values: EntryValues, Weights: CaseWeights>(
    _ values: Values, _ weights: Weights
  ) -> Bool {
    var isSound = true
    for index in features.indices {
      let feature = Int(features[index])
      let column = FeatureColumn(of: feature, in: columns, values)
      let products = weightTerms(
        of: column, errors: errors, stride: stride, weight: draws.table[feature].x, weights)
      if !draws.draw(feature, products: products, squares: squares[feature]) { isSound = false }
      prefetchColumn(index &+ 1, of: features, in: columns, errors, stride: stride)
      applyWeight(change: draws.table[feature].y, to: column, errors: errors, stride: stride)
    }
    return isSound
  }
  @inline(__always)
  func update<Weights: CaseWeights>(_ weights: Weights) -> Bool {
    if let values = columns.values { return update(StoredValues(values: values), weights) }
    return update(UnitValues(), weights)
  }
  if let caseWeights { return update(StoredWeights(weights: caseWeights)) }
  return update(EqualWeights())
}

/// Updates one factor of `features`, which must be free of conflicts with what other workers do.
///
/// Gives false where ``ConditionalDraws/draw(_:products:squares:)`` does.
func updateFactors(
  of features: UnsafeBufferPointer<UInt32>, in columns: SparseColumns, _ draws: ConditionalDraws,
  cells: UnsafeMutablePointer<RowCell>, caseWeights: UnsafePointer<Double>?
) -> Bool {
  @inline(__always)
  func update<Values: EntryValues, Weights: CaseWeights>(
    _ values: Values, _ weights: Weights
  ) -> Bool {
    let numbers = UnsafeRawPointer(cells).assumingMemoryBound(to: Double.self)
    var isSound = true
    for index in features.indices {
      let feature = Int(features[index])
      let column = FeatureColumn(of: feature, in: columns, values)
      let old = draws.table[feature].x
      let terms = factorTerms(of: column, cells: cells, factor: old, weights)
      let products = terms.x - (draws.values[feature &* draws.stride] * terms.y)
      if !draws.draw(feature, products: products, squares: terms.y) { isSound = false }
      prefetchColumn(index &+ 1, of: features, in: columns, numbers, stride: 2)
      applyFactor(old: old, change: draws.table[feature].y, to: column, cells: cells)
    }
    return isSound
  }
  @inline(__always)
  func update<Weights: CaseWeights>(_ weights: Weights) -> Bool {
    if let values = columns.values { return update(StoredValues(values: values), weights) }
    return update(UnitValues(), weights)
  }
  if let caseWeights { return update(StoredWeights(weights: caseWeights)) }
  return update(EqualWeights())
}
