// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport

/// How fast CSV is converted.
struct CSVReport: Codable, Sendable {
  /// The figures of one program.
  struct Row: Codable, Sendable {
    var program: String
    var seconds: Summary
    var peakBytes: Int
  }

  var environment: Environment
  var fileBytes: Int
  var rowCount: Int
  var rows: [Row]

  /// The report for people.
  var text: String {
    let megabytes = Double(fileBytes) / 1e6
    var text = environment.text
    text += "file       \(rowCount) rows of 4 columns, \(decimal(megabytes, digits: 1)) MB\n"
    text +=
      "each       median (least to greatest) of \(rows[0].seconds.all.count), whole program\n\n"
    var table = Table(header: ["program", "ms", "MB/s", "peak MB", "times the first"])
    for row in rows {
      table.append([
        row.program, row.seconds.milliseconds,
        decimal(megabytes / row.seconds.median, digits: 1),
        decimal(Double(row.peakBytes) / 1e6, digits: 1),
        decimal(row.seconds.median / rows[0].seconds.median, digits: 2),
      ])
    }
    return text + table.text
  }
}
