// SPDX-License-Identifier: Apache-2.0

import CSVConversion
import CommandLineSupport

extension Subcommand {
  /// Prints the values that are most similar to one.
  static let similar = Subcommand(
    name: "similar",
    description: similarCommand,
    body: { flags, output in
      let count = flags.integer("top") ?? 10
      guard count > 0 else { throw CommandError.usage("--top must be at least 1") }
      let features = try flags.learnedFeatures(similarCommand)
      let values = try features.values(
        similarTo: try flags.requiredText("value"), column: try flags.requiredText("column"),
        count: count)
      output.write("value,similarity,bias\n")
      for value in values { output.write(value.row + "\n") }
      return ExitStatus.success
    })
}

private let similarCommand = CommandDescription(
  name: "libfm2csv similar",
  summary: "Prints the values of a column that are nearest to one of them by the cosine of their "
    + "factors.",
  usage: ["--model FILE --encoder DIR --column NAME --value VALUE [--top N]"], dialect: .long,
  flags: [
    .model, .encoder,
    Flag("column", .text, section: "Question", help: "The column."),
    Flag("value", .text, section: "Question", help: "The value to compare with."),
    Flag("top", .integer, section: "Question", default: "10", help: "How many values to print."),
  ])
