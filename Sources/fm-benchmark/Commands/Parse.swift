// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport

extension Subcommand {
  /// Measures the text reader alone.
  static let parse = Subcommand(
    name: "parse",
    description: CommandDescription(
      name: "fm-benchmark parse",
      summary: "Measures the reader of libFM's text format alone, in this process.",
      usage: ["FILE [options]"], dialect: .long,
      flags: [
        Flag(
          "threads", .integerList, section: "Measurement", default: "1",
          help: "Numbers of threads to read with, one row of the table each."),
        Flag(
          "repetitions", .integer, section: "Measurement", default: "5",
          help: "How often each is measured, after one that is not."),
        Flag("json", .path, section: "Output", help: "Also writes the figures to this file."),
      ],
      operandCount: 1...1),
    body: { flags, output in
      try ParseMeasurement(flags).run(output)
      return ExitStatus.success
    })
}
