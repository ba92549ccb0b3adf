// SPDX-License-Identifier: Apache-2.0

import CPlatform

/// Rows between the one that is copied and the one that is asked for.
private let gatherDistance = 24

/// Copies the targets, ids and values of rows to the same rows of a smaller matrix.
///
/// - Parameters:
///   - rows: the rows of the smaller matrix.
///   - source: the matrix.
///   - sourceTargets: its targets.
///   - numbers: for each row of the smaller matrix that of `source`.
///   - target: the smaller matrix.
///   - targets: its targets.
///   - ids: its ids.
///   - values: its values; nil when all are 1.
func gatherRows(
  _ rows: Range<Int>, _ source: SparseRows, _ sourceTargets: UnsafePointer<Float>,
  numbers: UnsafePointer<Int>, to target: SparseRows, targets: UnsafeMutablePointer<Float>,
  ids: UnsafeMutablePointer<UInt32>, values: UnsafeMutablePointer<Float>?
) {
  if source.offsets == nil, source.rowWidth == 2, values == nil {
    return gatherPairs(rows, source.ids, sourceTargets, numbers, ids, targets)
  }
  gatherElements(rows, sourceTargets, numbers: numbers, to: targets)
  gatherRows(rows, source, source.ids, numbers, target, ids)
  if let values, let sourceValues = source.values {
    gatherRows(rows, source, sourceValues, numbers, target, values)
  }
}

/// Both ids of a row at once.
private func gatherPairs(
  _ rows: Range<Int>, _ source: UnsafePointer<UInt32>, _ sourceTargets: UnsafePointer<Float>,
  _ numbers: UnsafePointer<Int>, _ ids: UnsafeMutablePointer<UInt32>,
  _ targets: UnsafeMutablePointer<Float>
) {
  let (pairs, copies) = (UnsafeRawPointer(source), UnsafeMutableRawPointer(ids))
  let last = rows.upperBound &- 1
  for row in rows {
    let ahead = numbers[min(row &+ gatherDistance, last)]
    fm_prefetch(pairs + ahead &* 8)
    fm_prefetch(sourceTargets + ahead)
    let number = numbers[row]
    copies.storeBytes(
      of: pairs.loadUnaligned(fromByteOffset: number &* 8, as: UInt64.self),
      toByteOffset: row &* 8, as: UInt64.self)
    targets[row] = sourceTargets[number]
  }
}

private func gatherRows<Element: BitwiseCopyable>(
  _ rows: Range<Int>, _ source: SparseRows, _ elements: UnsafePointer<Element>,
  _ numbers: UnsafePointer<Int>, _ target: SparseRows, _ copies: UnsafeMutablePointer<Element>
) {
  let ahead = rows.upperBound &- gatherDistance
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
