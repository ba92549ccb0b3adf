// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport

/// Draws cases whose targets follow a factorization machine of low rank, plus noise.
///
/// A rating is mean + user's bias + item's bias + ⟨user's factors, item's factors⟩ + effect of the
/// other columns + noise, rounded to `step` and cut to 1...5; a class is the sign of the same sum
/// around its mean. No user rates an item twice as long as that can be kept in mind.
struct CaseGenerator {
  /// What is drawn.
  struct Options {
    var shape: Shape
    var rowCount: Int
    var userCount: Int
    var itemCount: Int
    /// The distance between neighbouring ratings: 1 or 0.5.
    var step = 1.0
    /// Classes 1 and -1 in place of ratings.
    var classifies = false
    var seed: UInt64
  }

  /// The number of levels of each field: users, items, then those of the shape.
  let levelCounts: [Int]

  private let options: Options
  private var random: SplitMix64
  private let users: Popularity
  private let items: Popularity
  private let contexts: [Popularity]
  private let biases: [[Float]]
  private let userFactors: [SIMD4<Float>]
  private let itemFactors: [SIMD4<Float>]
  private var seen: PairSet?

  init(_ options: Options) {
    self.options = options
    var random = SplitMix64(seed: options.seed)
    let userCount = options.userCount
    let itemCount = options.itemCount
    users = Popularity(levelCount: userCount, shift: Double(userCount) / 20, using: &random)
    items = Popularity(levelCount: itemCount, shift: Double(itemCount) / 50, using: &random)
    let further =
      switch options.shape {
      case .ratings(let contextCount): Self.contextLevelCounts(contextCount)
      case .sets: [itemCount]
      case .dense(let columnCount): Array(repeating: 1, count: columnCount)
      }
    levelCounts = [userCount, itemCount] + further
    if case .ratings = options.shape {
      contexts = further.map {
        Popularity(levelCount: $0, shift: Double($0) / 20, using: &random)
      }
    } else {
      contexts = []
    }
    let deviations = [0.4, 0.5] + further.map { _ in 0.15 }
    biases = zip(levelCounts, deviations).map { count, deviation in
      (0..<count).map { _ in Float(deviation * random.nearNormal()) }
    }
    userFactors = Self.factors(count: userCount, using: &random)
    itemFactors = Self.factors(count: itemCount, using: &random)
    seen = PairSet(rowCount: userCount, columnCount: itemCount)
    self.random = random
  }

  /// Draws the next case; `drawn` is reused.
  mutating func next(into drawn: inout GeneratedCase) {
    var user = users.draw(using: &random)
    var item = items.draw(using: &random)
    while seen?.insert(row: user, column: item) == false {
      user = users.draw(using: &random)
      item = items.draw(using: &random)
    }
    drawn.entries.removeAll(keepingCapacity: true)
    drawn.entries.append(.init(field: 0, level: user, value: 1))
    drawn.entries.append(.init(field: 1, level: item, value: 1))
    let products = userFactors[user] * itemFactors[item]
    let affinity = products.x + products.y + products.z
    var score = Double(biases[0][user] + biases[1][item] + affinity)
    score += addFurtherEntries(to: &drawn)
    score += noiseDeviation * random.nearNormal()
    drawn.target = target(ofScore: score)
  }

  /// Appends what the shape asks for and returns its part of the score.
  private mutating func addFurtherEntries(to drawn: inout GeneratedCase) -> Double {
    var score: Float = 0
    switch options.shape {
    case .ratings:
      for (index, context) in contexts.enumerated() {
        let level = context.draw(using: &random)
        drawn.entries.append(.init(field: index + 2, level: level, value: 1))
        score += biases[index + 2][level]
      }
    case .sets(let sizes):
      let size = sizes.lowerBound + random.index(below: sizes.count)
      let share = 1 / Float(size)
      for _ in 0..<size {
        var level = items.draw(using: &random)
        while drawn.entries.dropFirst(2).contains(where: { $0.level == level }) {
          level = items.draw(using: &random)
        }
        drawn.entries.append(.init(field: 2, level: level, value: share))
        score += biases[2][level] * share
      }
    case .dense(let columnCount):
      for column in 2..<columnCount + 2 {
        // Three decimals: short in the text, and never 0.
        let thousandths = random.index(below: 2_000) - 1_000
        let value = Float(thousandths >= 0 ? thousandths + 1 : thousandths) / 1_000
        drawn.entries.append(.init(field: column, level: 0, value: value))
        score += biases[column][0] * value
      }
    }
    return Double(score)
  }

  private func target(ofScore score: Double) -> Double {
    if options.classifies { return score >= 0 ? 1 : -1 }
    let rating = ((meanRating + score) / options.step).rounded() * options.step
    return min(max(rating, 1), 5)
  }

  /// The sizes of further columns, small and large by turns, as contexts are.
  private static func contextLevelCounts(_ count: Int) -> [Int] {
    (0..<count).map { [10, 300, 30, 3_000, 100, 1_000][$0 % 6] }
  }

  private static func factors(count: Int, using random: inout SplitMix64) -> [SIMD4<Float>] {
    (0..<count).map { _ in
      var factors = SIMD4<Float>()
      for factor in 0..<3 { factors[factor] = Float(factorDeviation * random.nearNormal()) }
      return factors
    }
  }
}

private let meanRating = 3.6
private let noiseDeviation = 0.5

/// Three factors of this deviation on both sides: the products' sum has the deviation 0.8.
private let factorDeviation = 0.68

extension CaseGenerator.Options {
  /// Refuses sizes for which drawing would be slow or never end.
  ///
  /// - Throws: a `CommandError` that names the option to change.
  func check() throws(CommandError) {
    let (cells, overflow) = userCount.multipliedReportingOverflow(by: itemCount)
    if !overflow, cells <= PairSet.greatestCellCount, rowCount > cells / 4 {
      throw .usage(
        "\(rowCount) rows are more than a quarter of all pairs of a user and an item; "
          + "give more --users or --items, or fewer --rows")
    }
    if case .sets(let sizes) = shape, itemCount < 4 * sizes.upperBound {
      throw .usage("sets need at least \(4 * sizes.upperBound) --items")
    }
  }
}
