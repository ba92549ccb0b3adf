// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

let overview = CommandDescription(
  name: "libfm2csv",
  summary:
    "Brings what libFM has learned back as CSV: factors as a table or as columns, predictions, "
    + "similar values.",
  usage: Subcommand.all.map { "\($0.name) --help" }, dialect: .long, flags: [],
  operandCount: 1...1_000)

let word = CommandLine.arguments.dropFirst().first
if let subcommand = Subcommand.all.first(where: { $0.name == word }) {
  exit(subcommand.description.run(droppingFirst: 1, subcommand.body))
}
exit(
  overview.run { flags, _ in
    let known = Subcommand.all.map(\.name).joined(separator: ", ")
    throw CommandError.usage("unknown command '\(flags.operands[0])'; expected one of \(known)")
  })
