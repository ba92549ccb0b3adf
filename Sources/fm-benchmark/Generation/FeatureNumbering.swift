// SPDX-License-Identifier: Apache-2.0

/// Turns levels of fields into feature ids.
struct FeatureNumbering {
  /// How ids are given.
  enum Rule: String, CaseIterable {
    /// Field after field: users first, then items, then the rest.
    case byField = "by-field"

    /// In the order in which levels first appear, as `triple_format_to_libfm` numbers the rows of one
    /// table.
    case firstAppearance = "first-appearance"
  }

  private let starts: [Int]
  private var given: [UInt32]?
  private var nextID: UInt32 = 0

  init(levelCounts: [Int], rule: Rule) {
    var start = 0
    starts = levelCounts.map { count in
      defer { start += count }
      return start
    }
    given = rule == .firstAppearance ? Array(repeating: .max, count: start) : nil
  }

  /// The id of a level.
  mutating func id(field: Int, level: Int) -> Int {
    let place = starts[field] + level
    guard let id = given?[place] else { return place }
    guard id == .max else { return Int(id) }
    defer { nextID += 1 }
    given?[place] = nextID
    return Int(nextID)
  }
}
