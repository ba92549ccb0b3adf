// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport

/// One of the things that `fm-benchmark` does.
struct Subcommand: Sendable {
  /// The word after `fm-benchmark`.
  let name: String

  /// What it takes; its name is `fm-benchmark` and the word.
  let description: CommandDescription

  /// Does the work and returns the exit status.
  let body: @Sendable (ParsedFlags, StandardOutput) throws -> Int32

  /// All of them, in the order of the help.
  static let all = [generate, compare, parse, csv]
}
