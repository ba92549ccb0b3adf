// SPDX-License-Identifier: Apache-2.0

/// A command-line tool as data: parsing, help and error reports all derive from it.
///
/// ```swift
/// let command = CommandDescription(
///   name: "convert", summary: "Turns sparse text into binary files.",
///   usage: ["-ifile PATH -ofilex PATH -ofiley PATH"], dialect: .original,
///   flags: [Flag("ifile", .path, section: "Files", origin: .original, help: "The text file.")])
/// exit(command.run { flags, output in … })
/// ```
public struct CommandDescription: Sendable {
  /// How flags are written.
  public enum Dialect: Sendable, Hashable {
    /// The original's: `-name value`, exact names, each at most once.
    ///
    /// A tool that registers a flag `strict` follows the original's rules to the letter when the
    /// flag is given; otherwise mistakes that the original passes over in silence are errors.
    case original

    /// `--name value`, `--name=value` or the same with one dash; unambiguous beginnings of names
    /// are enough, case does not matter, and of a repeated option the last one counts
    /// unless it collects texts.
    case long
  }

  /// A command line for the help text, with a sentence on what it does.
  public struct Example: Sendable, Hashable {
    /// What the command does.
    public var purpose: String

    /// The command as one would type it.
    public var commandLine: String

    /// An example for the help text.
    public init(_ purpose: String, _ commandLine: String) {
      self.purpose = purpose
      self.commandLine = commandLine
    }
  }

  /// The tool's name, as it stands before its messages.
  public var name: String

  /// One sentence on what the tool does.
  public var summary: String

  /// What may follow the name, one entry a form of use.
  public var usage: [String]

  /// How flags are written.
  public var dialect: Dialect

  /// All flags in the order of the help text, `help` and `version` included.
  public var flags: [Flag]

  /// How many arguments that belong to no flag are allowed; only for long options.
  public var operandCount: ClosedRange<Int>

  /// Whether the tool has something to do without any argument, rather than showing its help.
  public var worksWithoutArguments: Bool

  /// What help shows at its end before the exit statuses.
  public var examples: [Example]

  /// Lines that help adds to those on the exit statuses that all tools have.
  public var furtherExitStatuses: [String]

  /// Describes a tool; `help` and `version` are added to its flags.
  public init(
    name: String, summary: String, usage: [String], dialect: Dialect, flags: [Flag],
    operandCount: ClosedRange<Int> = 0...0, worksWithoutArguments: Bool = false,
    examples: [Example] = [],
    furtherExitStatuses: [String] = []
  ) {
    precondition(dialect == .long || operandCount == 0...0, "the dialect knows no operands")
    self.name = name
    self.summary = summary
    self.usage = usage
    self.dialect = dialect
    self.operandCount = operandCount
    self.worksWithoutArguments = worksWithoutArguments
    self.examples = examples
    self.furtherExitStatuses = furtherExitStatuses
    let about = "About this program"
    self.flags =
      flags + [
        Flag(
          "help", .none, section: about, origin: dialect == .original ? .original : .ours,
          help: "Show this text and end."),
        Flag("version", .none, section: about, help: "Show the version and end."),
      ]
    precondition(Set(self.flags.map(\.name)).count == self.flags.count, "a flag stands twice")
  }

  /// The flag of exactly that name.
  func flag(named name: String) -> Flag? {
    flags.first { $0.name == name }
  }

  /// The flag as a user would write it.
  func spelled(_ name: String) -> String {
    (dialect == .original ? "-" : "--") + name
  }
}
