// SPDX-License-Identifier: Apache-2.0

import CVectorKernels

/// As ``streamFactor(_:cells:pending:terms:caseWeights:table:to:vectorWidth:)`` where every row has an entry in
/// the blocks and counts 1, as far as wide kernels go.
///
/// Gives the number of rows done, which is 0 for other blocks.
func streamWideFactor(
  _ rows: Range<Int>, cells: UnsafeMutablePointer<RowCell>, pending: PendingFactor?,
  terms: AnyBlockSlots?, table: FactorTable, to sums: UnsafeMutablePointer<SIMD2<Double>>,
  width: Int
) -> Int {
  guard width > 0 else { return 0 }
  var update: fm_block?
  if let pending, let slots = pending.slots {
    update = fm_block(slots, from: rows.lowerBound, table: pending.table)
    if update == nil { return 0 }
  }
  var added: fm_block?
  var targets = sums
  if let terms {
    added = fm_block(terms, from: rows.lowerBound, table: table)
    if added == nil { return 0 }
    if case .dense(let slots) = terms { targets += slots.id }
  }
  return withPointer(to: update) { update in
    withPointer(to: added) { added in
      fm_factor_pass(
        Int32(width), numbers(cells + rows.lowerBound), rows.count, update,
        pending?.sums.map { $0 + rows.lowerBound }, added, numbers(targets))
    }
  }
}

extension fm_block {
  /// The slots from a row on; nil where rows may have no entry.
  fileprivate init?(_ slots: AnyBlockSlots, from row: Int, table: FactorTable) {
    switch slots {
    case .unit(let slots) where slots.stride == 1:
      self.init(ids: slots.ids + row, values: nil, table: numbers(table))
    case .dense(let slots):
      self.init(ids: nil, values: slots.values + row, table: numbers(table + slots.id))
    case .general(let slots) where !slots.mayMiss:
      self.init(
        ids: slots.ids + row, values: slots.values.map { $0 + row }, table: numbers(table))
    default: return nil
    }
  }
}

private func numbers(
  _ pairs: UnsafeMutablePointer<SIMD2<Double>>
) -> UnsafeMutablePointer<Double> {
  UnsafeMutableRawPointer(pairs).assumingMemoryBound(to: Double.self)
}

/// Calls `body` with a pointer to a value, or with nil when there is none.
private func withPointer<Value, Result>(
  to value: Value?, _ body: (UnsafePointer<Value>?) -> Result
) -> Result {
  guard let value else { return body(nil) }
  return withUnsafePointer(to: value, body)
}
