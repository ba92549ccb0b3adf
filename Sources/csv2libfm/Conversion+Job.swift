// SPDX-License-Identifier: Apache-2.0

import CSVConversion

extension Conversion {
  /// A table and the file it becomes.
  struct Job {
    var table: CSVTable
    var outputPath: String

    /// Where the weights of the rows go.
    var weightsPath: String { outputPath.dropLast(".libfm".count) + ".weights" }

    /// Whether the table has what the weights of its rows are made from.
    func has(_ weighting: RowWeighting, _ encoder: Encoder) -> Bool {
      let column =
        switch weighting {
        case .column(let name): name
        case .positiveTargets: encoder.schema.target?.name
        }
      return column.map(table.columns.contains) ?? false
    }
  }
}
