// SPDX-License-Identifier: Apache-2.0

/// Rows of cells in aligned columns.
package struct Table {
  private var rows: [[String]]
  private let leftColumns: Set<Int>

  /// A table without rows yet.
  ///
  /// - Parameters:
  ///   - header: the names of the columns.
  ///   - leftColumns: the columns whose cells are aligned to the left, others are to the right.
  package init(header: [String], leftColumns: Set<Int> = [0]) {
    rows = [header]
    self.leftColumns = leftColumns
  }

  /// Appends a row, a cell for each column.
  package mutating func append(_ row: [String]) {
    rows.append(row)
  }

  /// The table, as it may stand in a README or in columns of blanks.
  package func text(asMarkdown: Bool) -> String {
    guard asMarkdown else { return text }
    let lines = rows.map { "| " + $0.joined(separator: " | ") + " |\n" }
    let rule = rows[0].indices.map { leftColumns.contains($0) ? " --- |" : " ---: |" }
    return lines[0] + "|" + rule.joined() + "\n" + lines.dropFirst().joined()
  }

  /// The table in columns of blanks, a line a row.
  package var text: String {
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      var line = ""
      for (column, cell) in row.enumerated() {
        let padding = String(repeating: " ", count: widths[column] - cell.count)
        let isLast = column == row.count - 1
        if column > 0 { line += "  " }
        line += leftColumns.contains(column) ? cell + (isLast ? "" : padding) : padding + cell
      }
      return line + "\n"
    }
    .joined()
  }
}
