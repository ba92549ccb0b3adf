// SPDX-License-Identifier: Apache-2.0

import LibFMFormats

/// The hyper-parameters of runs over their iterations, as small panels.
///
/// Where a group has many values, a line is their median and a band goes from the least to the greatest.
/// So are many groups shown, which would be too many panels.
struct HyperparameterTraces {
  /// The runs, in the order of their colours.
  let runs: [RunHistory]

  /// The names of the groups if they are known.
  let groupNames: [String]?

  /// With more groups all share a panel.
  static let greatestPanelCount = 12

  /// The drawing; nil when no run has hyper-parameters that change.
  var drawing: Drawing? {
    let families = HyperparameterFamily.allCases.map(panels).filter { !$0.isEmpty }
    if families.isEmpty { return nil }
    let isPaired = families.map(\.count).max() == 2
    var layout = PanelLayout(columnCount: isPaired ? 2 : 3, panelHeight: 210)
    for panels in families {
      if panels.count > 1 { layout.startRow() }
      layout.add(panels)
      if panels.count > 1 { layout.startRow() }
    }
    if runs.count > 1 { layout.legend.lines.append(Legend.entries(of: runs, where: hasTraces)) }
    if families.joined().contains(where: { $0.curves.contains { $0.band != nil } }) {
      let color = runs.firstIndex(where: hasTraces) ?? 0
      layout.legend.lines.append(
        [(.band(color: color), "least to greatest of the values; the line is their median")])
    }
    return layout.drawing(
      title: "Hyper-parameters by iteration",
      summary: "Line charts of hyper-parameters over the iterations of "
        + runs.filter(hasTraces).map(\.name).joined(separator: ", ") + ".",
      notes: runs.flatMap(notes))
  }

  private func hasTraces(_ run: RunHistory) -> Bool {
    HyperparameterFamily.allCases.contains { isShown($0, of: run) }
  }

  /// Whether a run has values of a family that change.
  private func isShown(_ family: HyperparameterFamily, of run: RunHistory) -> Bool {
    family.columnsByGroup(of: run.log).joined().contains { column in
      guard let values = run.log[column], let first = values.first(where: { !$0.isNaN }) else {
        return false
      }
      return values.contains { !$0.isNaN && $0 != first } || values.count == 1
    }
  }

  // MARK: Panels

  private func panels(of family: HyperparameterFamily) -> [Panel] {
    let columns = runs.map { run in
      isShown(family, of: run) ? family.columnsByGroup(of: run.log) : []
    }
    let groupCount = columns.map(\.count).max() ?? 0
    guard groupCount > 0 else { return [] }
    guard groupCount > 1, groupCount <= Self.greatestPanelCount else {
      let suffix = groupCount > 1 ? ", \(groupCount) groups" : ""
      return [
        Panel(
          title: family.name + suffix, valueName: family.symbol,
          curves: curves(columns.map { Array($0.joined()) }, family.name))
      ]
    }
    var panels = (0..<groupCount).map { group in
      let name = "\(family.name), \(name(ofGroup: group, of: groupCount))"
      return Panel(
        title: name, valueName: family.symbol,
        curves: curves(columns.map { group < $0.count ? $0[group] : [] }, name))
    }
    let scale = AxisScale(
      showing: panels.lazy.flatMap(\.curves).flatMap(\.shownValues))
    for index in panels.indices { panels[index].sharedScale = scale }
    return panels
  }

  private func name(ofGroup group: Int, of count: Int) -> String {
    guard let groupNames, groupNames.count == count else { return "group \(group)" }
    return groupNames[group]
  }

  /// A curve for each run that has columns.
  private func curves(_ columns: [[String]], _ name: String) -> [Curve] {
    zip(runs, columns).enumerated().compactMap { index, pair in
      let (run, columns) = pair
      let series = columns.compactMap { run.log[$0] }
      guard let first = series.first else { return nil }
      let title = "\(run.name), \(name)"
      if series.count == 1 { return Curve(name: title, values: first, color: index) }
      let spread = Self.spread(of: series)
      return Curve(
        name: title + ", median of \(series.count)", values: spread.median,
        band: (spread.low, spread.high), color: index)
    }
  }

  /// The least, the median and the greatest of several series in each iteration; NaN where none has a
  /// value.
  static func spread(
    of series: [[Double]]
  ) -> (low: [Double], median: [Double], high: [Double]) {
    var spread: (low: [Double], median: [Double], high: [Double]) = ([], [], [])
    for iteration in series[0].indices {
      let values = series.map { $0[iteration] }.filter(AxisScale.canShow).sorted()
      let middle = values.count / 2
      spread.low.append(values.first ?? .nan)
      spread.high.append(values.last ?? .nan)
      spread.median.append(
        values.isEmpty
          ? .nan
          : values.count % 2 == 1 ? values[middle] : values[middle - 1] / 2 + values[middle] / 2)
    }
    return spread
  }

  // MARK: Notes

  /// What a run has but the panels do not show.
  private func notes(of run: RunHistory) -> [String] {
    var notes: [String] = []
    var constants: [String] = []
    for family in HyperparameterFamily.allCases {
      let columns = Array(family.columnsByGroup(of: run.log).joined())
      if isShown(family, of: run) {
        let series = columns.compactMap { run.log[$0] }
        let gaps = series.joined().count { !AxisScale.canShow($0) }
        if gaps > 0 {
          notes.append(
            "\(run.name): \(gaps) of \(series.joined().count) values of \(family.symbol) are no "
              + "finite numbers; they are left out.")
        }
        continue
      }
      let values = columns.compactMap { run.log[$0]?.first { !$0.isNaN } }
      guard let low = values.min(), let high = values.max() else { continue }
      let range = low == high ? "" : " to \(GeneralFormat.text(high))"
      constants.append("\(family.symbol) = \(GeneralFormat.text(low))\(range)")
    }
    if !constants.isEmpty {
      notes.append(
        "\(run.name): constant, and so not drawn: \(constants.joined(separator: ", ")).")
    }
    return notes
  }
}
