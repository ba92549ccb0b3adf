// SPDX-License-Identifier: Apache-2.0

/// Finds the name that a mistyped one was meant to be.
package struct NearestName {
  private var names: [String]

  /// Looks among these names; of equally near ones the first is taken.
  package init(among names: [String]) {
    self.names = names
  }

  /// The nearest name, if it is near enough: at most one slip for every three letters or, in a
  /// short name, one or two.
  package func match(for typed: String) -> String? {
    let plain = Self.normalized(typed)
    let limit = max(plain.count < 4 ? 1 : 2, plain.count / 3)
    var best: (name: String, distance: Int)?
    for name in names {
      let distance = Self.distance(plain, Self.normalized(name))
      if distance <= limit, distance < plain.count, distance < best?.distance ?? .max {
        best = (name, distance)
      }
    }
    return best?.name
  }

  private static func normalized(_ name: String) -> [Character] {
    name.lowercased().map { $0 == "-" ? "_" : $0 }
  }

  /// Insertions, deletions, substitutions and swaps of neighbours that lead from one to the other
  /// (optimal string alignment).
  private static func distance(_ first: [Character], _ second: [Character]) -> Int {
    var beforeLast: [Int] = []
    var last = Array(0...second.count)
    for i in first.indices {
      var row = [i + 1]
      for j in second.indices {
        var cost = min(
          last[j + 1] + 1, row[j] + 1, last[j] + (first[i] == second[j] ? 0 : 1))
        if i > 0, j > 0, first[i] == second[j - 1], first[i - 1] == second[j] {
          cost = min(cost, beforeLast[j - 1] + 1)
        }
        row.append(cost)
      }
      (beforeLast, last) = (last, row)
    }
    return last[second.count]
  }
}
