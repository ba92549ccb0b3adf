// SPDX-License-Identifier: Apache-2.0

/// Puts panels into rows below a title and a legend.
struct PanelLayout {
  /// The number of panels in a row.
  let columnCount: Int

  /// The height of each.
  let panelHeight: Double

  /// What stands above the panels.
  var legend = Legend()

  private var panels: [(panel: Panel, row: Int, column: Int)] = []
  private var (row, column) = (0, 0)

  init(columnCount: Int, panelHeight: Double) {
    self.columnCount = columnCount
    self.panelHeight = panelHeight
  }

  /// Adds panels to the row that is being filled.
  mutating func add(_ panels: [Panel]) {
    for panel in panels {
      if column == columnCount { startRow() }
      self.panels.append((panel, row, column))
      column += 1
    }
  }

  /// Leaves the rest of the row empty.
  mutating func startRow() {
    if column > 0 { (row, column) = (row + 1, 0) }
  }

  /// The drawing.
  func drawing(title: String, summary: String, notes: [String]) -> Drawing {
    let gap = 14.0
    let left = 14.0
    var (elements, legendHeight) = legend.elements(
      x: left, y: Drawing.titleHeight, width: Drawing.width - 2 * left)
    let top = Drawing.titleHeight + legendHeight + 6
    let width =
      (Drawing.width - 2 * left - gap * Double(columnCount - 1)) / Double(columnCount)
    for (panel, row, column) in panels {
      elements += panel.elements(
        in: Frame(
          x: left + Double(column) * (width + gap), y: top + Double(row) * (panelHeight + gap),
          width: width, height: panelHeight))
    }
    let rowCount = Double((panels.last?.row ?? 0) + 1)
    let longest = panels.flatMap { $0.panel.curves.map(\.values.count) }.max() ?? 0
    let thinning = Thinning.note(count: longest)
    return Drawing(
      title: title, summary: summary, height: top + rowCount * (panelHeight + gap),
      elements: elements, notes: notes + (thinning.map { [$0] } ?? []))
  }
}
