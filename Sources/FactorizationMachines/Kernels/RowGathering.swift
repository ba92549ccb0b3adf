// SPDX-License-Identifier: Apache-2.0

import CPlatform

/// Rows between the one that is copied and the one that is asked for.
private let gatherDistance = 24

/// Copies the ids and values of rows from a matrix to the same rows of a smaller one.
///
/// - Parameters:
///   - rows: the rows of the smaller matrix.
///   - source: the matrix.
///   - numbers: for each row of the smaller matrix that of `source`.
///   - target: the smaller matrix.
///   - ids: its ids.
///   - values: its values; nil when all are 1.
func gatherRows(
  _ rows: Range<Int>, _ source: SparseRows, numbers: UnsafePointer<Int>, to target: SparseRows,
  ids: UnsafeMutablePointer<UInt32>, values: UnsafeMutablePointer<Float>?
) {
  gatherRows(rows, source, source.ids, numbers, target, ids)
  if let values, let sourceValues = source.values {
    gatherRows(rows, source, sourceValues, numbers, target, values)
  }
}

private func gatherRows<Element: BitwiseCopyable>(
  _ rows: Range<Int>, _ source: SparseRows, _ elements: UnsafePointer<Element>,
  _ numbers: UnsafePointer<Int>, _ target: SparseRows, _ copies: UnsafeMutablePointer<Element>
) {
  let ahead = rows.upperBound &- gatherDistance
  if source.offsets == nil, source.rowWidth == 2 {
    for row in rows {
      if row < ahead { fm_prefetch(elements + numbers[row &+ gatherDistance] &* 2) }
      let start = numbers[row] &* 2
      copies[row &* 2] = elements[start]
      copies[row &* 2 &+ 1] = elements[start &+ 1]
    }
    return
  }
  for row in rows {
    if row < ahead { fm_prefetch(elements + source.start(ofRow: numbers[row &+ gatherDistance])) }
    let (from, to) = (source.entries(ofRow: numbers[row]), target.start(ofRow: row))
    for index in 0..<from.count { copies[to &+ index] = elements[from.lowerBound &+ index] }
  }
}

/// Copies what there is one of for each row.
func gatherElements<Element: BitwiseCopyable>(
  _ rows: Range<Int>, _ source: UnsafePointer<Element>, numbers: UnsafePointer<Int>,
  to target: UnsafeMutablePointer<Element>
) {
  let ahead = rows.upperBound &- gatherDistance
  for row in rows {
    if row < ahead { fm_prefetch(source + numbers[row &+ gatherDistance]) }
    target[row] = source[numbers[row]]
  }
}
