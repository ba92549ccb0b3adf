// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport

extension Subcommand {
  /// Measures libFM on data of many shapes.
  static let suite = Subcommand(
    name: "suite",
    description: CommandDescription(
      name: "fm-benchmark suite",
      summary:
        "Generates data of several shapes, unless they are there already, and measures libFM "
        + "on each: an iteration, the whole run, rows times factors a second, the bytes that an "
        + "iteration needs beside what memory delivers, and peak memory. With --reference each run "
        + "is paired with one of the original, and what both print and write is compared byte for "
        + "byte.",
      usage: ["[options]"]
        + SuiteShape.all.map { "--shapes \($0.name)   \($0.purpose)" },
      dialect: .long, flags: suiteFlags, worksWithoutArguments: true,
      examples: [
        .init(
          "One shape beside the original:",
          "fm-benchmark suite --shapes ratings-1M --reference ~/libfm/bin/libFM"),
        .init(
          "What a change has brought:",
          "fm-benchmark suite --json before.json; fm-benchmark suite --against before.json"),
      ]),
    body: { flags, output in
      try SuiteMeasurement(flags).run(output)
    })
}

private let suiteFlags = [
  Flag(
    "shapes", .textList, section: "Selection",
    default: SuiteShape.all.filter(\.isDefault).map(\.name).joined(separator: ","),
    help: "The shapes."),
  Flag(
    "tasks", .textList, section: "Selection", default: "r,c", help: "Regression or classes."),
  Flag(
    "methods", .textList, section: "Selection",
    default: SuiteCase.Method.allCases.map(\.rawValue).joined(separator: ","),
    help: "The methods."),
  Flag(
    "factors", .integerList, section: "Selection", default: "8,32,128",
    help: "Numbers of factors; not every shape is measured with all of them."),
  Flag(
    "scale", .number, section: "Data", default: "1",
    help: "Takes this part of the rows, for a quick look."),
  Flag(
    "data", .path, "FOLDER", section: "Data", default: "fm-benchmark in the user's cache folder",
    help: "Where generated data are kept; they can be deleted at any time."),
  Flag(
    "libFM", .path, section: "Programs", default: "libFM beside this tool",
    help: "The program to measure."),
  Flag(
    "reference", .path, section: "Programs",
    help: "The original libFM; without it only our figures are shown."),
  Flag(
    "threads", .integerList, section: "Measurement", default: "1 and one a processor",
    help: "Thread counts of our program, each measured for itself."),
  Flag(
    "iterations", .integer, section: "Measurement", default: "10",
    help: "Iterations of the long run; the short run has one."),
  Flag(
    "repetitions", .integer, section: "Measurement", default: "3",
    help: "How often each program is measured, in turns, after a run that is not."),
  Flag(
    "json", .path, section: "Output",
    help: "Also writes all figures to this file, anew after each case."),
  Flag(
    "against", .path, "FILE", section: "Output",
    help: "Shows what has changed since the figures in this file that --json has written."),
  Flag("markdown", .none, section: "Output", help: "Prints tables in Markdown."),
]
