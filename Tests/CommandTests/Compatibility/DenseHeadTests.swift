// SPDX-License-Identifier: Apache-2.0

import Testing

@Suite("libFM's dense head")
struct DenseHeadTests {
  private let data: SmallData

  private static let head = "-method adam -head dense -meta groups -dim 1,1,2"

  init() throws {
    data = try SmallData()
  }

  @Test("learns, logs its losses, and predicts with a kept model what the run itself predicts")
  func wholeRun() throws {
    let run = try data.run(
      Self.head + " -iter 4 -early_stopping -1 -validation va -learn_rate 0.1 -out o -rlog log "
        + "-save_model m -model_format full")
    run.expectSuccess()
    #expect(run.lines(from: "#Iter").count == 4)
    for name in ["loss", "validation_loss", "rmse", "rmse_train"] {
      #expect(try data.column(name, ofLog: "log").allSatisfy { Double($0)?.isFinite == true })
    }
    let losses = try data.column("loss", ofLog: "log").compactMap(Double.init)
    #expect(losses.count == 4 && losses[3] < losses[0])
    let predicting = ["-task", "r", "-load_model", "m", "-test", "te"]
    try data.tool.run(predicting + ["-out", "p"]).expectSuccess()
    #expect(try data.tool.read("p") == data.tool.read("o"))

    // A text of all digits predicts the same, and so does going on without a step.
    try data.tool.run(
      predicting + ["-save_model", "text", "-model_digits", "17", "-out", "q"]
    ).expectSuccess()
    #expect(try data.tool.read("text").hasPrefix("#dense head\ntask regression\n"))
    for start in ["m", "text"] {
      try data.run(Self.head + " -iter 0 -load_model \(start) -out q").expectSuccess()
      #expect(try data.tool.read("q") == data.tool.read("o"))
    }
    let further = try data.run(
      Self.head + " -iter 9 -early_stopping -1 -load_model m -learn_rate 0.1 -rlog log")
    further.expectSuccess()
    let continued = try data.column("loss", ofLog: "log").compactMap(Double.init)
    #expect(try #require(continued.first) < losses[0])
  }

  @Test("writes the same bytes with any number of threads")
  func threads() throws {
    try data.tool.copy("testdata/ratings/train.libfm", to: "train")
    try data.tool.write("columns", String(repeating: "0 1 2 ", count: 2_000))
    var outputs: Set<[String]> = []
    for threads in [1, 2, 3, 5] {
      let run = try data.run(
        ["-task", "r", "-train", "train", "-seed", "7"],
        "-method adam -head dense -dim 1,1,5 -meta columns -iter 2 -batch_size 3000 "
          + "-threads \(threads) -save_model m")
      run.expectSuccess()
      outputs.insert([try data.tool.read("m")] + run.lines(from: "#Iter"))
    }
    #expect(outputs.count == 1)
  }

  @Test("stops by itself at the first iteration without improvement, unless it is told not to")
  func earlyStopping() throws {
    func run(_ flags: String) throws -> ToolRun {
      try data.run(Self.head + " -learn_rate 3 -iter 60 -regular 0 -head_regular 0 " + flags)
    }
    let usual = try run("")
    #expect(usual.status == 0)
    #expect(usual.errorText.contains("no improvement on the training cases for an iteration"))
    let count = usual.lines(from: "#Iter").count
    #expect(count < 60)
    #expect(try run("-early_stopping 0").lines == usual.lines)
    #expect(try run("-early_stopping 4").lines(from: "#Iter").count > count)
    let never = try run("-early_stopping -1")
    #expect(never.lines(from: "#Iter").count == 60)
    let validated = try run("-validation va")
    #expect(validated.errorText.contains("no improvement on the validation cases"))
  }

  @Test("says that it stops because the loss is not a number")
  func lossIsNoNumber() throws {
    try data.tool.write("broken", "nan 0:1 2:1\n1 1:1 5:1\n")
    let run = try data.run(
      ["-task", "r", "-train", "broken", "-seed", "1"], Self.head + " -iter 5 -save_model m")
    #expect(run.status == 0)
    #expect(run.lines(from: "#Iter").count == 1)
    #expect(run.errorText.contains("likely cause: the target of training case 1 is no finite"))
    #expect(run.errorText.contains("stopped early: the figure on the training cases is not a num"))
    // Such a model can be read nevertheless.
    try data.tool.run(["-task", "r", "-load_model", "m", "-test", "te", "-out", "o"])
      .expectSuccess()
  }

  @Test("refuses data without features, which leave it without inputs")
  func noFeatures() throws {
    try data.tool.write("bare", "1\n2\n")
    try data.run(["-task", "r", "-train", "bare", "-seed", "1"], Self.head + " -save_model m")
      .expectFailure(1, saying: "-head dense needs features, and the data have none")
    #expect(try !data.tool.exists("m"))
  }

  @Test("does not put a text in the place of a full model that it learned on from")
  func replacement() throws {
    let flags = Self.head + " -iter 1 -save_model m"
    try data.run(flags + " -model_format full").expectSuccess()
    let before = try data.tool.bytes("m")
    try data.run(flags + " -load_model m")
      .expectFailure(64, saying: "would replace the full model 'm' by a text")
    #expect(try data.tool.bytes("m") == before)
    // A text may take the place of a text, when learning goes on and when it does not.
    try data.run(flags + " -load_model m -model_format text").expectSuccess()
    try data.run(flags + " -load_model m").expectSuccess()
    try data.tool.run(["-task", "r", "-load_model", "m", "-test", "te", "-save_model", "m"])
      .expectSuccess()
  }

  @Test("has a logit in classification, and predicts probabilities")
  func classification() throws {
    let flags = "-iter 3 -activation relu -out o"
    let run = try data.run(SmallData.classes, Self.head + " " + flags)
    #expect(run.status == 0)
    #expect(run.errorText.contains("-activation relu is not applied with -task c"))
    let predictions = try data.lines("o").compactMap(Double.init)
    #expect(predictions.count == 3 && predictions.allSatisfy { (0...1).contains($0) })
  }

  @Test(
    "refuses what makes no sense",
    arguments: [
      ("-method adam -head dense", 64, "-head dense needs -meta: the groups of features are"),
      ("-method sgd -head dense -meta groups", 64, "does not go with -method sgd"),
      ("-head dense -meta groups", 64, "does not go with -method mcmc"),
      ("-method ftrl -head dense -meta groups", 64, "use adam or adagrad"),
      ("-method adam -head deep", 64, "-head 'deep' is unknown; give sum or dense"),
      (head + " -activation tanh", 64, "-activation 'tanh' is unknown; give relu, linear"),
      ("-method adam -activation relu", 64, "-activation goes with -head dense only"),
      ("-method adam -head sum -head_regular 1", 64, "-head_regular goes with -head dense only"),
      (head + " -head_regular -1", 64, "-head_regular is -1.0; give a finite penalty, 0 or"),
      (head + " -head_regular inf", 64, "-head_regular is inf; give a finite penalty"),
      (head + " -early_stopping -2", 64, "0 to stop at the first without improvement, or -1"),
      (head + " -init_stdev 0.1", 64, "-init_stdev does not go with -head dense"),
      ("-method adam -head dense -meta groups -dim 1,0,0", 64, "needs linear weights or factors"),
      (head + " -relation user", 1, "-method adam cannot learn from relations"),
    ])
  func mistakes(flags: String, status: Int32, message: String) throws {
    try data.run(flags).expectFailure(status, saying: message)
  }

  @Test("refuses models that do not fit")
  func models() throws {
    try data.run(Self.head + " -iter 1 -save_model dense").expectSuccess()
    try data.run("-method adam -dim 1,1,2 -iter 1 -save_model sum").expectSuccess()
    try data.tool.write("others", "0 1 1 1 2 2\n")
    let cases = [
      (Self.head + " -load_model sum", "the model has no dense head"),
      ("-method adam -dim 1,1,2 -load_model dense", "the model has a dense head; give -head dense"),
      (
        "-method adam -head dense -meta others -dim 1,1,2 -load_model dense",
        "learned with other columns (-meta)"
      ),
      (Self.head + " -activation relu -load_model dense", "with -activation linear, not relu"),
      ("-method adam -head dense -meta groups -dim 1,1,3 -load_model dense", "has 2 factors"),
    ]
    for (flags, message) in cases { try data.run(flags).expectFailure(1, saying: message) }
    let predicting = ["-task", "r", "-load_model", "dense", "-test", "te", "-head", "sum"]
    try data.tool.run(predicting).expectFailure(1, saying: "the model has a dense head")
    for format in ["text", "full"] {
      try data.run(Self.head + " -iter 1 -save_model m -model_format \(format)").expectSuccess()
      try data.tool.run(["-task", "c", "-load_model", "m", "-test", "cte", "-out", "o"])
        .expectFailure(1, saying: "learned for regression, wanted is classification")
    }
  }
}
