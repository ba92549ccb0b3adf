// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport
import Testing

@Suite("The help text")
struct HelpTextTests {
  @Test("has two columns, sections, examples and statuses")
  func layout() {
    let command = CommandDescription(
      name: "sample", summary: "Tries out flags.", usage: ["-train PATH [flags]"],
      dialect: .original,
      flags: [
        Flag("train", .path, section: "Data", origin: .original, help: "Training data."),
        Flag(
          "dim", .integerList, "K0,K1,K", section: "Learning", default: "1,1,8",
          help: "Bias, weights, and the number of factors."),
        Flag(
          "a_name_longer_than_its_column", .number, section: "Learning", help: "A long name."),
      ],
      examples: [.init("Learn:", "sample -train a.libfm")])
    #expect(
      HelpText(command, width: 60).text == """
        sample: Tries out flags.

        Usage:
          sample -train PATH [flags]

        Data:
          -train PATH                 Training data.

        Learning:
          -dim K0,K1,K                Bias, weights, and the number
                                      of factors. (default: 1,1,8)
          -a_name_longer_than_its_column X
                                      A long name.

        About this program:
          -help                       Show this text and end.
          -version                    Show the version and end.

        Examples:
          Learn:
            sample -train a.libfm

        Exit status:
          0   all went well
          1   a file or the run failed
          64  the command line is wrong

        """)
  }

  @Test("keeps within the width and names every flag", arguments: [40, 72, 80, 200])
  func width(_ width: Int) {
    for command in [SampleCommand.original, SampleCommand.long] {
      let text = HelpText(command, width: width).text
      #expect(text.split(separator: "\n").allSatisfy { $0.count <= width })
      for flag in command.flags {
        #expect(text.contains((command.dialect == .long ? "--" : "-") + flag.name))
      }
    }
  }
}
