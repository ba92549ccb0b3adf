// SPDX-License-Identifier: Apache-2.0

/// Which group of features each column is: the number of the column among those that are kept.
struct ColumnGroups {
  /// The group of each column seen so far; -1 for one that is left out.
  private(set) var groups: [Int] = []

  private let omitted: Set<Int>
  private var keptCount = 0

  /// Groups of all columns but some, counted from 0.
  init(omitted: Set<Int>) {
    self.omitted = omitted
  }

  /// Makes sure that at least so many columns have their group.
  mutating func extend(to columnCount: Int) {
    while groups.count < columnCount {
      let isKept = !omitted.contains(groups.count)
      groups.append(isKept ? keptCount : -1)
      if isKept { keptCount += 1 }
    }
  }
}
