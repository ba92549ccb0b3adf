// SPDX-License-Identifier: Apache-2.0

/// What the sweeps keep for one row of a relation while they work on the relation's features: 64 bytes,
/// one cache line.
///
/// e is the error of a case, q its Σ v x for the factor at work without what this row adds to it, and c its
/// weight.
struct BlockRow {
  /// (Σ c e, Σ c e q) over the training cases that refer to the row, as if changes of the row had been
  /// brought to the cases at once.
  var errorSums: SIMD2<Double>

  /// (Σ c q, Σ c q²) over the same cases.
  var factorSums: SIMD2<Double>

  /// Σ v x over the entries of the row, for the factor at work.
  var sum: Double

  /// What the row adds to the score of a case, but for its interaction with the rest of the case.
  var score: Double

  /// Σ c over the training cases that refer to the row: their number when all weights are 1.
  var caseWeight: Double

  private var padding: Double
}

// A feature of the relation has the value x in the row.
extension BlockRow {
  /// (Σ c h e, Σ c h²) over the cases of the row, h = x (q + Σ v x − x v); Σ c h e is short of
  /// − v Σ c h².
  ///
  /// `square` is x², rounded to single precision.
  @inline(__always)
  func factorTerms(x: Double, square: Double, factor: Double) -> SIMD2<Double> {
    let h = x * (sum - (x * factor))
    let products = (h * errorSums.x) + (x * errorSums.y)
    let ownSquares = (h * h) * caseWeight
    let mixedSquares = ((2 * factorSums.x) * x) * h
    return SIMD2(products, (ownSquares + mixedSquares) + (square * factorSums.y))
  }

  /// Lowers the weight of the feature by `change`.
  @inline(__always)
  mutating func changeWeight(x: Double, change: Double) {
    errorSums.x -= (x * change) * caseWeight
    // The new value less the old one; a plain minus would turn 0 into −0.
    score += (0 - change) * x
  }

  /// Lowers the factor of the feature, `old` so far, by `change`.
  @inline(__always)
  mutating func changeFactor(x: Double, old: Double, change: Double) {
    let h = x * (sum - (x * old))
    let shares = (SIMD2(caseWeight, factorSums.x) * h) + (factorSums * x)
    errorSums -= shares * change
    sum -= change * x
    score += (0 - change) * h
  }
}

/// How an update of a relation's features changed a row, for the cases that refer to it: (before, after).
struct BlockRowChange {
  var sums: SIMD2<Double>
  var scores: SIMD2<Double>
}

/// Begins a factor for `rows`: takes their Σ v x, which are `stride` numbers apart, and writes them one
/// after the other to `packed` too.
func loadSums(
  of rows: Range<Int>, from sums: UnsafePointer<Double>, stride: Int,
  to blockRows: UnsafeMutablePointer<BlockRow>, packed: UnsafeMutablePointer<Double>
) {
  for row in rows {
    let sum = sums[row &* stride]
    blockRows[row].sum = sum
    packed[row] = sum
  }
}

func clearCaseSums(of rows: Range<Int>, in blockRows: UnsafeMutablePointer<BlockRow>) {
  for row in rows {
    blockRows[row].errorSums = SIMD2()
    blockRows[row].factorSums = SIMD2()
  }
}

/// Notes the rows as they are before an update.
func beginChanges(
  of rows: Range<Int>, in blockRows: UnsafePointer<BlockRow>,
  to changes: UnsafeMutablePointer<BlockRowChange>
) {
  for row in rows {
    changes[row].sums.x = blockRows[row].sum
    changes[row].scores.x = blockRows[row].score
  }
}

/// Notes the rows as they are after an update.
func endChanges(
  of rows: Range<Int>, in blockRows: UnsafePointer<BlockRow>,
  to changes: UnsafeMutablePointer<BlockRowChange>
) {
  for row in rows {
    changes[row].sums.y = blockRows[row].sum
    changes[row].scores.y = blockRows[row].score
  }
}
