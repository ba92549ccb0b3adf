// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport
import Testing

@testable import convert
@testable import libFM
@testable import transpose
@testable import triple_format_to_libfm

@Suite("The examples of the help texts")
struct HelpExampleTests {
  private static let commands = [
    libFMCommand, convertCommand, transposeCommand, tripleFormatCommand,
  ]

  @Test("run one after the other", arguments: commands.map(\.name))
  func examples(name: String) throws {
    let data = try SmallData()
    let files = [
      "train.libfm": try data.tool.read("tr"), "test.libfm": try data.tool.read("te"),
      "new.libfm": try data.tool.read("te"),
      "ratings.dat": "ann::kes::5::978300760\nbob::kes::3::978302109\n",
      "train.csv": "user,film,stars\nann,kes,5\n", "test.csv": "user,film,stars\nbob,kes,3\n",
    ]
    for (file, text) in files { try data.tool.write(file, text) }
    if name == "transpose" {
      let convert = try BuiltTool("convert", sharingFolderOf: data.tool)
      try convert.run(["-ifile", "train.libfm", "-ofilex", "train.x", "-ofiley", "train.y"])
        .expectSuccess()
    }
    let command = try #require(Self.commands.first { $0.name == name })
    try #require(!command.examples.isEmpty)
    for example in command.examples {
      let words = example.commandLine.split(separator: " ").map(String.init)
      let tool = try BuiltTool(words[0], sharingFolderOf: data.tool)
      let arguments = words.dropFirst().map { $0.filter { $0 != "'" } }
      let given = try data.tool.files()
      let run = try tool.run(arguments)
      #expect(run.status == 0 && !run.wasSignalled, "\(run)")
      let isRepeated = given.contains("predictions") && arguments.contains("predictions")
      #expect(try isRepeated || data.tool.files() != given, "\(run)")
    }
  }
}
