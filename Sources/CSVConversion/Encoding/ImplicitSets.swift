// SPDX-License-Identifier: Apache-2.0

/// The items that each key has in the fitting rows.
///
/// Eight bytes for each distinct pair while they are gathered, four afterwards.
struct ImplicitSets: Sendable, Hashable {
  /// The feature of the first key.
  let firstKey: UInt32

  /// Where the items of each key begin; one more than there are keys.
  let offsets: [Int]

  /// The features that stand for the items, ascending within a key.
  let items: [UInt32]

  init(firstKey: UInt32, offsets: [Int], items: [UInt32]) {
    self.firstKey = firstKey
    self.offsets = offsets
    self.items = items
  }

  /// Sorts pairs of a key (the upper half) and an item (the lower half) into sets.
  init(pairs: inout [UInt64], firstKey: UInt32, keyCount: Int) {
    pairs.sort()
    var offsets = Array(repeating: 0, count: keyCount + 1)
    var items: [UInt32] = []
    var last: UInt64?
    for pair in pairs where pair != last {
      last = pair
      offsets[Int(UInt32(pair >> 32) - firstKey) + 1] += 1
      items.append(UInt32(truncatingIfNeeded: pair))
    }
    for key in 0..<keyCount { offsets[key + 1] += offsets[key] }
    self.init(firstKey: firstKey, offsets: offsets, items: items)
  }

  /// The items of a key given by its feature; none for anything that is not a key.
  func items(ofKey feature: UInt32) -> ArraySlice<UInt32> {
    guard feature >= firstKey, Int(feature - firstKey) < offsets.count - 1 else { return [] }
    let key = Int(feature - firstKey)
    return items[offsets[key]..<offsets[key + 1]]
  }
}
