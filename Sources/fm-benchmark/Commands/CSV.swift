// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport

extension Subcommand {
  /// Measures the conversion of CSV.
  static let csv = Subcommand(
    name: "csv",
    description: CommandDescription(
      name: "fm-benchmark csv",
      summary: "Measures csv2libfm on generated events: a user, an item, a device and a rating. "
        + "Where Python has pandas and scikit-learn, the same is done with read_csv, OneHotEncoder "
        + "and dump_svmlight_file, once.",
      usage: ["[options]"], dialect: .long,
      flags: [
        Flag("rows", .integer, section: "Data", default: "1000000", help: "The number of rows."),
        Flag(
          "seed", .integer, section: "Data", default: "1",
          help: "Chooses among equally likely data."),
        Flag(
          "csv2libfm", .path, section: "Programs", default: "csv2libfm beside this tool",
          help: "The program to measure."),
        Flag(
          "python", .path, section: "Programs", default: "python3",
          help: "The interpreter for the comparison."),
        Flag("no-pandas", .none, section: "Programs", help: "Do not compare with pandas."),
        Flag(
          "threads", .integerList, section: "Measurement", default: "1,2",
          help: "Numbers of threads, one row of the table each."),
        Flag(
          "repetitions", .integer, section: "Measurement", default: "3",
          help: "How often each is measured, in turns, after one that is not."),
        Flag("json", .path, section: "Output", help: "Also writes the figures to this file."),
      ],
      worksWithoutArguments: true),
    body: { flags, output in
      try CSVMeasurement(flags).run(output)
      return ExitStatus.success
    })
}
