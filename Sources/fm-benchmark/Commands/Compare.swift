// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport

extension Subcommand {
  /// Measures libFM, beside the original if one is given.
  static let compare = Subcommand(
    name: "compare",
    description: CommandDescription(
      name: "fm-benchmark compare",
      summary: "Measures libFM on given files: load, one iteration, the whole run and peak memory. "
        + "With --reference each run is paired with one of the original, and what both print and "
        + "write is compared byte for byte.",
      usage: ["--train PATH [options] [-- libFM flags]"], dialect: .long, flags: compareFlags,
      operandCount: 0...1_000,
      examples: [
        .init(
          "Two thread counts beside the original:",
          "fm-benchmark compare --train r.train.libfm --test r.test.libfm --method als "
            + "--threads 1,2 --reference ~/libfm/bin/libFM -- -regular 1")
      ]),
    body: { flags, output in
      try Comparison(flags).run(output)
    })
}

private let compareFlags = [
  Flag("train", .path, section: "Data", help: "Training cases."),
  Flag("test", .path, section: "Data", help: "Test cases; the original needs them."),
  Flag(
    "libFM", .path, section: "Programs", default: "libFM beside this tool",
    help: "The program to measure."),
  Flag(
    "reference", .path, section: "Programs",
    help: "The original libFM; without it only our figures are shown."),
  Flag("task", .text, "r|c", section: "Learning", default: "r", help: "Regression or classes."),
  Flag(
    "method", .text, "NAME", section: "Learning", default: "sgd", help: "As libFM's -method."),
  Flag("dim", .text, section: "Learning", default: "1,1,8", help: "As libFM's -dim."),
  Flag(
    "learn-rate", .number, section: "Learning", default: "0.01",
    help: "As libFM's -learn_rate; given to sgd and sgda only."),
  Flag(
    "iter", .integer, section: "Learning", default: "20",
    help: "Iterations of the long run; the short run has one."),
  Flag("seed", .integer, section: "Learning", default: "1", help: "As libFM's -seed."),
  Flag(
    "threads", .integerList, section: "Measurement", default: "1",
    help: "Thread counts of our program, each measured for itself."),
  Flag(
    "repetitions", .integer, section: "Measurement", default: "3",
    help: "How often each program is measured, in turns."),
  Flag("json", .path, section: "Output", help: "Also writes all figures to this file."),
]
