// SPDX-License-Identifier: Apache-2.0

/// Points chosen from categories of very different sizes: as many of each, as far as they have them.
struct PointSample {
  /// The points chosen, by category.
  let indices: [Int]

  /// Chooses points.
  ///
  /// - Parameters:
  ///   - categories: the category of each point.
  ///   - categoryCount: the number of categories.
  ///   - limit: how many points may be chosen, at least one for each category.
  init(categories: [Int], categoryCount: Int, limit: Int) {
    var members: [[Int]] = Array(repeating: [], count: categoryCount)
    for (index, category) in categories.enumerated() { members[category].append(index) }
    let quotas = Self.quotas(members.map(\.count), limit: limit)
    indices = zip(members, quotas).flatMap { members, quota in
      (0..<quota).map { members[$0 * members.count / quota] }
    }
  }

  /// How many points of each category are chosen: what small ones leave over, large ones share.
  static func quotas(_ counts: [Int], limit: Int) -> [Int] {
    var quotas = counts
    var left = limit
    let order = counts.indices.sorted { counts[$0] < counts[$1] }
    for (place, category) in order.enumerated() {
      quotas[category] = min(counts[category], max(1, left / (order.count - place)))
      left -= quotas[category]
    }
    return quotas
  }
}
