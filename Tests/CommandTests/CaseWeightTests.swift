// SPDX-License-Identifier: Apache-2.0

import Testing

@Suite("libFM -weights")
struct CaseWeightTests {
  private let data: SmallData

  init() throws {
    data = try SmallData()
  }

  private static let methods = [
    "-method sgd -learn_rate 0.05 -regular 0.01", "-method sgda -learn_rate 0.05 -validation va",
    "-method als -regular 0.5", "-method mcmc",
  ]

  @Test("of 1 change no byte", arguments: methods)
  func ones(method: String) throws {
    try data.tool.write("w", "1\n1\n1\n1\n1\n")
    let flags = method + " -dim 1,1,2 -iter 4 -save_model"
    let plain = try data.run(flags + " m -out o")
    let weighted = try data.run(flags + " n -out p -weights w")
    #expect(plain.status == 0 && weighted.status == 0, "\(weighted)")
    #expect(weighted.lines(from: "#Iter").count == 4)
    #expect(weighted.lines(from: "#Iter") == plain.lines(from: "#Iter"))
    #expect(try data.tool.read("n") == data.tool.read("m"))
    #expect(try data.tool.read("p") == data.tool.read("o"))
  }

  @Test("change what is learned, whatever the number of threads", arguments: methods)
  func learning(method: String) throws {
    try data.tool.write("w", "0.5\r\n3\r\n0\r\n7\r\n1\r\n")
    let flags = method + " -dim 1,1,2 -iter 4 -threads"
    try data.run(flags + " 1 -out plain -quiet").expectSuccess()
    var outputs: [String] = []
    for threads in [1, 2, 3, 5] {
      let run = try data.run(flags + " \(threads) -out o -weights w")
      run.expectSuccess()
      outputs.append(run.lines(from: "#Iter").joined() + (try data.tool.read("o")))
      #expect(try data.tool.read("o") != data.tool.read("plain"))
    }
    #expect(Set(outputs).count == 1)
  }

  @Test("are those of the training rows, also from binary files and with classes")
  func forms() throws {
    try data.tool.write("w", "0.5\n3\n0\n7\n1\n")
    let convert = try BuiltTool("convert", sharingFolderOf: data.tool)
    for name in ["tr", "te"] {
      try convert.run(["-ifile", name, "-ofilex", "b\(name).x", "-ofiley", "b\(name).y"])
        .expectSuccess()
    }
    let flags = ["-task", "r", "-seed", "42"]
    let more = " -weights w -method sgd -dim 1,1,2 -iter 3 -learn_rate 0.05"
    try data.run(flags, "-train tr -test te -out o" + more).expectSuccess()
    try data.run(flags, "-train btr -test bte -out p" + more).expectSuccess()
    #expect(try data.tool.read("o") == data.tool.read("p"))

    let classes = " -method sgd -dim 1,1,2 -iter 3 -learn_rate 0.05 -out "
    try data.run(SmallData.classes, classes + "q").expectSuccess()
    try data.run(SmallData.classes, classes + "r -weights w").expectSuccess()
    #expect(try data.tool.read("q") != data.tool.read("r"))
  }

  @Test(
    "that do not fit are errors with their place",
    arguments: [
      ("1\n1\n-1\n1\n1\n", "w:3:1: the weight '-1' is negative; expected one finite number a line"),
      ("1\n1\n1\n1\nnan\n", "w:5:1: the weight 'nan' is not finite"),
      ("1\n1\n1\n1\n", "w:4: the file ends after 4 weights; expected 5, one for each case"),
      ("1\n1\n1\n1\n1\n1\n", "w:6:1: there are more weights than the 5 cases"),
      ("1\n  high\n1\n1\n1\n", "w:2:3: 'high' is not a weight"),
      ("0\n0\n0\n0\n0\n", "w: all weights are 0"),
    ])
  func mistakes(text: String, message: String) throws {
    try data.tool.write("w", text)
    try data.run("-weights w -iter 1 -out o -save_model m").expectFailure(1, saying: message)
    #expect(try data.newFiles() == ["w"])
  }

  @Test("are refused where there is no use for them")
  func refusals() throws {
    try data.run("-weights missing -out o").expectFailure(1, saying: "missing: cannot be opened")
    for method in ["als", "mcmc"] {
      try data.run(SmallData.classes, "-weights w -method \(method)")
        .expectFailure(64, saying: "-weights does not go with -task c and -method \(method)")
    }
    try data.run("-weights").expectFailure(64, saying: "-weights")
    try data.tool.write("w", "1\n1\n1\n1\n1\n")
    try data.run("-weights w -out w").expectFailure(64, saying: "-out and -weights")
    try data.run("-method sgd -iter 1 -save_model m").expectSuccess()
    let run = try data.tool.run([
      "-task", "r", "-load_model", "m", "-test", "te", "-weights", "w", "-out", "o",
    ])
    #expect(run.status == 0)
    #expect(run.errorText.contains("not used: -weights"), "\(run)")
  }

  @Test("come from a column of a CSV file, in the order of its rows")
  func fromCSV() throws {
    let csv = try BuiltTool("csv2libfm", sharingFolderOf: data.tool)
    let rows = (0..<40).map { "u\($0 % 5),f\($0 % 7),\(1 + $0 % 4),\($0)\n" }.joined()
    try csv.write("r.csv", "user,film,rating,times\n" + rows)
    let run = try csv.run([
      "r.csv", "--target", "rating", "--weight", "times", "--split", "0.25:3", "--shuffle", "9",
    ])
    run.expectSuccess()
    #expect(run.outputText.contains("times   weight"), "\(run)")
    #expect(run.outputText.contains("r.train.weights: 30 weights"), "\(run)")
    var times: [Int] = []
    for part in ["train", "test"] {
      let cases = try data.lines("r.\(part).libfm")
      let weights = try data.lines("r.\(part).weights").map { try #require(Int($0)) }
      #expect(cases.count == weights.count)
      // The target and the weight of a row are those of the same number.
      for (line, weight) in zip(cases, weights) {
        #expect(line.hasPrefix("\(1 + weight % 4) "))
        #expect(line.split(separator: " ").count == 3)
      }
      times += weights
    }
    #expect(times.sorted() == Array(0..<40) && times != times.sorted())
    try data.run(
      ["-task", "r", "-train", "r.train.libfm", "-test", "r.test.libfm"],
      "-weights r.train.weights -iter 2 -seed 1"
    ).expectSuccess()
  }

  @Test("follow the target of a CSV file")
  func positiveTargets() throws {
    let csv = try BuiltTool("csv2libfm", sharingFolderOf: data.tool)
    try csv.write("a.csv", "y,c\n0,a\n2,b\n-1,a\n1e-60,b\n")
    try csv.run(["a.csv", "--target", "y", "--weight-positive", "7.5", "--quiet"]).expectSuccess()
    #expect(try csv.read("a.weights") == "1\n7.5\n1\n7.5\n")
    try csv.write("b.csv", "c,y\na,no\nb,yes\n")
    try csv.write("c.csv", "c\na\n")
    try csv.run([
      "b.csv", "c.csv", "--target", "y", "--positive", "yes", "--weight-positive", "40",
      "--allow-missing-target", "--encoder", "e", "--quiet",
    ]).expectSuccess()
    #expect(try csv.read("b.weights") == "1\n40\n")
    #expect(!csv.exists("c.weights"))
    try csv.write("d.csv", "c,y\na,yes\nb,\n")
    try csv.run([
      "d.csv", "--use-encoder", "e", "--weight-positive", "3", "--quiet",
    ]).expectSuccess()
    #expect(try csv.read("d.weights") == "3\n1\n")
  }

  @Test(
    "of a CSV file that are none are errors",
    arguments: [
      ("y,w\n1,2\n1,-2\n", ["--weight", "w"], 1, "t.csv:3:3: '-2' in column 'w' is not a weight"),
      (
        "y,w\n1,2\n1,inf\n", ["--weight", "w"], 1, "t.csv:3:3: 'inf' in column 'w' is not a weight"
      ),
      ("y,w\n1,\n1,2\n", ["--weight", "w"], 1, "t.csv:2:3: the weight 'w' is missing in this row"),
      ("y,w\n1,2\n", ["--weight", "x"], 1, "t.csv:1: there is no column 'x'"),
      ("y,w\n1,2\n", ["--weight", "y"], 64, "column 'y' has another role too"),
      ("y,w\n1,2\n", ["--weight", "0"], 1, "column 'y' is given two roles: target and ignored"),
      ("y,w\n1,2\n", ["--weight-positive", "-1"], 64, "--weight-positive must be a finite number"),
      (
        "y,w\n1,2\n", ["--weight", "w", "--weight-positive", "2"], 64,
        "--weight and --weight-positive exclude each other"
      ),
      (
        "y,w\n1,2\n", ["--weight", "w", "--groups", "t.weights"], 64,
        "'t.weights' cannot be written"
      ),
    ] as [(String, [String], Int32, String)])
  func csvMistakes(text: String, flags: [String], status: Int32, message: String) throws {
    let csv = try BuiltTool("csv2libfm")
    try csv.write("t.csv", text)
    try csv.run(["t.csv", "--target", "y"] + flags).expectFailure(status, saying: message)
    #expect(try csv.files() == ["t.csv"])
  }
}
