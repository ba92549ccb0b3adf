// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport

extension Subcommand {
  /// Measures memory.
  static let bandwidth = Subcommand(
    name: "bandwidth",
    description: CommandDescription(
      name: "fm-benchmark bandwidth",
      summary: "Measures how fast the processors reach memory: a = b + s c over three arrays.",
      usage: ["[options]"], dialect: .long,
      flags: [
        Flag(
          "megabytes", .integer, section: "Measurement",
          default: "\(BandwidthMeasurement.standardMegabytes)",
          help: "The size of an array; the caches should be much smaller."),
        Flag(
          "threads", .integerList, section: "Measurement", default: "1 and one a processor",
          help: "Numbers of threads, one row of the table each."),
        Flag(
          "repetitions", .integer, section: "Measurement", default: "5",
          help: "How often each is measured, after one that is not."),
        Flag("json", .path, section: "Output", help: "Also writes the figures to this file."),
      ],
      worksWithoutArguments: true),
    body: { flags, output in
      try BandwidthMeasurement(flags).run(output)
      return ExitStatus.success
    })
}
