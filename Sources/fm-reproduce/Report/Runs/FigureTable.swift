// SPDX-License-Identifier: Apache-2.0

import LibFMFormats

/// The last and the best figures of runs, as a table.
struct FigureTable {
  /// The runs, a row or more each.
  let runs: [RunHistory]

  static let header = [
    "Run", "Method", "Figure", "Iterations", "Train", "Validation", "Test", "Best test",
    "in iteration",
  ]

  /// What to know when reading the table.
  static let notes = [
    "Figures are those of the last iteration, but for the best test figure. Iterations count from 0. "
      + "Test figures of MCMC are those of the mean of all draws, those of ALS of the iteration alone. The best test figure is chosen by looking at the test data, and "
      + "so promises too much; choose by validation data."
  ]

  /// How many cells at the left are words.
  private static let wordCount = 3

  /// The cells; a dash stands for what was not measured.
  var rows: [[String]] {
    runs.flatMap { run in Figure.allCases.compactMap { row(of: $0, of: run) } }
  }

  private func row(of figure: Figure, of run: RunHistory) -> [String]? {
    let train = run.values(of: figure, .train)
    let validation = run.values(of: figure, .validation)
    let test = run.values(of: figure, .test)
    guard train != nil || validation != nil || test != nil else { return nil }
    var best = [Self.dash, Self.dash]
    if let test, let iteration = figure.best(of: test) {
      best = [Self.text(test[iteration]), String(iteration)]
    }
    let last = [train, validation, test].map { $0?.last.map(Self.text) ?? Self.dash }
    return [run.name, run.method.rawValue, figure.name, String(run.log.iterationCount)] + last
      + best
  }

  /// The table for a page.
  var markup: Markup {
    func cells(_ texts: [String], _ element: String) -> Markup {
      .element(
        "tr", [:],
        texts.enumerated().map { index, text in
          .element(
            element, index < Self.wordCount ? ["class": "word"] : [:], text: text)
        })
    }
    return .element(
      "div", ["class": "scroll"],
      [
        .element(
          "table", [:],
          [
            .element("thead", [:], [cells(Self.header, "th")]),
            .element("tbody", [:], rows.map { cells($0, "td") }),
          ])
      ])
  }

  private static let dash = "–"

  private static func text(_ value: Double) -> String {
    GeneralFormat.text(value).replacing("-", with: "−")
  }
}
