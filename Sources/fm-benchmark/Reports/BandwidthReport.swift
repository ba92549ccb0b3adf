// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport

/// How fast memory is.
struct BandwidthReport: Codable, Sendable {
  /// The figures for one number of threads.
  struct Threads: Codable, Sendable {
    var threadCount: Int
    var bytesPerSecond: Summary
  }

  var environment: Environment
  /// The size of one of the three arrays.
  var arrayBytes: Int
  var threads: [Threads]

  /// The greatest rate for a number of threads, as is usual; nil when it was not measured.
  func bytesPerSecond(threadCount: Int) -> Double? {
    threads.first { $0.threadCount == threadCount }?.bytesPerSecond.greatest
  }

  /// The rates in words.
  var summary: String {
    threads.map { row in
      let rate = decimal(row.bytesPerSecond.greatest / 1e9, digits: 1)
      return "\(rate) GB/s on \(row.threadCount) thread\(row.threadCount == 1 ? "" : "s")"
    }
    .joined(separator: ", ")
  }

  /// The report for people.
  var text: String {
    var text = environment.text
    text += "arrays     three of \(decimal(Double(arrayBytes) / 1e6, digits: 0)) MB\n"
    text += "each       a = b + s c, \(threads[0].bytesPerSecond.all.count) times\n\n"
    var table = Table(header: ["threads", "greatest GB/s", "median GB/s"])
    for row in threads {
      table.append([
        "\(row.threadCount)", decimal(row.bytesPerSecond.greatest / 1e9, digits: 2),
        decimal(row.bytesPerSecond.median / 1e9, digits: 2),
      ])
    }
    return text + table.text
  }
}
