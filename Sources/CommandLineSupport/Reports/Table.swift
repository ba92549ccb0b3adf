// SPDX-License-Identifier: Apache-2.0

/// Rows of cells in aligned columns: the first to the left, the others to the right.
package struct Table {
  private var rows: [[String]]

  /// A table of these column names and no rows yet.
  package init(header: [String]) {
    rows = [header]
  }

  /// Appends a row, a cell for each column.
  package mutating func append(_ row: [String]) {
    rows.append(row)
  }

  /// The table, a line a row.
  package var text: String {
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
