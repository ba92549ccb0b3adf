// SPDX-License-Identifier: Apache-2.0

import CSVConversion
import FactorizationMachines
import LibFMFormats

/// The factors of a model's features as points in a plane.
struct EmbeddingMap {
  /// A feature on the map.
  struct Point {
    /// What the feature is called.
    var entry: FeatureNames.Entry

    /// The place on the horizontal and on the vertical axis.
    var x: Double
    var y: Double

    /// The length of the vector of factors.
    var norm: Double

    /// Whether it gets a label if there is room.
    var isLabelled = false
  }

  /// The points drawn, ids ascending.
  let points: [Point]

  /// What points are coloured by, those with most points first, and how many points each has,
  /// including those that are not drawn.
  let categories: [(name: String, count: Int)]

  /// The names of the axes.
  let axisNames: (horizontal: String, vertical: String)

  /// Whether distances mean the same along both axes.
  let hasEqualAxes: Bool

  /// What to tell the reader.
  let notes: [String]

  /// The most points that are drawn, but for a label or two.
  static let greatestPointCount = 1500

  /// The most categories with a colour of their own; of more, those with few points share one.
  static let greatestCategoryCount = 24

  /// Makes the map of a model.
  ///
  /// - Parameters:
  ///   - model: the model.
  ///   - names: what its features are called.
  ///   - path: where the model was read, for messages.
  /// - Throws: `FormatError` when there is nothing to show.
  init(
    _ model: FactorizationMachine, names: FeatureNames, path: String
  ) throws(FormatError) {
    guard model.shape.factorCount > 0 else {
      throw FormatError(
        path: path, found: "the model has no factors", expected: "at least one factor to map",
        advice: "learn with a third number above 0 in -dim")
    }
    let usable = names.entries.filter { PrincipalComponents.areUsable($0.feature, of: model) }
    guard !usable.isEmpty else {
      throw FormatError(
        path: path, found: "no feature has factors that are finite numbers",
        advice: "learning diverged; try a smaller -learn_rate or more -regular")
    }
    let plane = EmbeddingPlane(of: usable.map(\.feature), in: model)
    let merged = Self.merged(usable, names: names.categories)
    var points = zip(usable, merged.indices).map { entry, category in
      var entry = entry
      entry.category = category
      let place = plane.place(of: entry.feature)
      return Point(
        entry: entry, x: place.x, y: place.y, norm: Self.norm(of: entry.feature, in: model))
    }
    let labels = Self.greatestNorms(points, categoryCount: merged.categories.count)
    for index in labels { points[index].isLabelled = true }
    let sample = PointSample(
      categories: points.map(\.entry.category), categoryCount: merged.categories.count,
      limit: Self.greatestPointCount)
    self.points = Set(sample.indices + labels).sorted().map { points[$0] }
    categories = merged.categories
    axisNames = plane.axisNames
    hasEqualAxes = plane.hasEqualAxes
    notes =
      plane.notes + names.notes
      + Self.notes(
        unusable: names.entries.count - usable.count, all: points.count, drawn: self.points.count)
  }

  private static func notes(unusable: Int, all: Int, drawn: Int) -> [String] {
    var notes = [
      "Labels: of each colour, the features with the longest vectors of factors that have room."
    ]
    if unusable > 0 {
      notes.append("\(unusable) features are left out: their factors are no finite numbers.")
    }
    if drawn < all {
      notes.append(
        "Drawn are \(drawn) of \(all) points: as many of each colour as far as there are, evenly spaced by their "
          + "ids, and those with labels.")
    }
    return notes
  }

  private static func norm(of feature: Int, in model: FactorizationMachine) -> Double {
    (0..<model.shape.factorCount).reduce(0) { sum, factor in
      let value = model[factor: factor, ofFeature: feature]
      return sum + value * value
    }.squareRoot()
  }

  /// Sorts categories by their sizes and joins the smallest if there are too many.
  private static func merged(
    _ entries: [FeatureNames.Entry], names: [String]
  ) -> (categories: [(name: String, count: Int)], indices: [Int]) {
    var counts = Array(repeating: 0, count: names.count)
    for entry in entries { counts[entry.category] += 1 }
    let order = names.indices.filter { counts[$0] > 0 }
      .sorted { (counts[$1], $0) < (counts[$0], $1) }
    let ownCount = order.count > greatestCategoryCount ? greatestCategoryCount - 1 : order.count
    var places = Array(repeating: ownCount, count: names.count)
    for (place, category) in order.prefix(ownCount).enumerated() { places[category] = place }
    var categories = order.prefix(ownCount).map { (name: names[$0], count: counts[$0]) }
    let rest = order.dropFirst(ownCount)
    if !rest.isEmpty {
      categories.append(("\(rest.count) others", rest.reduce(0) { $0 + counts[$1] }))
    }
    return (categories, entries.map { places[$0.category] })
  }

  /// The points of each category with the greatest norms.
  private static func greatestNorms(_ points: [Point], categoryCount: Int) -> [Int] {
    let count = max(1, min(6, 36 / categoryCount))
    var greatest: [[Int]] = Array(repeating: [], count: categoryCount)
    for (index, point) in points.enumerated() {
      let category = point.entry.category
      let place =
        greatest[category].firstIndex { points[$0].norm < point.norm } ?? greatest[category].count
      if place < count {
        greatest[category].insert(index, at: place)
        if greatest[category].count > count { greatest[category].removeLast() }
      }
    }
    return greatest.flatMap(\.self)
  }
}
