// SPDX-License-Identifier: Apache-2.0

/// What the sweeps keep for one row of a relation while they work on the relation's features: 64 bytes,
/// one cache line.
///
/// e is the error of a case, q its Σ v x for the factor at work without what this row adds to it.
struct BlockRow {
  /// (Σ e, Σ e q) over the training cases that refer to the row, as if changes of the row had been
  /// brought to the cases at once.
  var errorSums: SIMD2<Double>

  /// (Σ q, Σ q²) over the same cases.
  var factorSums: SIMD2<Double>

  /// Σ v x over the entries of the row, for the factor at work.
  var sum: Double

  /// What the row adds to the score of a case, but for its interaction with the rest of the case.
  var score: Double

  /// The number of training cases that refer to the row.
  var caseCount: Double

  private var padding: Double
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
