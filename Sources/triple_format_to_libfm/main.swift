// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// The conversion that the flags ask for.
func conversion(_ flags: ParsedFlags) throws -> TripleConversion {
  guard let inputs = flags.texts("in"), !inputs.isEmpty else {
    throw CommandError.usage("no input: name the tables with --in PATHS")
  }
  guard let targetColumn = flags.integer("target_column") else {
    throw CommandError.usage("no target: name its column, counted from 0, with --target_column N")
  }
  let pattern = flags.text("separator") ?? " "
  let separator: Separator
  do {
    separator = try Separator(pattern: pattern)
  } catch let unknown as Separator.UnknownEscape {
    throw CommandError.usage(
      "--separator: '\(pattern)' uses \\\(unknown.letter), which is not known")
  } catch {
    throw CommandError.usage(
      "--separator: '\(pattern)' is not a regular expression; put a backslash before a character "
        + "that stands for itself")
  }
  return TripleConversion(
    inputs: inputs, hasHeader: flags.integer("header") ?? 0 != 0, targetColumn: targetColumn,
    deletedColumns: Set(flags.integers("delete_column") ?? []),
    offset: flags.integer("offset") ?? 0, separator: separator,
    groupsPath: flags.text("outmeta"))
}

exit(
  tripleFormatCommand.run { flags, output in
    try conversion(flags).run(output: output) { tripleFormatCommand.report("warning: \($0)") }
    return ExitStatus.success
  })
