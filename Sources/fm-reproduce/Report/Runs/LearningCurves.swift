// SPDX-License-Identifier: Apache-2.0

import LibFMFormats

/// The figures of runs over their iterations, as drawings.
struct LearningCurves {
  /// The runs, in the order of their colours.
  let runs: [RunHistory]

  /// A drawing for the figure that the runs learn by, and one for all others; none for logs without
  /// any figure.
  var drawings: [Drawing] {
    let main: [Figure] = [.rootMeanSquaredError, .accuracy]
    let others = Figure.allCases.filter { !main.contains($0) && hasValues($0) }
    return main.filter(hasValues).map { figure in
      drawing(of: [figure], title: "\(figure.name) by iteration", panelHeight: 380)
    }
      + (others.isEmpty
        ? []
        : [drawing(of: others, title: "Further figures by iteration", panelHeight: 230)])
  }

  private func hasValues(_ figure: Figure) -> Bool {
    runs.contains { run in FigureRole.allCases.contains { run.values(of: figure, $0) != nil } }
  }

  private func drawing(of figures: [Figure], title: String, panelHeight: Double) -> Drawing {
    let panels = figures.map { figure in
      Panel(
        title: figures.count > 1 ? figure.name : "", valueName: figure.name,
        curves: curves(of: figure))
    }
    var layout = PanelLayout(columnCount: min(figures.count, 2), panelHeight: panelHeight)
    layout.legend = legend(of: figures)
    layout.add(panels)
    let names = figures.map(\.name).joined(separator: ", ")
    return layout.drawing(
      title: title,
      summary: "Line chart of \(names) over the iterations of "
        + runs.map(\.name).joined(separator: ", ") + ". " + summary(of: figures),
      notes: figures.flatMap(notes) + repeatedColors)
  }

  /// The curves of a figure: one colour for each run, or for each role of a single run.
  private func curves(of figure: Figure) -> [Curve] {
    // Test figures lie on top of the others.
    FigureRole.allCases.reversed().flatMap { role in
      runs.enumerated().compactMap { index, run in
        run.values(of: figure, role).map { values in
          Curve(
            name: "\(run.name), \(role.name)", values: values, color: color(of: index, role),
            style: role.style,
            markedIteration: role == .test ? figure.best(of: values) : nil)
        }
      }
    }
  }

  private func color(of run: Int, _ role: FigureRole) -> Int {
    runs.count == 1 ? role.rawValue : run
  }

  private func legend(of figures: [Figure]) -> Legend {
    let roles = FigureRole.allCases.filter { role in
      runs.contains { run in figures.contains { run.values(of: $0, role) != nil } }
    }
    var styles: [(Legend.Sign, String)] = roles.map { role in
      (.line(color: runs.count == 1 ? role.rawValue : nil, role.style), role.name)
    }
    if roles.contains(.test) { styles.append((.dot, "best on test data")) }
    return Legend(lines: [runs.count > 1 ? Legend.entries(of: runs) { _ in true } : [], styles])
  }

  private func summary(of figures: [Figure]) -> String {
    figures.flatMap { figure in
      runs.compactMap { run in
        guard let values = run.values(of: figure, .test), let best = figure.best(of: values) else {
          return nil
        }
        return "Best \(figure.name) of \(run.name) on test data: "
          + "\(GeneralFormat.text(values[best])) in iteration \(best)."
      }
    }.joined(separator: " ")
  }

  /// What to tell when there are more runs than colours.
  private var repeatedColors: [String] {
    runs.count > StyleSheet.seriesCount
      ? [
        "Colours repeat after \(StyleSheet.seriesCount) runs; resting on a line shows its run."
      ] : []
  }

  /// What is missing in the curves of a figure.
  private func notes(of figure: Figure) -> [String] {
    runs.flatMap { run in
      FigureRole.allCases.compactMap { role in
        guard let values = run.values(of: figure, role) else { return nil }
        let gaps = values.indices.filter { !AxisScale.canShow(values[$0]) }
        guard let first = gaps.first else { return nil }
        return "\(run.name): \(figure.name) (\(role.name)) is no finite number in \(gaps.count) of "
          + "\(values.count) iterations, first in iteration \(first); they are left out."
      }
    }
  }
}

extension Legend {
  /// An entry for the colour of each run that is shown.
  static func entries(
    of runs: [RunHistory], where isShown: (RunHistory) -> Bool
  ) -> [(sign: Sign, label: String)] {
    runs.enumerated().filter { isShown($0.element) }.map { index, run in
      (.line(color: index, .solid), run.name)
    }
  }
}
