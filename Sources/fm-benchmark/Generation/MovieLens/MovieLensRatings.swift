// SPDX-License-Identifier: Apache-2.0

/// Generated ratings with times; takes 16 bytes a rating.
struct MovieLensRatings {
  /// A rating.
  struct Row {
    /// The user, from 0.
    var user: UInt32

    /// The item, from 0.
    var item: UInt32

    /// Seconds since the beginning of 1970.
    var time: UInt32

    /// The rating in half stars.
    var halves: UInt8
  }

  /// The ratings, in the order of the file.
  private(set) var rows: [Row] = []

  /// Draws all ratings.
  ///
  /// A user rates in up to four sessions some days apart, as most do within few days.
  init(
    _ options: CaseGenerator.Options, isSortedByUser: Bool, using random: inout SplitMix64
  ) {
    var generator = CaseGenerator(options)
    let firstDays = (0..<options.userCount).map { _ in random.index(below: 1_500) }
    rows.reserveCapacity(options.rowCount)
    var drawn = GeneratedCase()
    for _ in 0..<options.rowCount {
      generator.next(into: &drawn)
      let user = drawn.entries[0].level
      let session = min(random.index(below: 4), random.index(below: 4))
      let day = firstDays[user] + session * (1 + user % 30)
      let time = Self.firstTime + day * 86_400 + random.index(below: 7_200)
      rows.append(
        Row(
          user: UInt32(user), item: UInt32(drawn.entries[1].level), time: UInt32(time),
          halves: UInt8(drawn.target * 2)))
    }
    if isSortedByUser { sortByUser(count: options.userCount) }
  }

  /// 1 January 1997, noon.
  private static let firstTime = 852_120_000

  /// Brings the ratings of each user together, by counting.
  private mutating func sortByUser(count: Int) {
    var next = Array(repeating: 0, count: count + 1)
    for row in rows { next[Int(row.user) + 1] += 1 }
    for user in 0..<count { next[user + 1] += next[user] }
    var sorted = rows
    for row in rows {
      sorted[next[Int(row.user)]] = row
      next[Int(row.user)] += 1
    }
    rows = sorted
  }
}
