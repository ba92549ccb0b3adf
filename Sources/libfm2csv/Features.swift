// SPDX-License-Identifier: Apache-2.0

import CSVConversion
import CommandLineSupport

extension Subcommand {
  /// Prints a table with the parameters of its categories as columns.
  static let features = Subcommand(
    name: "features",
    description: featuresCommand,
    body: { flags, output in
      let features = try flags.learnedFeatures(featuresCommand)
      let table = try CSVTable(
        path: flags.operands[0], options: try flags.readingOptions(features.encoder.schema))
      try features.writeColumns(
        besides: table, of: flags.texts("columns"), pool: try flags.pool()
      ) { output.write($0) }
      return ExitStatus.success
    })
}

private let featuresCommand = CommandDescription(
  name: "libfm2csv features",
  summary: "Prints a CSV file with columns added for each category: NAME_fm_bias and "
    + "NAME_fm_factor_0 and so on, as inputs of another learner. They are empty where a value has "
    + "no feature.",
  usage: ["FILE.csv --model FILE --encoder DIR [options]"], dialect: .long,
  flags: [
    .model, .encoder, .separator, .noHeader, .skipInitialSpace,
    Flag(
      "columns", .textList, section: "Output", default: "all categories",
      help: "Add columns for these categories only."), .threads,
  ],
  operandCount: 1...1)
