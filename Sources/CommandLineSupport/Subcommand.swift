// SPDX-License-Identifier: Apache-2.0

/// One of the things that a tool with several does, chosen by the first word of its command line.
public struct Subcommand: Sendable {
  /// The word after the tool's name.
  public let name: String

  /// What it takes; its name is the tool's and the word.
  public let description: CommandDescription

  /// Does the work and returns the exit status.
  public let body: @Sendable (ParsedFlags, StandardOutput) throws -> Int32

  /// Describes a subcommand.
  public init(
    name: String, description: CommandDescription,
    body: @escaping @Sendable (ParsedFlags, StandardOutput) throws -> Int32
  ) {
    self.name = name
    self.description = description
    self.body = body
  }

  /// Runs the subcommand that this process's command line names, or answers for the tool as a whole.
  ///
  /// - Parameters:
  ///   - subcommands: All of them, in the order of the help.
  ///   - tool: The tool's name.
  ///   - summary: One sentence on what the tool does.
  /// - Returns: The status to pass to `exit`.
  public static func run(_ subcommands: [Subcommand], of tool: String, summary: String) -> Int32 {
    let word = CommandLine.arguments.dropFirst().first
    if let subcommand = subcommands.first(where: { $0.name == word }) {
      return subcommand.description.run(droppingFirst: 1, subcommand.body)
    }
    let overview = CommandDescription(
      name: tool, summary: summary, usage: subcommands.map { "\($0.name) --help" }, dialect: .long,
      flags: [], operandCount: 1...1_000)
    return overview.run { flags, _ in
      let known = subcommands.map(\.name).joined(separator: ", ")
      throw CommandError.usage(
        "unknown command '\(flags.operands[0])'; expected one of \(known)")
    }
  }
}
