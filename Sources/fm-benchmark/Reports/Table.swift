// SPDX-License-Identifier: Apache-2.0

/// Rows of cells in aligned columns: the first to the left, the others to the right.
struct Table {
  private var rows: [[String]]

  init(header: [String]) {
    rows = [header]
  }

  mutating func append(_ row: [String]) {
    rows.append(row)
  }

  /// The table, a line a row.
  func text(asMarkdown: Bool) -> String {
    guard asMarkdown else { return text }
    let lines = rows.map { "| " + $0.joined(separator: " | ") + " |\n" }
    let rule = "| --- |" + String(repeating: " ---: |", count: rows[0].count - 1) + "\n"
    return lines[0] + rule + lines.dropFirst().joined()
  }

  /// The table in columns of blanks.
  var text: String {
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      var line = ""
      for (column, cell) in row.enumerated() {
        let padding = String(repeating: " ", count: widths[column] - cell.count)
        line += column == 0 ? cell + padding : "  " + padding + cell
      }
      return line + "\n"
    }
    .joined()
  }
}
