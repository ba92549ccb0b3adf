// SPDX-License-Identifier: Apache-2.0

/// The text that `-help` shows, laid out for a width.
public struct HelpText {
  /// The whole text, each line ended.
  public let text: String

  /// Lays out the help of a tool in lines of at most `width` columns, where words allow.
  public init(_ command: CommandDescription, width: Int) {
    let width = max(40, width)
    var lines = Self.wrapped("\(command.name): \(command.summary)", width: width, indent: 0)
    lines += ["", "Usage:"]
    for form in command.usage {
      lines += Self.wrapped("\(command.name) \(form)", width: width, indent: 2, hanging: 6)
    }
    let entries = command.flags.map { flag in
      (flag: flag, head: Self.head(of: flag, in: command))
    }
    let column = min(30, 4 + (entries.map(\.head.count).max() ?? 0))
    var sections: [String] = []
    for flag in command.flags where !sections.contains(flag.section) {
      sections.append(flag.section)
    }
    for section in sections {
      lines += ["", section + ":"]
      for entry in entries where entry.flag.section == section {
        lines += Self.entry(
          entry.head, Self.explanation(of: entry.flag), column: column, width: width)
      }
    }
    if !command.examples.isEmpty { lines += ["", "Examples:"] }
    for example in command.examples {
      lines += Self.wrapped(example.purpose, width: width, indent: 2)
      lines.append("    " + example.commandLine)
    }
    lines += [
      "", "Exit status:", "  0   all went well", "  1   a file or the run failed",
      "  64  the command line is wrong",
    ]
    lines += command.furtherExitStatuses
    text = lines.map { $0 + "\n" }.joined()
  }

  private static func head(of flag: Flag, in command: CommandDescription) -> String {
    let name = command.spelled(flag.name)
    return flag.placeholder.isEmpty ? name : "\(name) \(flag.placeholder)"
  }

  private static func explanation(of flag: Flag) -> String {
    guard let defaultText = flag.defaultText else { return flag.help }
    return "\(flag.help) (default: \(defaultText))"
  }

  /// A flag at the left and its explanation in the second column.
  private static func entry(
    _ head: String, _ explanation: String, column: Int, width: Int
  ) -> [String] {
    var lines = wrapped(explanation, width: width, indent: column)
    let start = "  " + head
    if start.count + 2 <= column, let first = lines.first {
      lines[0] = start + first.dropFirst(start.count)
    } else {
      lines.insert(start, at: 0)
    }
    return lines
  }

  /// The text in lines of at most `width` columns, broken at blanks, indented; all lines but the
  /// first by `hanging` columns if that is given.
  private static func wrapped(
    _ text: String, width: Int, indent: Int, hanging: Int? = nil
  ) -> [String] {
    var lines: [String] = []
    var line = String(repeating: " ", count: indent)
    var isFresh = true
    for word in text.split(separator: " ") {
      if !isFresh, line.count + 1 + word.count > width {
        lines.append(line)
        line = String(repeating: " ", count: hanging ?? indent)
        isFresh = true
      }
      line += isFresh ? String(word) : " " + word
      isFresh = false
    }
    lines.append(line)
    return lines
  }
}
