// SPDX-License-Identifier: Apache-2.0

import CVectorKernels

/// Features with the same id up to this many bits have the same owner: their bits in a gradient share a
/// byte.
let ownedGroupShift: UInt32 = 3

/// Sorts the entries of some rows of a tile by the owners of their features, in the order of the rows.
///
/// - Parameters:
///   - rows: the rows.
///   - tile: the tile they belong to.
///   - owners: the owner of each group of features.
///   - ownerCount: the number of owners.
///   - target: receives the entries, in the same places as in the tile.
///   - values: receives their values; nil when all are 1.
///   - bounds: receives where in `target` the list of each owner begins, and where the last one ends.
func sortEntries(
  of rows: Range<Int>, in tile: SparseRows, owners: UnsafePointer<UInt16>, ownerCount: Int,
  to target: UnsafeMutablePointer<fm_batch_entry>,
  values: UnsafeMutablePointer<Float>?, bounds: UnsafeMutablePointer<Int>
) {
  let first = tile.start(ofRow: 0)
  let entries = tile.start(ofRow: rows.lowerBound)..<tile.start(ofRow: rows.upperBound)
  let ends = bounds + 1
  ends.update(repeating: 0, count: ownerCount)
  for entry in entries { ends[Int(owners[Int(tile.ids[entry] &>> ownedGroupShift)])] &+= 1 }
  var next = entries.lowerBound &- first
  bounds[0] = next
  for owner in 0..<ownerCount {
    let count = ends[owner]
    ends[owner] = next
    next &+= count
  }
  for row in rows {
    for entry in tile.entries(ofRow: row) {
      let id = tile.ids[entry]
      let owner = Int(owners[Int(id &>> ownedGroupShift)])
      let place = ends[owner]
      target[place] = fm_batch_entry(id: id, row: UInt32(truncatingIfNeeded: row))
      if let values, let source = tile.values { values[place] = source[entry] }
      ends[owner] = place &+ 1
    }
  }
}
