// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport

/// Small tools that the tests of this module parse for.
enum SampleCommand {
  /// A tool in the original's dialect, with one flag of each kind.
  static let original = CommandDescription(
    name: "sample", summary: "Tries out flags.", usage: ["-task r|c -train PATH [flags]"],
    dialect: .original,
    flags: [
      Flag("task", .text, "r|c", section: "Learning", origin: .original, help: "What to learn."),
      Flag("train", .path, section: "Data", origin: .original, help: "Training data."),
      Flag(
        "relation", .textList, section: "Data", origin: .original, help: "Blocks of features."),
      Flag(
        "dim", .integerList, "K0,K1,K", section: "Learning", default: "1,1,8", origin: .original,
        help: "Whether to use a bias and weights, and the number of factors."),
      Flag("regular", .numberList, section: "Learning", origin: .original, help: "Penalties."),
      Flag(
        "iter", .integer, section: "Learning", default: "100", origin: .original,
        help: "Iterations."),
      Flag("seed", .wrappingInteger, section: "Learning", origin: .original, help: "A seed."),
      Flag(
        "init_stdev", .number, section: "Learning", default: "0.1", origin: .original,
        help: "Deviation of the first factors."),
      Flag("learn_rate", .numberList, section: "Learning", origin: .original, help: "Step size."),
      Flag("threads", .integer, section: "Speed", help: "Threads."),
      Flag("strict", .none, section: "Speed", help: "Follow the original to the letter."),
    ],
    examples: [.init("Learn from ratings:", "sample -task r -train ratings.libfm")])

  /// A tool with long options.
  static let long = CommandDescription(
    name: "sample", summary: "Tries out options.", usage: ["--in PATHS [options] [FILE]"],
    dialect: .long,
    flags: [
      Flag("in", .textList, section: "Data", origin: .original, help: "Inputs."),
      Flag("header", .integer, section: "Data", origin: .original, help: "Header lines."),
      Flag("offset", .integer, section: "Data", origin: .original, help: "First id."),
      Flag("outmeta", .path, section: "Data", origin: .original, help: "Groups."),
      Flag("separator", .text, section: "Data", origin: .original, help: "Separator."),
      Flag("quiet", .none, section: "Data", help: "Say nothing."),
    ],
    operandCount: 0...1)
}

/// A shortened view of what a command line was understood as.
enum Understood: Equatable {
  case help
  case version
  case flags([String: String])
  case error(String)

  /// Parses for a tool; values are shown in Swift's notation.
  init(_ arguments: [String], by command: CommandDescription) {
    do {
      switch try command.parse(arguments) {
      case .help: self = .help
      case .version: self = .version
      case .run(let flags):
        var shown: [String: String] = [:]
        for flag in command.flags where flags.isGiven(flag.name) {
          shown[flag.name] = Self.show(flag, in: flags)
        }
        if !flags.operands.isEmpty { shown[""] = "\(flags.operands)" }
        self = .flags(shown)
      }
    } catch {
      self = .error(error.description)
    }
  }

  private static func show(_ flag: Flag, in flags: ParsedFlags) -> String {
    switch flag.kind {
    case .none: "on"
    case .text, .path: flags.text(flag.name) ?? "nil"
    case .textList, .repeatedText: "\(flags.texts(flag.name) ?? ["nil"])"
    case .integer, .wrappingInteger: "\(flags.integer(flag.name) ?? -99)"
    case .integerList: "\(flags.integers(flag.name) ?? [-99])"
    case .number: "\(flags.number(flag.name) ?? -99)"
    case .numberList: "\(flags.numbers(flag.name) ?? [-99])"
    }
  }
}
