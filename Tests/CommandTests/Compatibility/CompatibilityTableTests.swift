// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport
import Foundation
import Testing

@testable import convert
@testable import libFM
@testable import transpose
@testable import triple_format_to_libfm

@Suite("COMPATIBILITY.md")
struct CompatibilityTableTests {
  private let text: String

  init() throws {
    let file = BuiltTool.packageFolder.appendingPathComponent("COMPATIBILITY.md")
    text = try String(contentsOf: file, encoding: .utf8)
  }

  /// The cells of the lines of the table of oddities.
  private var oddities: [[String]] {
    text.split(separator: "\n").filter { $0.hasPrefix("| D") }.map { line in
      line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
    }
  }

  @Test("has a line for each oddity of the original")
  func allOddities() {
    #expect(oddities.map(\.first) == (1...37).map { "D\($0)" })
    #expect(oddities.allSatisfy { $0.count == 5 && !$0.contains("") })
  }

  @Test("names a test that exists for each oddity")
  func testsExist() throws {
    let folder = BuiltTool.packageFolder.appendingPathComponent("Tests/CommandTests/Compatibility")
    for cells in oddities {
      let reference = try #require(cells.last)
      let found = try #require(
        reference.wholeMatch(of: /`(\w+)`: “(D\d+): (.+)”/), "\(reference)")
      #expect(found.2 == cells[0])
      let source = try String(
        contentsOf: folder.appendingPathComponent("\(found.1).swift"), encoding: .utf8)
      #expect(source.contains("struct \(found.1) {"))
      #expect(source.contains("\"\(found.2): \(found.3)\""), "\(reference)")
    }
  }

  private static let commands = [
    libFMCommand, convertCommand, transposeCommand, tripleFormatCommand,
  ]

  @Test("and the help text know each flag", arguments: commands.map(\.name))
  func flags(name: String) throws {
    let command = try #require(Self.commands.first { $0.name == name })
    let dashes = command.dialect == .original ? "-" : "--"
    let registered = Set(command.flags.map { dashes + $0.name })

    let heading = try #require(text.range(of: "### \(name)\n"))
    let section = text[heading.upperBound...].components(separatedBy: "\n##")[0]
    let listed = section.split(separator: "\n").filter { $0.hasPrefix("| `-") }
      .flatMap { $0.split(separator: "|")[0].matches(of: /`(-+\w+)`/).map { String($0.1) } }
    #expect(Set(listed) == registered)
    #expect(listed.count == registered.count)

    let help = try BuiltTool(name).run(["-help"])
    help.expectSuccess()
    let shown = help.lines.compactMap { $0.firstMatch(of: /^  (-+\w+)/).map { String($0.1) } }
    #expect(Set(shown) == registered)
  }
}
