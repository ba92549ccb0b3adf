// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport
import Testing

@Suite("A command line in the original's dialect")
struct OriginalDialectTests {
  /// A command line and what it means, plainly and with `-strict` added.
  struct Case: Sendable, CustomTestStringConvertible {
    var arguments: [String]
    var plain: Understood
    var strict: Understood

    init(_ arguments: [String], _ plain: Understood, strict: Understood? = nil) {
      self.arguments = arguments
      self.plain = plain
      self.strict = strict ?? plain
    }

    var testDescription: String { arguments.joined(separator: " ") }
  }

  static let understood: [Case] = [
    Case(["-task", "r"], .flags(["task": "r"])),
    Case(["--task", "r", "-iter", "3"], .flags(["task": "r", "iter": "3"])),
    Case(["-train", ""], .flags(["train": ""])),
    Case(["-relation", "a;b,,c;"], .flags(["relation": #"["a", "b", "c"]"#])),
    Case(["-dim", "1,,2;8"], .flags(["dim": "[1, 2, 8]"])),
    Case(["-regular", ""], .flags(["regular": "[]"])),
    Case(["-regular", "0,0,-1"], .flags(["regular": "[0.0, 0.0, -1.0]"])),
    Case(["-iter", " -5"], .flags(["iter": "-5"])),
    Case(["-init_stdev", "0x1p-2"], .flags(["init_stdev": "0.25"])),
    Case(["-init_stdev", "inf"], .flags(["init_stdev": "inf"])),
    Case(["-seed", "99999999999"], .flags(["seed": "1215752191"])),
    Case(["-seed", "4294967295"], .flags(["seed": "-1"])),
    Case(["-seed", "99999999999999999999"], .flags(["seed": "-1"])),
    Case(["-seed", "-99999999999999999999"], .flags(["seed": "0"]), strict: unknown("-9")),
  ]

  static let mistakes: [Case] = [
    Case(["r"], .error("'r' is neither"), strict: .error("'r' is neither")),
    Case([""], .error("'' is neither")),
    Case(["-task", "r", "c"], .error("'c' is neither")),
    Case(["-task", "r", "--task", "c"], .error("flag -task is given twice")),
    Case(["-trian", "a"], .error("unknown flag -trian; did you mean -train?")),
    Case(["-zeta", "1", "-alpha"], .error("unknown flag -alpha")),
    Case(["---task", "r"], .error("unknown flag --task")),
    Case(["-"], .error("unknown flag -;")),
    Case(["--task=r"], .error("unknown flag -task=r; the value follows after a blank: -task r")),
    Case(["-iter", "1", "-5"], .error("unknown flag -5")),
  ]

  /// Where the strict mode reads what the plain one rejects or takes otherwise.
  static let differing: [Case] = [
    Case(["-iter", "-5"], .flags(["iter": "-5"]), strict: unknown("-5")),
    Case(
      ["-learn_rate", "-0.1,.2"], .flags(["learn_rate": "[-0.1, 0.2]"]),
      strict: unknown("-0.1,.2")),
    Case(["-iter", "-x"], .error("unknown flag -x"), strict: .error("unknown flag -x")),
    Case(["-task", "-5"], .error("unknown flag -5"), strict: .error("unknown flag -5")),
    Case(
      ["-itre", "-5"], .error("unknown flag -itre; did you mean -iter?"), strict: unknown("-5")),
    Case(["-iter", "1x"], .error("-iter: '1x' is not a whole number"), strict: iterations("1")),
    Case(["-iter", "1.9"], .error("-iter: '1.9' is not"), strict: iterations("1")),
    Case(["-iter", "abc"], .error("-iter: 'abc' is not"), strict: iterations("0")),
    Case(["-iter", ""], .error("-iter needs a whole number, but"), strict: iterations("0")),
    Case(["-iter"], .error("-iter needs a whole number after"), strict: iterations("0")),
    Case(
      ["-iter", "-task", "r"], .error("-iter needs"), strict: .flags(["iter": "0", "task": "r"])),
    Case(
      ["-iter", "99999999999"], .error("-iter: '99999999999' is out of range"),
      strict: iterations("1215752191")),
    Case(
      ["-dim", "1,x,8"], .error("-dim: 'x' in '1,x,8' is not a whole number"),
      strict: .flags(["dim": "[1, 0, 8]"])),
    Case(
      ["-dim", "’1,1,8’"],
      .error("-dim: '’1,1,8’' contains a typographic quote (U+2019)"),
      strict: .flags(["dim": "[0, 1, 8]"])),
    Case(
      ["-regular", "“0”"], .error("-regular: '“0”' contains a typographic quote (U+201C)"),
      strict: .flags(["regular": "[0.0]"])),
    Case(
      ["-regular", "0,−1"], .error("-regular: '0,−1' contains a typographic minus (U+2212)"),
      strict: .flags(["regular": "[0.0, 0.0]"])),
    Case(
      ["-init_stdev", "0.1e"], .error("-init_stdev: '0.1e' is not a number"),
      strict: .flags(["init_stdev": "0.1"])),
    Case(
      ["-init_stdev", "nan"], .error("-init_stdev: 'nan' is not a number"),
      strict: .flags(["init_stdev": "nan"])),
    Case(["-task"], .error("-task needs a text after it: -task r|c"), strict: .flags(["task": ""])),
    Case(["-relation"], .error("-relation needs"), strict: .flags(["relation": "[]"])),
    Case(
      ["-threads", "1x"], .error("-threads: '1x' is not"), strict: .error("-threads: '1x' is not")),
    Case(
      ["-train", "–dim", "1"], .error("'–dim' begins with an en dash (U+2013)"),
      strict: .error("'1' is neither")),
  ]

  static func unknown(_ token: String) -> Understood {
    .error("unknown flag \(token)")
  }

  static func iterations(_ value: String) -> Understood {
    .flags(["iter": value])
  }

  @Test("is understood, plainly and strictly", arguments: understood + mistakes + differing)
  func understands(_ example: Case) {
    let command = SampleCommand.original
    expect(Understood(example.arguments, by: command), example.plain)
    var strict = example.strict
    if case .flags(var flags) = strict {
      flags["strict"] = "on"
      strict = .flags(flags)
    }
    expect(Understood(example.arguments + ["--strict"], by: command), strict)
    if example.arguments.first?.hasPrefix("-") == true {
      expect(Understood(["-strict"] + example.arguments, by: command), strict)
    }
  }

  /// Compares, where an error need only begin as expected.
  private func expect(_ found: Understood, _ expected: Understood) {
    if case .error(let message) = found, case .error(let start) = expected {
      #expect(message.hasPrefix(start), "\(message)")
    } else {
      #expect(found == expected)
    }
  }

  @Test("rejects a value after a switch unless strict")
  func switchValues() {
    var command = SampleCommand.original
    command.flags.append(Flag("quiet", .none, section: "Speed", help: "Say nothing."))
    let plain = Understood(["-quiet", "yes"], by: command)
    #expect(plain == .error("-quiet takes no value, but 'yes' follows it"))
    let strict = Understood(["-quiet", "yes", "-strict", "1"], by: command)
    #expect(strict == .flags(["quiet": "on", "strict": "on"]))
  }

  @Test("asks for help before anything else counts")
  func help() {
    let command = SampleCommand.original
    for arguments in [
      [], ["-help"], ["--help"], ["-h"], ["-unknown", "-help"], ["stray", "-help"],
      ["-iter", "x", "--help"], ["-help", "train"], ["-version", "-help"],
    ] {
      #expect(Understood(arguments, by: command) == .help, "\(arguments)")
    }
    #expect(Understood(["-version"], by: command) == .version)
    #expect(Understood(["-iter", "x", "--version"], by: command) == .version)
  }

  @Test("names a typographic dash where a flag begins")
  func typographicDashes() {
    let found = Understood(["-task", "r", "—dim", "1,1,8"], by: SampleCommand.original)
    guard case .error(let message) = found else {
      Issue.record("\(found)")
      return
    }
    #expect(message.hasPrefix("'—dim' begins with an em dash (U+2014)"))
    #expect(message.hasSuffix("write -dim"))
  }

  @Test("fails with the status of a wrong command line")
  func status() {
    #expect(throws: CommandError.self) { try SampleCommand.original.parse(["-x"]) }
    do {
      _ = try SampleCommand.original.parse(["-x"])
    } catch {
      #expect(error.status == 64)
    }
  }

  @Test("gives account of the flags that matter, however they were written")
  func account() throws {
    let arguments = [
      "--iter", " 5", "-strict", "-regular", "0;0x1p-1,-2", "-task", "r", "-dim", "1,,0;8",
      "-threads", "3", "-relation", "a;b", "-init_stdev", "0.10",
    ]
    guard case .run(let flags) = try SampleCommand.original.parse(arguments) else {
      Issue.record("no flags")
      return
    }
    #expect(
      flags.account(of: [
        "task", "train", "dim", "regular", "iter", "init_stdev", "relation", "strict",
      ]) == [
        "-task", "r", "-dim", "1,0,8", "-regular", "0,0.5,-2", "-iter", "5", "-init_stdev", "0.1",
        "-relation", "a,b", "-strict",
      ])
  }
}
