// SPDX-License-Identifier: Apache-2.0

import Testing

@Suite("convert and transpose")
struct BinaryToolsTests {
  @Test("turn text into rows, and rows into columns and back")
  func chain() throws {
    let tool = try BuiltTool("convert")
    try tool.write("t", "1 0:1 2:0.5\r\n-2\n3.5 1:1 1:2 1:3 1:4\n")
    let converted = try tool.run(["-ifile", "t", "-ofilex", "t.x", "-ofiley", "t.y"])
    converted.expectSuccess()
    #expect(
      converted.linesBehindBanner == [
        "num_rows=3\tnum_values=6\tnum_features=3\tmin_target=-2\tmax_target=3.5"
      ])
    #expect(try tool.files() == ["t", "t.x", "t.y"])

    let transpose = try BuiltTool("transpose")
    try transpose.write("t.x", bytes: tool.bytes("t.x"))
    for (input, output, threads) in [("t.x", "t.xt", "1"), ("t.xt", "t.back", "3")] {
      let run = try transpose.run(["-ifile", input, "-ofile", output, "-threads", threads])
      run.expectSuccess()
      #expect(
        run.linesBehindBanner == [
          "num entries in cache=6\tnum rows in cache=3",
          "num_rows=3\tnum_values=6\tnum_features=3", "output to \(output)",
          "num entries in cache=6\tnum rows in cache=3",
        ])
    }
    #expect(try transpose.bytes("t.back") == tool.bytes("t.x"))
    #expect(try transpose.files() == ["t.back", "t.x", "t.xt"])
  }

  @Test(
    "work at any cache size and on matrices of any shape",
    arguments: [
      ("1 0:1\n2 0:2\n", "-5"), ("1 0:1\n2 0:2\n", "0"), ("1 4:1\n2 4:2\n", "1"), ("1\n2\n", "2"),
      ("", "200000000"), ("1 0:1 1:1 2:1\n2 2:2\n", "24"),
    ])
  func oddSizes(text: String, cacheSize: String) throws {
    let tool = try BuiltTool("convert")
    try tool.write("t", text)
    try tool.run(["-ifile", "t", "-ofilex", "t.x", "-ofiley", "t.y"]).expectSuccess()
    let transpose = try BuiltTool("transpose")
    try transpose.write("t.x", bytes: tool.bytes("t.x"))
    let cache = ["-cache_size", cacheSize]
    try transpose.run(["-ifile", "t.x", "-ofile", "t.xt"] + cache).expectSuccess()
    try transpose.run(["-ifile", "t.xt", "-ofile", "t.back"] + cache).expectSuccess()
    #expect(try transpose.bytes("t.back") == tool.bytes("t.x"))
  }

  @Test(
    "refuse wrong command lines and files, and leave nothing behind",
    arguments: [
      ("convert -ifile t -ofilex t.x", 64, "-ofiley is missing"),
      ("convert -ifile t -ofilex t.x -ofiley t.x", 64, "-ofilex and -ofiley are the same"),
      ("convert -ifile -ofilex t.x -ofiley t.y", 64, "-ifile needs"),
      ("convert -ifile t -ofilex t.x -ofiley t.y -threads 0", 64, "-threads is 0"),
      ("convert -ifile t -ofilex t.x -ofiley t.y -cache_size 1", 64, "unknown flag -cache_size"),
      ("convert -ifile none -ofilex t.x -ofiley t.y", 1, "none: cannot be opened"),
      ("convert -ifile bad -ofilex t.x -ofiley t.y", 1, "bad:2:3: "),
      ("convert -ifile t -ofilex t.x -ofiley none/t.y", 1, "none/t.y: "),
      ("transpose -ifile t", 64, "-ofile is missing"),
      ("transpose -ifile t -ofile o -cache_size x", 64, "-cache_size: 'x'"),
      ("transpose -ifile t -ofile o", 1, "t: the file has 8 bytes"),
      ("transpose -ifile none -ofile o", 1, "none: cannot be opened"),
      ("transpose -ifile . -ofile o", 1, "directory"),
    ])
  func errors(command: String, status: Int, message: String) throws {
    let words = command.split(separator: " ").map(String.init)
    let tool = try BuiltTool(words[0])
    try tool.write("t", "1 0:1\n2\n")
    try tool.write("bad", "1 0:1\n2 x:1\n")
    let run = try tool.run(Array(words.dropFirst()))
    run.expectFailure(Int32(status), saying: message)
    #expect(try tool.files() == ["bad", "t"])
  }

  @Test("show help without arguments", arguments: ["convert", "transpose"])
  func help(name: String) throws {
    let tool = try BuiltTool(name)
    let run = try tool.run([])
    run.expectSuccess()
    #expect(run.outputText.contains("-ifile FILE"))
    #expect(try tool.run(["-help"]).outputText == run.outputText)
  }
}

extension ToolRun {
  /// The lines of standard output behind the second rule of dashes.
  fileprivate var linesBehindBanner: [String] {
    let lines = outputText.split(separator: "\n").map(String.init)
    let rules = lines.indices.filter { lines[$0] == String(repeating: "-", count: 76) }
    guard rules.count == 2, rules[0] == 0 else { return [] }
    return Array(lines[(rules[1] + 1)...])
  }
}
