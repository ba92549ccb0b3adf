// SPDX-License-Identifier: Apache-2.0

import Testing

@Suite("Compatibility of models and outputs")
struct ModelCompatibilityTests {
  private let data: SmallData

  init() throws {
    data = try SmallData()
  }

  private func train(_ flags: String) throws {
    let run = try data.run(flags)
    #expect(run.status == 0, "\(run)")
  }

  @Test("D4: a model with one factor can be loaded")
  func oneFactor() throws {
    try train("-method sgd -dim 1,1,1 -iter 3 -save_model m")
    let load = "-method sgd -dim 1,1,1 -iter 0 -load_model m -save_model n"
    try data.run(load).expectSuccess()
    #expect(try data.tool.read("n") == data.tool.read("m"))
    let strict = try data.run(load, isStrict: true)
    strict.expectSuccess()
    let fresh = try data.run("-method sgd -dim 1,1,1 -iter 0")
    #expect(strict.lines(from: "Final") == fresh.lines(from: "Final"))
  }

  @Test("D5: als and sgda keep the linear weights of a loaded model", arguments: ["als", "sgda"])
  func loadedWeights(method: String) throws {
    try train("-method sgd -dim 1,1,2 -iter 3 -save_model m")
    let load =
      "-method \(method) -dim 1,1,2 -iter 0 -load_model m -save_model n"
      + (method == "sgda" ? " -validation va" : "")
    let saved = try data.lines("m")
    try data.run(load).expectSuccess()
    #expect(try data.lines("n") == saved)
    try data.run(load, isStrict: true).expectSuccess()
    let strict = try data.lines("n")
    #expect(strict[..<3] == saved[..<3])
    #expect(strict[9...] == saved[9...])
    if method == "sgda" {
      #expect(strict[3..<9].allSatisfy { $0 == "0" })
    } else {
      // The factors take twelve draws from the seed, the weights the next six.
      #expect(
        strict[3..<9] == [
          "0.00299773", "-0.0284391", "-0.163063", "-0.0392112", "0.0114064", "0.0103547",
        ])
    }
  }

  @Test("D23: mcmc saves its last draw and starts from a loaded model")
  func chainModels() throws {
    let run = try data.run("-dim 1,1,2 -iter 3 -save_model m -out o")
    run.expectFailure(0, saying: "the saved model is a single draw")
    #expect(run.lines.last == "Writing FM model to m")
    // The last draw alone, cut to the range of targets, is what the test figure "this" of the log is.
    try train("-dim 1,1,2 -iter 3 -rlog log")
    let own = try data.tool.run([
      "-task", "r", "-load_model", "m", "-test", "te", "-out", "p", "-quiet",
    ])
    #expect(own.status == 0)
    let targets = [3, 4, 2.5]
    let squares = try zip(data.lines("p"), targets).map { text, target in
      let error = min(5, max(1, try #require(Double(text)))) - target
      return error * error
    }
    let error = (squares.reduce(0, +) / 3).squareRoot()
    let logged = try #require(Double(data.column("rmse_mcmc_this", ofLog: "log")[2]))
    #expect(abs(error - logged) < 1e-4)

    try data.run("-dim 1,1,2 -iter 0 -load_model m -save_model n")
      .expectFailure(0, saying: "single draw")
    #expect(try data.tool.read("n") == data.tool.read("m"))
    let (warm, cold) = (
      try data.run("-dim 1,1,2 -iter 1 -load_model m"), try data.run("-dim 1,1,2 -iter 1")
    )
    warm.expectSuccess()
    #expect(warm.lines(from: "#Iter") != cold.lines(from: "#Iter"))

    for flag in ["-save_model s", "-load_model m"] {
      let refused = try data.run("-dim 1,1,2 -iter 1 -out q \(flag)", isStrict: true)
      refused.expectSuccess()
      #expect(refused.lines.count == cold.lines.prefix { $0 != "Loading train...\t" }.count + 1)
      #expect(!data.tool.exists("s") && !data.tool.exists("q"))
    }
  }

  @Test("D26: an output that cannot be written is an error", arguments: [false, true])
  func unwritableOutput(isStrict: Bool) throws {
    for output in ["-out", "-save_model", "-rlog"] {
      let run = try data.run("-method sgd -iter 1 \(output) missing/x", isStrict: isStrict)
      run.expectFailure(1, saying: "missing/x: ")
      #expect(!run.outputText.contains("Loading"))
    }
    #expect(try data.newFiles() == [])
    let full = try data.run("-method sgd -iter 1 -out /dev/full -save_model m", isStrict: isStrict)
    full.expectFailure(1, saying: "/dev/full: cannot be written")
    #expect(full.lines.last == "Writing FM model to m")
    #expect(try data.newFiles() == ["m"])
    try data.run("-method sgd -out m -save_model m", isStrict: isStrict)
      .expectFailure(64, saying: "different files")
  }

  @Test("D27: a saved model has six digits", arguments: [false, true])
  func sixDigits(isStrict: Bool) throws {
    let flags = "-method sgd -dim 1,1,2 -iter 3 -learn_rate 0.05 -regular 0.01,0.02,0.03"
    try data.run(flags + " -save_model m", isStrict: isStrict).expectSuccess()
    #expect(
      try data.tool.read("m") == """
        #global bias W0
        1.10017
        #unary interactions Wj
        0.956066
        0.828698
        0.398208
        -0.149227
        0.249314
        0
        #pairwise interactions Vj,f
        -0.264824 0.101292
        -0.40903 0.0759802
        0.0785873 0.0302023
        0.156818 0.0281771
        -0.35515 0.0512205
        0.107038 0.205796

        """)
  }

  @Test(
    "D37: a model that does not fit is an error",
    arguments: [
      ("missing", "-dim 1,1,2", "missing: cannot be opened"),
      ("short", "-dim 1,1,2", "short:12: the model has 6 linear weights but 2 lines of factors"),
      ("m", "-dim 1,1,3", "m: the model has 2 factors, wanted are 3"),
      ("wide", "-dim 1,1,2", "wide: the model has 7 features, the data have 6"),
    ])
  func unfitModel(path: String, dimensions: String, message: String) throws {
    try train("-method sgd -dim 1,1,2 -iter 1 -save_model m")
    let lines = try data.lines("m")
    try data.tool.write("short", lines[..<12].joined(separator: "\n") + "\n")
    let wide = lines[..<9] + ["0"] + lines[9...] + ["0 0"]
    try data.tool.write("wide", wide.joined(separator: "\n") + "\n")
    let flags = "-method sgd \(dimensions) -iter 2"
    let given = try data.newFiles()
    let run = try data.run(flags + " -load_model \(path) -out o")
    run.expectFailure(1, saying: message)
    #expect(try data.newFiles() == given)
    let strict = try data.run(flags + " -load_model \(path)", isStrict: true)
    strict.expectSuccess()
    // What follows the line that says so is a run from other random parameters.
    let fresh = try data.run(flags)
    let index = try #require(strict.lines.firstIndex(of: "Reading FM model... \t"))
    #expect(strict.lines.count == fresh.lines.count + 2)
    #expect(strict.lines[index + 2].hasPrefix("learnrate="))
    #expect(strict.lines.last != fresh.lines.last)
  }
}
