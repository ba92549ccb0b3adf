// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@Suite("Compatibility of data")
struct DataCompatibilityTests {
  private let data: SmallData

  init() throws {
    data = try SmallData()
  }

  /// Writes a file and expects that a run that reads it fails and leaves nothing behind.
  private func expectError(
    _ text: String, _ flags: String, isStrict: Bool, saying message: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    try data.tool.write("bad", text)
    let run = try data.run([], flags + " -out o -rlog log", isStrict: isStrict)
    run.expectFailure(1, saying: message, sourceLocation: sourceLocation)
    #expect(try data.newFiles() == ["bad"], sourceLocation: sourceLocation)
  }

  @Test("D8: negative ids and empty validation files are errors", arguments: [false, true])
  func negativeIDs(isStrict: Bool) throws {
    for method in ["sgd", "als", "mcmc"] {
      try expectError(
        "1 0:1\n2 1:1 -3:1\n", "-task r -train bad -test te -method \(method)", isStrict: isStrict,
        saying: "bad:2:7: feature id '-3' is negative")
    }
    try expectError(
      "# nothing\n", "-task r -train tr -test te -method sgda -validation bad",
      isStrict: isStrict, saying: "bad: the file has no cases")
  }

  @Test(
    "D9: groups and mappings are checked",
    arguments: [
      ("0 0 1", "bad:1: the file ends after 3 groups"), ("", "ends after 0 groups"),
      ("0 x 1 1 2 2", "bad:1:3: 'x' is not a group"), ("0\n1.7 1 1 2 2", "bad:2:1: '1.7' is not"),
      ("0 -1 1 1 2 2", "bad:1:3: '-1' is not"), ("0 0 0 0 0 4294967296", "'4294967296' is not"),
    ], [false, true])
  func groups(file: (text: String, message: String), isStrict: Bool) throws {
    try expectError(
      file.text, "-task r -train tr -test te -meta bad", isStrict: isStrict, saying: file.message)
  }

  @Test("D15: directories are errors and CR LF is read")
  func carriageReturns() throws {
    for isStrict in [false, true] {
      let run = try data.run(
        ["-task", "r", "-train", ".", "-test", "te"], "-out o", isStrict: isStrict)
      run.expectFailure(1, saying: ".: this is a directory")
    }
    let text = try data.tool.read("tr")
    let crlf = text.replacingOccurrences(of: "\n", with: "\r\n")
    try data.tool.write("crlf", String(crlf.dropLast()))
    let flags = ["-task", "r", "-test", "te", "-seed", "1", "-iter", "2", "-train"]
    let (plain, ended) = (try data.tool.run(flags + ["tr"]), try data.tool.run(flags + ["crlf"]))
    ended.expectSuccess()
    #expect(ended.output == plain.output)
    let strict = try data.tool.run(flags + ["crlf", "-strict"])
    strict.expectFailure(1, saying: "crlf:1:14: found a carriage return")
    try data.tool.write("double", "1 0:1\r\r\n")
    try data.tool.run(flags + ["double"]).expectFailure(1, saying: "double:1:6: ")
  }

  @Test("D15: convert reads CR LF")
  func convertedCarriageReturns() throws {
    let convert = try BuiltTool("convert", sharingFolderOf: data.tool)
    try data.tool.write("crlf", "4 0:1\r\n2 1:1\r")
    try data.tool.write("plain", "4 0:1\n2 1:1")
    for name in ["crlf", "plain"] {
      let flags = ["-ifile", name, "-ofilex", name + ".x", "-ofiley", name + ".y"]
      try convert.run(flags).expectSuccess()
    }
    #expect(try data.tool.bytes("crlf.x") == data.tool.bytes("plain.x"))
    #expect(try data.tool.bytes("crlf.y") == data.tool.bytes("plain.y"))
  }

  @Test("D28: probabilities are not cut and NaN is no label", arguments: [false, true])
  func probabilities(isStrict: Bool) throws {
    try expectError(
      "1 0:1\nnan 1:1\n", "-task c -train bad -test cte -method sgd", isStrict: isStrict,
      saying: "bad:2:1: the target is 'nan'")
    let run = try data.run(
      SmallData.classes,
      "-method sgd -dim 1,0,0 -iter 9 -learn_rate 20 -out o -save_model m", isStrict: isStrict)
    #expect(run.status == 0)
    let bias = try #require(Double(data.lines("m")[1]))
    let expected = 1 / (1 + exp(-bias))
    for line in try data.lines("o") {
      let probability = try #require(Double(line))
      #expect(abs(probability - expected) <= 1e-4 * expected)
      #expect(!(0.01...0.99).contains(probability))
    }
  }

  @Test("D29: labels of 0 and below are one class", arguments: ["sgd", "als", "mcmc"])
  func negativeLabels(method: String) throws {
    let text = try data.tool.read("ctr")
    let other = text.replacingOccurrences(of: "0 4:1", with: "-7.5 4:1")
      .replacingOccurrences(of: "\n1 2:1", with: "\n0.25 2:1")
    try data.tool.write("other", other)
    let flags = ["-task", "c", "-test", "cte", "-seed", "1", "-method", method, "-iter", "3"]
    let (plain, mapped) = (
      try data.tool.run(flags + ["-train", "ctr", "-out", "o"]),
      try data.tool.run(flags + ["-train", "other", "-out", "p"])
    )
    mapped.expectSuccess()
    #expect(mapped.lines(from: "#Iter") == plain.lines(from: "#Iter"))
    #expect(try data.tool.read("o") == data.tool.read("p"))
    #expect(
      mapped.lines(from: "num_rows").first
        == "num_rows=5\tnum_values=9\tnum_features=5\tmin_target=-7.5\tmax_target=1")
  }

  @Test("D31: features seen only in test data are part of the model", arguments: [false, true])
  func testFeatures(isStrict: Bool) throws {
    let flags = "-method als -dim 0,1,0 -iter 1 -verbosity 1 -regular 1 -save_model m"
    let run = try data.run(flags, isStrict: isStrict)
    run.expectSuccess()
    #expect(run.lines.contains("#attr=6\t#groups=1"))
    #expect(run.lines(from: "num_rows").first?.contains("num_features=5\t") == true)
    let lines = try data.lines("m")
    #expect(lines.firstIndex { $0.hasPrefix("#pairwise") } == 7)
    // Its conditional mean given no case is 0.
    #expect(lines[6] == "-0")
  }

  @Test(
    "D34: empty training files are errors and empty test files are not",
    arguments: ["sgd", "als", "mcmc"], [false, true])
  func emptyFiles(method: String, isStrict: Bool) throws {
    try expectError(
      "", "-task r -train bad -test te -method \(method)", isStrict: isStrict,
      saying: "bad: the file is empty")
    try data.tool.write("none", "")
    let flags = ["-task", "r", "-train", "tr", "-test", "none", "-iter", "2", "-seed", "1"]
    let run = try data.run(flags, "-method \(method) -out o", isStrict: isStrict)
    run.expectSuccess()
    #expect(run.lines(from: "#Iter").allSatisfy { $0.hasSuffix("\tTest=-nan") })
    #expect(try data.tool.bytes("o").isEmpty)
  }

  @Test(
    "D35: an id that does not fit is an error",
    arguments: ["2147483647", "4294967296", "4294967297", "99999999999999999999"], [false, true])
  func largeIDs(id: String, isStrict: Bool) throws {
    for flags in ["-train bad -test te", "-train tr -test bad"] {
      try expectError(
        "1 0:1 \(id):1\n", "-task r \(flags) -method sgd", isStrict: isStrict,
        saying: "bad:1:7: feature id '\(id)' is too large")
    }
  }
}
