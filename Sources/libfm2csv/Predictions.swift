// SPDX-License-Identifier: Apache-2.0

import CSVConversion
import CommandLineSupport

extension Subcommand {
  /// Prints a table with the predictions for its rows.
  static let predictions = Subcommand(
    name: "predictions",
    description: predictionsCommand,
    body: { flags, output in
      let schema = try flags.text("encoder").map { try Encoder(loadingFrom: $0).schema }
      let column = try PredictionColumn(path: try flags.requiredText("out"), schema: schema)
      let table = try CSVTable(
        path: flags.operands[0], options: try flags.readingOptions(schema))
      if let target = schema?.target, let positive = target.positive {
        predictionsCommand.report(
          "prediction is the probability of \(target.name) = '\(positive)'")
      }
      try column.write(besides: table) { output.write($0) }
      return ExitStatus.success
    })
}

private let predictionsCommand = CommandDescription(
  name: "libfm2csv predictions",
  summary: "Prints a CSV file with a column 'prediction' added. With the encoder a log1p target is "
    + "turned back, and the predicted one of two classes is named.",
  usage: ["FILE.csv --out FILE [options]"], dialect: .long,
  flags: [
    Flag("out", .path, section: "Input", help: "The predictions that libFM has written with -out."),
    .encoder, .separator, .noHeader, .skipInitialSpace,
  ],
  operandCount: 1...1)
