// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import fm_reproduce

@Suite("Drawings")
struct DrawingTests {
  // MARK: Axes

  static let axes: [(low: Double, high: Double, count: Int, labels: [String])] = [
    (0, 10, 5, ["0", "2", "4", "6", "8", "10"]),
    (0.47, 0.91, 10, ["0.5", "0.55", "0.6", "0.65", "0.7", "0.75", "0.8", "0.85", "0.9"]),
    (-1.3, 1.3, 6, ["−1", "−0.5", "0", "0.5", "1"]),
    (0, 0.71, 8, ["0", "0.1", "0.2", "0.3", "0.4", "0.5", "0.6", "0.7"]),
    (1_000_000.5, 1_000_003.5, 4, ["1000001", "1000002", "1000003"]),
    (1.1, 1.9, 1, ["1.2", "1.4", "1.6", "1.8"]),
    (1e-12, 3e-12, 3, ["1e−12", "2e−12", "3e−12"]),
  ]

  @Test("mark round numbers", arguments: axes)
  func roundTicks(low: Double, high: Double, count: Int, labels: [String]) {
    #expect(AxisScale(from: low, to: high).ticks(about: count).map(\.label) == labels)
  }

  @Test("mark whole numbers where iterations are counted")
  func wholeTicks() {
    #expect(
      AxisScale(from: 0, to: 2).ticks(about: 8, isWhole: true).map(\.label) == ["0", "1", "2"])
    #expect(AxisScale(from: 0, to: 1).ticks(about: 8, isWhole: true).map(\.label) == ["0", "1"])
    let many = AxisScale(from: 0, to: 99_999).ticks(about: 5, isWhole: true).map(\.label)
    #expect(many == ["0", "20000", "40000", "60000", "80000"])
  }

  @Test("show positive numbers of different sizes by their logarithms")
  func logarithms() {
    let values: [Double] = [0.02, .nan, 3, 900, .infinity]
    let scale = AxisScale(showing: values)
    #expect(scale.isLogarithmic)
    #expect(scale.ticks(about: 6).map(\.label) == ["0.1", "1", "10", "100", "1000"])
    #expect(abs(scale.position(0.2) + scale.position(90) - 1) < 1e-12)
    #expect(!AxisScale(showing: [0, 900]).isLogarithmic)
    #expect(!AxisScale(showing: [-1, 900]).isLogarithmic)
    #expect(!AxisScale(showing: [20, 900]).isLogarithmic)
    #expect(!AxisScale(showing: [0.02, 900], allowsLogarithms: false).isLogarithmic)
    let extreme = AxisScale(showing: [1e-200, 1e200])
    #expect(extreme.ticks(about: 6).count <= 6 && extreme.ticks(about: 6).count > 2)
    #expect((0...1).contains(extreme.position(1e200)))
  }

  @Test(
    "show all numbers, whatever they are",
    arguments: [
      [], [0], [5], [-5], [.nan], [0.1, 0.1 + 1e-17], [-1e200, 1e200], [.leastNonzeroMagnitude],
      [0, .leastNonzeroMagnitude],
      [1e200, 1.1e200], [7, 7.000001],
    ] as [[Double]])
  func anyNumbers(values: [Double]) {
    let scale = AxisScale(showing: values)
    #expect(scale.domain.lowerBound < scale.domain.upperBound)
    for value in values where !value.isNaN { #expect((0...1).contains(scale.position(value))) }
    let ticks = scale.ticks(about: 5)
    #expect((2...12).contains(ticks.count), "\(ticks)")
    #expect(Set(ticks.map(\.label)).count == ticks.count, "\(ticks)")
    #expect(ticks.allSatisfy { scale.domain.contains($0.value) })
  }

  // MARK: Curves

  @Test("leave gaps where there is no number")
  func gaps() {
    let values: [Double] = [1, 2, .nan, 3, .infinity, 4, 5, 6, -.infinity]
    let elements = drawing(of: Curve(name: "c", values: values, color: 0)).elements
    #expect(paths(elements).map(\.count) == [2, 3])
    // The number on its own is a dot.
    let dots = elements.filter { attribute("class", $0) == "fill0" }
    #expect(dots.map { attribute("cx", $0) } == ["3"])
    #expect(elements.count { attribute("class", $0) == "hit" } == 6)
  }

  @Test("of many values show medians and extremes of equal stretches")
  func thinning() throws {
    var values = (0..<10_000).map { Double($0 % 25) }
    values[1234] = 99
    for iteration in 5000..<5100 { values[iteration] = .nan }
    let curve = Curve(name: "c", values: values, color: 1)
    let points = Thinning.points(of: curve)
    #expect(points.count == 400)
    // Each stretch has 25 rows; in this one 99 stands for 9.
    #expect(points[49] == CurvePoint(iteration: 1237, value: 13, band: 0...99))
    #expect(points[200...203].allSatisfy { $0 == nil } && points[204] != nil)
    let elements = drawing(of: curve).elements
    #expect(paths(elements).map(\.count) == [200, 196])
    let bands = elements.filter { attribute("class", $0) == "band fill1" }
    #expect(bands.count == 2)
    let note = try #require(Thinning.note(count: 10_000))
    #expect(note.contains("400 equal stretches") && Thinning.note(count: 800) == nil)
  }

  @Test("of few values show all")
  func noThinning() {
    let values = (0..<800).map(Double.init)
    let points = Thinning.points(of: Curve(name: "c", values: values, color: 0))
    #expect(points.compactMap { $0?.value } == values)
  }

  @Test("have a band from the least to the greatest around the median")
  func bands() {
    let spread = HyperparameterTraces.spread(of: [
      [1, .nan, 5], [3, .nan, 1], [2, .nan, .infinity],
    ])
    #expect(spread.low[0] == 1 && spread.median[0] == 2 && spread.high[0] == 3)
    #expect(spread.low[1].isNaN && spread.median[1].isNaN && spread.high[1].isNaN)
    #expect(spread.low[2] == 1 && spread.median[2] == 3 && spread.high[2] == 5)
  }

  private func drawing(of curve: Curve) -> CurveDrawing {
    CurveDrawing(curve: curve, x: { $0 }, y: { $0 })
  }

  /// The points of each line.
  private func paths(_ elements: [Markup]) -> [[Substring]] {
    elements.filter { attribute("class", $0)?.hasPrefix("curve ") ?? false }.map {
      (attribute("d", $0) ?? "").dropFirst().split(separator: "L")
    }
  }

  private func attribute(_ name: String, _ markup: Markup) -> String? {
    guard case .element(_, let attributes, _) = markup else { return nil }
    return attributes.first { $0.name == name }?.value
  }

  // MARK: Text

  @Test("escape what has a meaning in XML, and what has no place there")
  func escaping() {
    #expect(Markup.escaped("a<b> & \"c\"\n'd'") == "a&lt;b&gt; &amp; &quot;c&quot;\n'd'")
    #expect(Markup.escaped("\u{0}\u{1B}\t\r\u{7F}\u{85}") == "\\x00\\x1B\\x09\\x0D\\x7F\\x85")
    #expect(Markup.escaped("\u{FFFE}\u{2028}") == "\\xFFFE\\x2028")
    #expect(Markup.escaped("žluťoučký 東京 👩‍🚀 می‌خواهم") == "žluťoučký 東京 👩‍🚀 می‌خواهم")
    #expect(Markup.escaped("\na\n\n") == "\na\n\n")
    let element = Markup.element("text", ["x": "\""], text: "<")
    #expect(element.serialized == "<text x=\"&quot;\">&lt;</text>\n")
  }

  @Test("shorten texts in their middle, and break them at blanks")
  func texts() {
    #expect(TextWidth.shortened("abcdefghij", to: 10) == "abcdefghij")
    #expect(TextWidth.shortened("abcdefghijk", to: 10) == "abcdef…ijk")
    let name = String(repeating: "long ", count: 40)
    let shown = TextWidth.shortened(name, size: 12, width: 200)
    #expect(TextWidth.estimate(shown, size: 12) <= 200 && shown.count > 20)
    let lines = TextWidth.lines(of: name, size: 12, width: 300)
    #expect(lines.joined(separator: " ") + " " == name && lines.count > 2)
    #expect(lines.allSatisfy { TextWidth.estimate($0, size: 12) <= 300 })
  }

  // MARK: Colours

  @Test("have text and lines that stand out from their ground")
  func contrast() throws {
    for theme in [StyleSheet.light, StyleSheet.dark] {
      #expect(theme.series.count == StyleSheet.seriesCount)
      for text in [theme.text, theme.softText] {
        #expect(try Self.contrast(text, theme.ground) >= 4.5, "\(text)")
      }
      for line in theme.series {
        #expect(try Self.contrast(line, theme.ground) >= 3, "\(line)")
      }
    }
  }

  @Test("have style sheets that HTML and XML read alike")
  func styleSheets() {
    for text in [StyleSheet.page, StyleSheet.drawing] {
      #expect(Markup.escaped(text) == text)
    }
  }

  /// The contrast of two colours by the Web Content Accessibility Guidelines 2.1.
  private static func contrast(_ one: String, _ other: String) throws -> Double {
    func luminance(_ colour: String) throws -> Double {
      let number = try #require(Int(colour.dropFirst(), radix: 16))
      let shares = [16, 8, 0].map { shift -> Double in
        let share = Double(number >> shift & 255) / 255
        return share <= 0.04045 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4)
      }
      return 0.2126 * shares[0] + 0.7152 * shares[1] + 0.0722 * shares[2]
    }
    let values = [try luminance(one), try luminance(other)].sorted()
    return (values[1] + 0.05) / (values[0] + 0.05)
  }
}
