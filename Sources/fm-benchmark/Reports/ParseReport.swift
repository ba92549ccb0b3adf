// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport

/// How fast the text reader is.
struct ParseReport: Codable, Sendable {
  /// The figures for one number of threads.
  struct Threads: Codable, Sendable {
    var threadCount: Int
    var seconds: Summary
  }

  var environment: Environment
  var file: String
  var fileBytes: Int
  var rowCount: Int
  var entryCount: Int
  var threads: [Threads]

  /// The report for people.
  var text: String {
    let megabytes = Double(fileBytes) / 1e6
    var text = environment.text
    text += "file       \(file), \(decimal(megabytes, digits: 1)) MB, \(rowCount) rows, "
    text += "\(entryCount) entries\n"
    text += "each       median (least to greatest) of \(threads[0].seconds.all.count)\n\n"
    var table = Table(header: ["threads", "ms", "MB/s", "times the first"])
    for row in threads {
      table.append([
        "\(row.threadCount)", row.seconds.milliseconds,
        decimal(megabytes / row.seconds.median, digits: 0),
        threads[0].seconds.ratio(to: row.seconds).map { decimal($0.median, digits: 2) } ?? "-",
      ])
    }
    return text + table.text
  }
}
