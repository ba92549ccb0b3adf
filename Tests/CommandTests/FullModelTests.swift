// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@Suite("Models in the full format, on the command line")
struct FullModelTests {
  private let data: SmallData

  init() throws {
    data = try SmallData()
  }

  private static let tasks = ["r", "c"]

  /// Learns from the small data and keeps a full model `m` and predictions `o`; one iteration for mcmc, so
  /// that its predictions are those of the draw that is kept.
  @discardableResult
  private func learn(_ method: String, _ task: String, _ more: String = "") throws -> ToolRun {
    let run = try data.run(
      task == "r" ? SmallData.ratings : SmallData.classes,
      "-method \(method) -iter \(method == "mcmc" ? 1 : 3) -dim 1,1,3 -regular 0.01 -validation va "
        + "-save_model m -model_format full -out o \(more)")
    #expect(run.status == 0, "\(run)")
    return run
  }

  private func predict(_ task: String, _ more: String = "") throws -> ToolRun {
    try data.run(
      ["-task", task, "-load_model", "m", "-test", task == "r" ? "te" : "cte", "-out", "p"], more)
  }

  @Test(
    "predicts what the training run wrote", arguments: ["sgd", "sgda", "als", "mcmc"], tasks)
  func sameBytes(method: String, task: String) throws {
    let training = try learn(method, task, "-meta groups")
    let figure = try #require(
      training.lines(from: method.hasPrefix("sgd") ? "Final" : "#Iter").last
    )
    .split(separator: "\t").first { $0.hasPrefix("Test=") }
    for threads in [1, 2, 5] {
      let run = try predict(task, "-threads \(threads)")
      if method == "mcmc" {
        run.expectFailure(0, saying: "single draw")
      } else {
        run.expectSuccess()
      }
      #expect(try data.tool.bytes("p") == data.tool.bytes("o"))
      // The figure of als is that of the average over iterations.
      if method != "als" { #expect(run.lines.last == "Final\t\(figure ?? "")") }
    }
  }

  @Test("does so for many cases", arguments: ["sgd", "als"])
  func ratings(method: String) throws {
    for name in ["train", "test"] {
      try data.tool.copy("testdata/ratings/\(name).libfm", to: name)
    }
    try data.tool.run([
      "-task", "r", "-train", "train", "-test", "test", "-method", method, "-iter", "2", "-dim",
      "1,1,5", "-learn_rate", "0.02", "-regular", "2", "-seed", "1", "-save_model", "m",
      "-model_format", "full", "-out", "o",
    ]).expectSuccess()
    try data.tool.run(["-task", "r", "-load_model", "m", "-test", "test", "-out", "p"])
      .expectSuccess()
    #expect(try data.tool.bytes("p") == data.tool.bytes("o"))
  }

  @Test(
    "does so with relations, without the files of the training", arguments: ["als", "mcmc"], tasks)
  func relations(method: String, task: String) throws {
    try data.tool.write("B.txt", "0:1 2:2\n1:0.5\n\n")
    try data.tool.write("B.groups", "0 1 0")
    try data.tool.write("C.txt", "0:1\n1:-1 0:0.5\n")
    for (name, mappings) in [("B", ["0 2 1 1 0", "1 0 2"]), ("C", ["1 1 0 0 1", "0 0 1"])] {
      for (ending, text) in zip(["train", "test"], mappings) {
        try data.tool.write("\(name).\(ending)", text)
      }
    }
    try learn(method, task, "-relation B,C")
    for name in ["tr", "ctr", "B.train", "C.train"] { try data.tool.remove(name) }
    for threads in [1, 2, 5] {
      let run = try predict(task, "-relation B,C -threads \(threads)")
      #expect(run.status == 0, "\(run)")
      #expect(run.errorText.contains("warning") == false)
      #expect(try data.tool.bytes("p") == data.tool.bytes("o"))
    }
    // A table may have features that are new, and cases that are others.
    try data.tool.write("B.txt", "0:1 2:2\n1:0.5 3:1\n\n")
    let wide = try predict(task, "-relation B,C")
    #expect(wide.errorText.contains("1 entries of the test file and of the relations"))
    #expect(wide.errorText.contains("(it has 6 + 3 + 2)"))
    #expect(try data.tool.bytes("p") == data.tool.bytes("o"))
    try predict(task).expectFailure(
      1, saying: "m: the model was learned with 2 relations, 0 are given", "-relation")
    try predict(task, "-relation B").expectFailure(1, saying: "2 relations, 1 is given")
    try data.tool.remove("C.test")
    try predict(task, "-relation B,C").expectFailure(1, saying: "C.test: cannot be opened")
  }

  @Test("reads test data by columns where they are only there", arguments: ["sgd", "als"])
  func columns(method: String) throws {
    try learn(method, "r")
    let convert = try BuiltTool("convert", sharingFolderOf: data.tool)
    try convert.run(["-ifile", "te", "-ofilex", "b.x", "-ofiley", "b.y"]).expectSuccess()
    let predict = ["-task", "r", "-load_model", "m", "-test", "b", "-out", "p"]
    try data.tool.run(predict).expectSuccess()
    #expect(try data.tool.bytes("p") == data.tool.bytes("o"))
    let transpose = try BuiltTool("transpose", sharingFolderOf: data.tool)
    try transpose.run(["-ifile", "b.x", "-ofile", "b.xt"]).expectSuccess()
    try data.tool.remove("b.x")
    let run = try data.tool.run(predict)
    guard method == "als" else {
      // The order of the entries within a row matters.
      return run.expectFailure(1, saying: "b.x: cannot be opened", "transpose -ifile b.xt")
    }
    run.expectSuccess()
    #expect(try data.tool.bytes("p") == data.tool.bytes("o"))
  }

  @Test("goes on learning as if it had never stopped")
  func goingOn() throws {
    let flags = "-method sgd -dim 1,1,3 -learn_rate 0.05"
    try data.run("\(flags) -iter 5 -save_model whole -model_digits 17 -out o").expectSuccess()
    try data.run("\(flags) -iter 3 -save_model m -model_format full").expectSuccess()
    try data.run("\(flags) -iter 2 -load_model m -save_model m -model_digits 17 -out p")
      .expectSuccess()
    #expect(try data.tool.bytes("m") == data.tool.bytes("whole"))
    #expect(try data.tool.bytes("p") == data.tool.bytes("o"))
  }

  @Test("depends neither on threads nor on the names of outputs")
  func reproducible() throws {
    try learn("als", "r", "-threads 1")
    let bytes = try data.tool.bytes("m")
    let run = try data.run(
      "-method als -iter 3 -dim 1,1,3 -regular 0.01 -validation va -save_model n -quiet "
        + "-model_format full -out q -threads 3 -rlog log -verbosity 1 -metrics mae")
    #expect(run.status == 0)
    #expect(try data.tool.bytes("n") == bytes)
  }

  @Test("comes from a pipe as well")
  func pipe() throws {
    try learn("sgd", "r")
    let shell = try BuiltTool("/bin/sh", sharingFolderOf: data.tool)
    try shell.run([
      "-c", "cat m | \"$0\" -task r -load_model /dev/stdin -test te -out p",
      data.tool.executable.path,
    ]).expectSuccess()
    #expect(try data.tool.bytes("p") == data.tool.bytes("o"))
  }

  @Test("becomes a text, but no text becomes one")
  func conversion() throws {
    try learn("als", "r", "-meta groups")
    try predict("r", "-save_model text -model_digits 17").expectSuccess()
    try predict("r", "-save_model again -model_format full").expectSuccess()
    #expect(try data.tool.bytes("again") == data.tool.bytes("m"))
    let run = try data.tool.run([
      "-task", "r", "-load_model", "text", "-test", "te", "-save_model", "n", "-model_format",
      "full",
    ])
    run.expectFailure(1, saying: "a text does not tell how it was learned")
    #expect(!data.tool.exists("n"))
  }

  @Test("is not replaced by a text unless that is asked for", arguments: [true, false])
  func replacement(learns: Bool) throws {
    try learn("sgd", "r")
    let bytes = try data.tool.bytes("m")
    func save(_ flags: String) throws -> ToolRun {
      learns
        ? try data.run("-method sgd -dim 1,1,3 -iter 1 -load_model m \(flags)")
        : try predict("r", flags)
    }
    try save("-save_model m").expectFailure(
      64, saying: "would replace the full model 'm' by a text", "-model_format full")
    #expect(try data.tool.bytes("m") == bytes)
    try save("-save_model n").expectSuccess()
    try save("-save_model m -model_format full").expectSuccess()
    #expect(try data.tool.bytes("m").prefix(3) == bytes.prefix(3))
    try save("-save_model m -model_format text").expectSuccess()
    #expect(try data.tool.bytes("m").first == UInt8(ascii: "#"))
    // There is nothing to lose in a text.
    #expect(try save("-save_model m").status == 0)
  }

  // MARK: Contradictions

  @Test("refuses flags that contradict the model, in one message")
  func contradictions() throws {
    try learn("sgd", "r")
    try predict("c").expectFailure(
      1, saying: "m: the model was learned for regression, wanted is classification")
    try predict("r", "-dim 0,1,8").expectFailure(
      1, saying: "m: the model has a bias, none is wanted, the model has 3 factors, wanted are 8")
    try predict("r", "-dim 1,1,3").expectSuccess()
    try predict("r", "-relation B").expectFailure(1, saying: "0 relations, 1 is given; leave them")
    try data.run(SmallData.classes, "-method sgd -dim 1,1,2 -load_model m").expectFailure(
      1, saying: "learned for regression", "3 factors, wanted are 2")
    try data.tool.write("wide", "1 9:1\n")
    try data.tool.run([
      "-task", "r", "-train", "wide", "-method", "sgd", "-dim", "1,1,3", "-load_model", "m",
    ]).expectFailure(1, saying: "the model has 6 features, the data have 10")
    let strict = try data.run("-method sgd -dim 1,1,2 -load_model m -iter 1", isStrict: true)
    strict.expectFailure(1, saying: "the model has 3 factors, wanted are 2")
    try data.run("-method sgd -dim 1,1,3 -load_model m -iter 1", isStrict: true).expectSuccess()
    // A text contradicts as well.
    try data.run("-method sgd -iter 1 -dim 1,1,3 -save_model m").expectSuccess()
    try predict("r", "-dim 1,0,3").expectFailure(
      1, saying: "m: the model has linear weights, none are wanted")
  }

  @Test("tells what else is not as it was")
  func notes() throws {
    try learn("als", "c", "-meta groups")
    try predict("c", "-method als").expectSuccess()
    try predict("c", "-method sgd").expectFailure(
      0, saying: "learned by als and predicts as that does; -method sgd is not used")
    #expect(try data.tool.bytes("p") == data.tool.bytes("o"))
    let again = "-iter 1 -dim 1,1,3 -load_model m -regular 0.1"
    try data.run(SmallData.classes, "\(again) -method als -meta groups").expectSuccess()
    try data.run(SmallData.classes, "\(again) -method als")
      .expectFailure(0, saying: "learned with other groups of features (3, now 1)")
    try data.run(SmallData.classes, "\(again) -method sgd")
      .expectFailure(0, saying: "learned by als, whose scores mean other probabilities")
  }

  @Test("takes the method of a text from -method", arguments: ["sgd", "als"])
  func methodOfText(method: String) throws {
    try data.run(
      SmallData.classes,
      "-method \(method) -iter 3 -dim 1,1,3 -regular 0.01 -out o -save_model m -model_digits 17"
    ).expectSuccess()
    try predict("c", "-method \(method)").expectSuccess()
    #expect(try data.tool.bytes("p") == data.tool.bytes("o"))
    try predict("c").expectFailure(0, saying: "does not tell the method", "give -method")
    #expect(try (data.tool.bytes("p") == data.tool.bytes("o")) == (method == "sgd"))
  }

  @Test("refuses damaged, cut and later files, and leaves nothing behind")
  func damage() throws {
    try learn("sgd", "r")
    let bytes = try data.tool.bytes("m")
    try data.tool.remove("o")
    var later = bytes
    later[12] = 9
    var damaged = bytes
    damaged[100] ^= 1
    for (bytes, text) in [
      (later, "m: a model file of version 9; expected a version from 1 to 1; use the newer"),
      (damaged, "the checksum of the section 'desc' does not hold: the file is damaged"),
      (bytes.dropLast(7), "m: the file ends after \(bytes.count - 7) bytes"),
    ] {
      try data.tool.write("m", bytes: Array(bytes))
      try predict("r").expectFailure(1, saying: text)
      try data.run("-method sgd -dim 1,1,3 -load_model m -out o").expectFailure(1, saying: text)
      #expect(try data.newFiles() == ["m"])
    }
  }

  @Test(
    "refuses flags that make no sense",
    arguments: [
      (
        "-save_model n -model_format binary", "-model_format 'binary' is unknown; give text or full"
      ),
      ("-save_model n -model_digits 0", "-model_digits is 0; give a number from 1 to 17"),
      ("-save_model n -model_digits 18", "-model_digits is 18"),
      ("-save_model n -model_format full -model_digits 9", "does not go with -model_format full"),
      ("-model_format full", "-model_format needs -save_model"),
      ("-model_digits 9", "-model_digits needs -save_model"),
    ])
  func wrongFlags(flags: String, message: String) throws {
    try data.run(flags).expectFailure(64, saying: message)
    #expect(try data.newFiles() == [])
  }

  @Test("writes texts of the digits asked for")
  func digits() throws {
    let flags = "-method sgd -iter 2 -dim 1,1,2"
    for digits in [1, 6, 17] {
      try data.run("\(flags) -save_model m -model_digits \(digits)").expectSuccess()
      let bias = try data.lines("m")[1].filter(\.isNumber).drop { $0 == "0" }
      #expect(bias.count <= digits && bias.count > digits - 3)
    }
    try data.run("\(flags) -save_model n").expectSuccess()
    try data.run("\(flags) -save_model m -model_digits 6 -model_format text").expectSuccess()
    #expect(try data.tool.bytes("m") == data.tool.bytes("n"))
  }
}
