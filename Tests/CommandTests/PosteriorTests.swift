// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@Suite("The posterior of mcmc")
struct PosteriorTests {
  private let data: SmallData

  init() throws {
    data = try SmallData()
  }

  private static let training = "-dim 1,1,3 -iter 8 -out o -save_posterior draws"

  /// Predicts a file with kept draws alone; expects nothing on standard error.
  private func predict(_ task: String, _ test: String, _ flags: String) throws -> ToolRun {
    let run = try data.run(
      ["-task", task, "-load_posterior", "draws", "-test", test, "-seed", "3"], flags)
    run.expectSuccess()
    return run
  }

  private func numbers(_ path: String) throws -> [[Double]] {
    try data.lines(path).map { line in
      try line.split(separator: "\t").map { try #require(Double($0)) }
    }
  }

  // MARK: The same bytes

  @Test(
    "predicts the training run's test file with the same bytes", arguments: ["r", "c"],
    ["", "-meta groups", "-dim 0,1,0", "-dim 1,0,1", "-strict"])
  func sameBytes(task: String, flags: String) throws {
    let base = task == "r" ? SmallData.ratings : SmallData.classes
    let training = "-iter 8 -out o -save_posterior draws \(flags)"
    let run = try data.run(base, training)
    #expect(run.status == 0 && run.errorText.contains("8 draws of"), "\(run)")
    let plain = try data.run(base, "-iter 8 -out plain \(flags)")
    #expect(plain.output == run.output)
    #expect(try data.tool.read("plain") == data.tool.read("o"))
    for threads in [1, 2, 5] {
      let test = task == "r" ? "te" : "cte"
      let predicting = try predict(task, test, "-out p -threads \(threads)")
      #expect(try data.tool.read("p") == data.tool.read("o"))
      #expect(predicting.lines.last?.hasPrefix("Final\tTest=") == true)
    }
  }

  @Test("predicts from binary test data, by columns as in the training run")
  func binaryData() throws {
    let convert = try BuiltTool("convert", sharingFolderOf: data.tool)
    let transpose = try BuiltTool("transpose", sharingFolderOf: data.tool)
    let flags = ["-ifile", "te", "-ofilex", "te.x", "-ofiley", "te.y"]
    try convert.run(flags).expectSuccess()
    try transpose.run(["-ifile", "te.x", "-ofile", "te.xt"]).expectSuccess()
    try FileManager.default.removeItem(at: data.tool.url("te.x"))
    try FileManager.default.removeItem(at: data.tool.url("te"))
    #expect(try data.run(Self.training).status == 0)
    _ = try predict("r", "te", "-out p")
    #expect(try data.tool.read("p") == data.tool.read("o"))
  }

  @Test("predicts with relations, for which no mapping of training cases is needed")
  func relations() throws {
    try data.tool.write("users.txt", "0:1 2:0.5\n1:1\n0:1 1:-1\n")
    try data.tool.write("users.train", "0 1 2 1 0\n")
    try data.tool.write("users.test", "2 2 1\n")
    try data.tool.write("films.txt", "0:1\n1:1\n")
    try data.tool.write("films.train", "0 1 1 0 1\n")
    try data.tool.write("films.test", "0 1 1\n")
    let relations = "-relation users,films"
    #expect(try data.run(Self.training + " " + relations).status == 0)
    for table in ["users", "films"] {
      try FileManager.default.removeItem(at: data.tool.url(table + ".train"))
    }
    _ = try predict("r", "te", "-out p -out_std s \(relations)")
    #expect(try data.tool.read("p") == data.tool.read("o"))

    let base = ["-task", "r", "-load_posterior", "draws", "-test", "te"]
    try data.run(base, "-relation users").expectFailure(
      1, saying: "draws: the model was learned with 2 relations, 1 is given")
    // A table that has grown: its new feature is left out.
    try data.tool.write("films.txt", "0:1\n1:1 7:3\n")
    let grown = try data.run(base, "-out q \(relations)")
    #expect(grown.status == 0)
    #expect(grown.errorText.contains("1 entries of the test file and of the relations"))
    #expect(try data.tool.read("q") == data.tool.read("o"))
  }

  @Test("keeps the draws of the iterations that -out averages when learning stops early")
  func stoppingEarly() throws {
    try data.tool.write("against", "2 0:1.5 2:0.3\n3 1:1 3:-2.1\n2 0:1 1:2 4:0.7\n3 4:1\n")
    let run = try data.run(
      "-dim 0,1,2 -iter 40 -validation against -early_stopping 2 -out o -save_posterior draws "
        + "-out_std s")
    #expect(run.status == 0)
    #expect(run.errorText.contains("stopped early"), "\(run)")
    #expect(run.lines(from: "#Iter").count < 40)
    _ = try predict("r", "te", "-out p -out_std t")
    #expect(try data.tool.read("p") == data.tool.read("o"))
    #expect(try data.tool.read("s") == data.tool.read("t"))
  }

  @Test("averages the draws that -burn_in and -thin leave; -out does not depend on them")
  func selection() throws {
    let all = try data.run("-iter 9 -out o -rlog log")
    all.expectSuccess()
    #expect(
      try data.run("-iter 9 -out p -save_posterior draws -burn_in 4 -thin 2").status == 0)
    #expect(try data.tool.read("o") == data.tool.read("p"))
    _ = try predict("r", "te", "-out p -out_quantiles q -quantiles 0,0.25,0.5,0.75,1")
    // Of three draws the quartiles are the draws and the middles between them.
    for (line, mean) in zip(try numbers("q"), try numbers("p")) {
      #expect(abs((line[0] + line[2] + line[4]) / 3 - mean[0]) < 1e-5)
      #expect(abs((line[0] + line[2]) / 2 - line[1]) < 1e-5)
    }
    #expect(try data.tool.read("o") != data.tool.read("p"))
  }

  // MARK: Spread

  @Test("tells deviations and quantiles, while learning and later alike", arguments: ["r", "c"])
  func spread(task: String) throws {
    let base = task == "r" ? SmallData.ratings : SmallData.classes
    let flags = "-out_std s -out_quantiles q -quantiles 0.1,0.9"
    let run = try data.run(base, Self.training + " " + flags)
    #expect(run.status == 0, "\(run)")
    let (deviations, quantiles) = (try data.tool.read("s"), try data.tool.read("q"))
    _ = try predict(task, task == "r" ? "te" : "cte", flags)
    #expect(try data.tool.read("s") == deviations && data.tool.read("q") == quantiles)
    let (means, lines) = (try numbers("o"), try numbers("q"))
    #expect(try numbers("s").allSatisfy { $0.count == 1 && $0[0] > 0 })
    #expect(zip(means, lines).allSatisfy { $1.count == 2 && $1[0] <= $1[1] })
    #expect(lines.joined().allSatisfy { task == "r" ? (1...5).contains($0) : (0...1).contains($0) })
  }

  @Test("adds the noise of observations to deviations")
  func noise() throws {
    #expect(try data.run(Self.training + " -rlog log").status == 0)
    _ = try predict("r", "te", "-out_std s")
    _ = try predict("r", "te", "-out_std t -out_std_with_noise")
    let alphas = try data.column("alpha", ofLog: "log").map { try #require(Double($0)) }
    let variance = alphas.reduce(0) { $0 + 1 / $1 } / Double(alphas.count)
    for (own, total) in zip(try numbers("s"), try numbers("t")) {
      #expect(abs((own[0] * own[0] + variance).squareRoot() - total[0]) < 1e-4)
    }
  }

  @Test("in single precision takes half the room and predicts nearly the same")
  func singlePrecision() throws {
    try data.tool.write("wide", "3 \((0..<400).map { "\($0):0.1" }.joined(separator: " "))\n")
    let flags = ["-task", "r", "-train", "wide", "-test", "wide", "-seed", "1"]
    #expect(try data.run(flags, "-iter 5 -out o -save_posterior draws").status == 0)
    let size = try data.tool.bytes("draws").count
    let run = try data.run(flags, "-iter 5 -save_posterior draws -posterior_precision float")
    #expect(run.status == 0)
    let half = try data.tool.bytes("draws").count
    #expect(Double(half) < 0.52 * Double(size))
    _ = try predict("r", "wide", "-out p")
    #expect(abs(try numbers("o")[0][0] - numbers("p")[0][0]) < 1e-4)
  }

  // MARK: What goes wrong

  @Test("leaves out features that the draws do not know, with a warning")
  func unknownFeatures() throws {
    #expect(try data.run(Self.training).status == 0)
    try data.tool.write("new", "3 0:1 1:1\n3 0:1 1:1 6:4 99:1\n")
    let run = try data.run(
      ["-task", "r", "-load_posterior", "draws", "-test", "new", "-out", "p"], "-rlog log")
    #expect(run.status == 0)
    let messages = run.errorText.split(separator: "\n")
    #expect(messages.count == 2)
    #expect(messages.first?.contains("not used: -rlog") == true)
    #expect(messages.last?.contains("2 entries of the test file belong to features") == true)
    let predictions = try data.lines("p")
    #expect(predictions.count == 2 && predictions[0] == predictions[1])
  }

  @Test("refuses draws that do not fit, and files that are none or damaged")
  func misfits() throws {
    #expect(try data.run(Self.training).status == 0)
    func expect(_ flags: String, _ text: String) throws {
      let files = try data.tool.files()
      try data.run([], flags + " -out p").expectFailure(1, saying: text)
      #expect(try data.tool.files() == files)
    }
    try expect(
      "-task c -load_posterior draws -test te", "draws: the draws are of a regression; expected")
    try expect("-task r -load_posterior draws -test te -dim 1,1,8", "the draws have -dim 1,1,3")
    try expect("-task r -load_posterior te -test te", "te: this is not a posterior file")
    try expect("-task r -load_posterior none -test te", "none: cannot be opened")
    var bytes = try data.tool.bytes("draws")
    try data.tool.write("cut", bytes: Array(bytes.dropLast(100)))
    try expect("-task r -load_posterior cut -test te", "cut: the file ends after")
    bytes[12] = 7
    try data.tool.write("later", bytes: bytes)
    try expect("-task r -load_posterior later -test te", "later: a posterior file of version 7")
    bytes[12] = 1
    bytes[100] ^= 1
    try data.tool.write("bad", bytes: bytes)
    try expect("-task r -load_posterior bad -test te", "the section 'draw' does not hold")
  }

  @Test(
    "refuses flags that make no sense together",
    arguments: [
      ("-save_posterior f -method als", "needs -method mcmc: als makes no draws"),
      ("-save_posterior f -iter 5 -burn_in 5", "-burn_in is 5; give less than"),
      ("-save_posterior f -iter 5 -burn_in -1", "-burn_in is -1"),
      ("-save_posterior f -iter 0", "-iter is 0"), ("-save_posterior f -thin 0", "-thin is 0"),
      ("-save_posterior f -posterior_precision half", "'half' is unknown; give double or float"),
      ("-burn_in 3", "-burn_in needs -save_posterior"),
      ("-thin 3", "-thin needs -save_posterior"),
      ("-out_std s", "-out_std needs the draws of mcmc"),
      ("-out_quantiles q", "-out_quantiles needs the draws of mcmc"),
      ("-save_posterior f -out_std_with_noise", "needs -out_std FILE"),
      ("-save_posterior f -quantiles 0.5", "needs -out_quantiles FILE"),
      ("-save_posterior f -out_quantiles q -quantiles 0.5,1.5", "-quantiles has 1.5"),
      ("-save_posterior f -out_quantiles q -quantiles ,", "-quantiles is empty"),
      ("-save_posterior f -iter 1 -out_std s", "needs two draws"),
      ("-load_posterior f", "does not go with -train"),
      ("-save_posterior f -out f", "must name different files"),
    ])
  func flags(flags: String, message: String) throws {
    try data.run(flags).expectFailure(64, saying: message)
    #expect(try data.newFiles().isEmpty)
  }

  @Test(
    "refuses to predict with flags that contradict it",
    arguments: [
      ("-method als", "does not go with -method als"), ("-load_model m", "go with -load_model"),
      ("-save_model m", "does not go with -save_model"), ("-save_posterior g", "needs -train"),
      ("-out f", "must name different files"),
    ])
  func predictingFlags(flags: String, message: String) throws {
    try data.tool.write("f", "")
    try data.run(["-task", "r", "-load_posterior", "f", "-test", "te"], flags)
      .expectFailure(64, saying: message)
    try data.run(["-task", "r", "-load_posterior", "f"], "").expectFailure(64, saying: "-test")
    try data.run(
      ["-task", "c", "-load_posterior", "f", "-test", "cte"], "-out_std s -out_std_with_noise"
    ).expectFailure(64, saying: "is for -task r")
  }
}
