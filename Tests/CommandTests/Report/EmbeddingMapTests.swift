// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines
import LibFMFormats
import Testing

@testable import fm_reproduce

@Suite("The map of embeddings")
struct EmbeddingMapTests {
  @Test("keeps distances where two factors are all there is")
  func distances() throws {
    let rows = [[1.0, 2], [3, 1], [-2, 0.5], [0, -4]]
    let map = try map(rows)
    #expect(map.hasEqualAxes && map.points.map(\.entry.feature) == [0, 1, 2, 3])
    for (one, first) in zip(map.points, rows) {
      #expect(abs(one.norm - (first[0] * first[0] + first[1] * first[1]).squareRoot()) < 1e-15)
      for (other, second) in zip(map.points, rows) {
        let (x, y) = (one.x - other.x, one.y - other.y)
        let expected = [0, 1].reduce(0.0) {
          $0 + (first[$1] - second[$1]) * (first[$1] - second[$1])
        }
        #expect(abs(x * x + y * y - expected) < 1e-12)
      }
    }
    #expect(map.axisNames.horizontal.hasPrefix("Principal component 1 ("))
  }

  @Test("shows one factor and the linear weight")
  func oneFactor() throws {
    let map = try map([[1], [-3]], weights: [0.5, 7])
    #expect(map.points.map(\.x) == [1, -3] && map.points.map(\.y) == [0.5, 7])
    #expect(!map.hasEqualAxes && map.axisNames == ("Factor", "Linear weight"))
    #expect(map.notes.contains { $0.contains("one factor") })
    let plain = try self.map([[1], [-3]], weights: nil)
    #expect(plain.points.map(\.y) == [0, 0])
  }

  @Test("leaves out factors that are no numbers, and says so")
  func unusable() throws {
    let map = try map([[1, 2], [.nan, 0], [2, 1], [0, .infinity]])
    #expect(map.points.map(\.entry.feature) == [0, 2])
    #expect(map.notes.contains { $0.contains("2 features are left out") })
    let error = try #require(throws: FormatError.self) { try self.map([[.nan, 1]]) }
    #expect(error.description.contains("no feature has factors that are finite numbers"))
  }

  @Test("refuses a model without factors")
  func noFactors() throws {
    let model = try FactorizationMachine(shape: .init(factorCount: 0, featureCount: 2))
    let error = try #require(throws: FormatError.self) {
      try EmbeddingMap(model, names: FeatureNames(featureCount: 2), path: "model")
    }
    #expect(error.description.hasPrefix("model: the model has no factors; expected"))
  }

  @Test("samples many points evenly by category, labels the longest, and says so")
  func sampling() throws {
    var random = GlibcRandom(seed: 1)
    let rows = (0..<5000).map { _ in (0..<3).map { _ in random.normal(mean: 0, deviation: 1) } }
    // Feature 4321 is the longest of all, and would not be drawn otherwise.
    var longRows = rows
    longRows[4321] = [9, 9, 9]
    let groups = (0..<5000).map { UInt32($0 < 100 ? 2 : $0 < 2100 ? 0 : 1) }
    let map = try map(longRows, names: FeatureNames(try FeatureGroups(groups)))
    #expect(map.categories.map(\.name) == ["group 1", "group 0", "group 2"])
    #expect(map.categories.map(\.count) == [2900, 2000, 100])
    let drawn = (0..<3).map { category in map.points.count { $0.entry.category == category } }
    #expect(drawn[2] == 100 && (700...706).contains(drawn[0]) && (700...706).contains(drawn[1]))
    #expect(map.points.contains { $0.entry.feature == 4321 && $0.isLabelled })
    #expect(map.points.count { $0.isLabelled } == 18)
    #expect(map.notes.contains { $0.contains("Drawn are \(map.points.count) of 5000 points") })
  }

  @Test("joins the smallest of very many categories")
  func manyCategories() throws {
    let rows = (0..<100).map { [Double($0), 1] }
    let groups = (0..<100).map { UInt32($0 < 30 ? 0 : $0) }
    let map = try map(rows, names: FeatureNames(try FeatureGroups(groups)))
    #expect(map.categories.count == 24)
    #expect(map.categories.first?.name == "group 0" && map.categories.first?.count == 30)
    #expect(map.categories.last?.name == "48 others" && map.categories.last?.count == 48)
  }

  @Test(
    "shares room among categories of all sizes",
    arguments: [
      ([10, 10], 100, [10, 10]), ([1000, 10], 100, [90, 10]), ([50, 60, 70], 90, [30, 30, 30]),
      ([0, 5], 3, [0, 3]), ([4, 4, 4], 2, [1, 1, 1]), ([], 5, []),
    ] as [([Int], Int, [Int])])
  func quotas(counts: [Int], limit: Int, expected: [Int]) {
    #expect(PointSample.quotas(counts, limit: limit) == expected)
  }

  @Test("places labels apart from each other and within the plot")
  func labels() {
    let bounds = Frame(x: 0, y: 0, width: 200, height: 100)
    var placement = LabelPlacement(bounds: bounds, size: 10)
    var frames: [Frame] = []
    for _ in 0..<20 {
      guard let place = placement.place("label", besideX: 100, y: 50) else { continue }
      let width = TextWidth.estimate("label", size: 10)
      frames.append(Frame(x: place.x, y: place.y - 8.5, width: width, height: 10))
    }
    // Right, left, above and below.
    #expect(frames.count == 4)
    for (index, frame) in frames.enumerated() {
      #expect(frame.x >= 0 && frame.right <= 200 && frame.y >= 0 && frame.bottom <= 100)
      #expect(!frames[..<index].contains { frame.overlaps($0) })
    }
    // There is no room on the right.
    #expect(placement.place("edge", besideX: 198, y: 90).map { $0.x < 190 } == true)
  }

  @Test("draws a mark for each point, within the plot, in one scale")
  func marks() throws {
    for rows in [
      [[1.0, 2], [3, 1], [-2, 0.5]], [[1, 1], [1, 1]], [[0, 0]], [[5, 0], [7, 0]],
    ] {
      let map = try map(rows)
      let drawing = MapDrawing(map: map).drawing
      let marks = drawing.elements.compactMap { element -> (Double, Double)? in
        guard case .element("circle", let attributes, _) = element else { return nil }
        let values = Dictionary(uniqueKeysWithValues: attributes.map { ($0.name, $0.value) })
        guard values["class"] == "mark fill0" else { return nil }
        return (Double(values["cx"] ?? "") ?? .nan, Double(values["cy"] ?? "") ?? .nan)
      }
      #expect(marks.count == rows.count)
      #expect(marks.allSatisfy { (0...Drawing.width).contains($0.0) })
      #expect(marks.allSatisfy { (0...drawing.height).contains($0.1) })
      if rows.count == 3 {
        let wide = (marks[1].0 - marks[0].0) / (map.points[1].x - map.points[0].x)
        let high = (marks[0].1 - marks[1].1) / (map.points[1].y - map.points[0].y)
        #expect(abs(wide / high - 1) < 0.01)
      }
    }
  }

  private func map(
    _ rows: [[Double]], weights: [Double]? = [], names: FeatureNames? = nil
  ) throws -> EmbeddingMap {
    var model = try FactorizationMachine(
      shape: .init(
        usesWeights: weights != nil, factorCount: rows[0].count, featureCount: rows.count))
    for (feature, weight) in (weights ?? []).enumerated() { model[weight: feature] = weight }
    for (feature, row) in rows.enumerated() {
      for (factor, value) in row.enumerated() { model[factor: factor, ofFeature: feature] = value }
    }
    return try EmbeddingMap(
      model, names: names ?? FeatureNames(featureCount: rows.count), path: "model")
  }
}
