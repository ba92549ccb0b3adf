// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport

extension Subcommand {
  /// Runs experiments and compares their figures with those published.
  static let run = Subcommand(
    name: "run",
    description: CommandDescription(
      name: "fm-reproduce run",
      summary: "Prepares the data of experiments as published, learns with the published settings, "
        + "and prints the published figures and ours side by side. A figure agrees when it is within "
        + "0.005 of the published one, or within three times the spread over the runs.",
      usage: ["NAME... --data DIR [options]"], dialect: .long,
      flags: ReproductionSettings.flags + [
        Flag(
          "runs", .integer, "N", section: "Learning", default: "1",
          help: "Run each experiment so often, with one seed after the other."),
        Flag(
          "rlog-dir", .path, "DIR", section: "Output",
          help: "Write a table of measurements for each run, NAME.seedN.rlog, as libFM does."),
      ],
      operandCount: 1...1_000,
      examples: [
        .init(
          "One experiment, three times:",
          "fm-reproduce run ml-100k-u3-ids --data ~/movielens --runs 3"),
        .init(
          "All experiments on one data set, as small variants:",
          "fm-reproduce run ml-10m --data ~/movielens --small"),
      ],
      furtherExitStatuses: [
        "  1   also when a figure is not within its tolerance",
        "  130, 143  SIGINT (Ctrl-C) or SIGTERM ended learning",
      ]),
    body: { flags, output in
      let runCount = try flags.integer("runs", in: 1...1_000, default: 1)
      let reproduction = Reproduction(
        settings: try ReproductionSettings(flags), runCount: runCount,
        logFolder: flags.text("rlog-dir"), output: output)
      return try reproduction.run()
    })
}
