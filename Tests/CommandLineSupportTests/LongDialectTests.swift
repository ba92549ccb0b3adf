// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport
import Testing

@Suite("A command line of long options")
struct LongDialectTests {
  @Test(
    "is understood",
    arguments: [
      (["--in", "a,b"], .flags(["in": #"["a", "b"]"#])),
      (["-in", "a"], .flags(["in": #"["a"]"#])),
      (["--in=a=b", "--offset=-3"], .flags(["in": #"["a=b"]"#, "offset": "-3"])),
      (["--IN", "a"], .flags(["in": #"["a"]"#])),
      (["--off", "-3"], .flags(["offset": "-3"])),
      (["--sep", "-"], .flags(["separator": "-"])),
      (["--sep", "--in"], .flags(["separator": "--in"])),
      (["--separator="], .flags(["separator": ""])),
      (["--offset", "1", "--offset", "2"], .flags(["offset": "2"])),
      (["--offset", "99999999999"], .flags(["offset": "99999999999"])),
      (["-h", "1"], .flags(["header": "1"])),
      (["-h"], .help),
      (["--help"], .help),
      (["--bad", "--help"], .help),
      (["--versio"], .version),
      (["-q", "file"], .flags(["quiet": "on", "": #"["file"]"#])),
      (["--", "--in"], .flags(["": #"["--in"]"#])),
      (["-"], .flags(["": #"["-"]"#])),
      (["--o", "1"], .error("--o is short for --offset or --outmeta; write more of the name")),
      (["--quiet=yes"], .error("--quiet takes no value, but 'yes' follows it")),
      (["--header", "x"], .error("--header: 'x' is not a whole number")),
      (["--header"], .error("--header needs a whole number after it: --header N")),
      (["--seperator", ","], .error("unknown flag --seperator; did you mean --separator?")),
      (["a", "b"], .error("'b' does not belong to an option; --help lists the flags")),
      (
        ["—in", "a"],
        .error(
          "'—in' begins with an em dash (U+2014), as text copied from a web page does; write --in")
      ),
    ] as [([String], Understood)])
  func understands(arguments: [String], expected: Understood) {
    #expect(Understood(arguments, by: SampleCommand.long) == expected)
  }
}

@Suite("An option that collects texts")
struct RepeatedTextTests {
  @Test("keeps all values in their order, as they stand")
  func collects() throws {
    let command = CommandDescription(
      name: "sample", summary: "", usage: [], dialect: .long,
      flags: [Flag("column", .repeatedText, section: "Input", help: "")])
    guard
      case .run(let flags) = try command.parse(["--column", "a,b", "--col=", "--column", "c;d"])
    else {
      Issue.record("the work is not asked for")
      return
    }
    #expect(flags.texts("column") == ["a,b", "", "c;d"])
  }
}

@Suite("A command line without arguments")
struct NoArgumentsTests {
  @Test("asks for help, unless the tool works without", arguments: [true, false])
  func noArguments(works: Bool) {
    let command = CommandDescription(
      name: "sample", summary: "", usage: [], dialect: .long, flags: [],
      worksWithoutArguments: works)
    #expect((Understood([], by: command) == .help) == !works)
  }
}
