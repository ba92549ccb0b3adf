// SPDX-License-Identifier: Apache-2.0

import Testing

@Suite("What libFM has beyond the original")
struct AdditionTests {
  private let data: SmallData

  init() throws {
    data = try SmallData()
  }

  @Test("predicts with a model alone", arguments: ["r", "c"])
  func predicting(task: String) throws {
    let flags = task == "r" ? SmallData.ratings : SmallData.classes
    try data.run(flags, "-method sgd -dim 1,1,2 -iter 5 -save_model m -out o").expectSuccess()
    let run = try data.tool.run(
      ["-task", task, "-load_model", "m", "-test", task == "r" ? "te" : "cte", "-out", "p"])
    #expect(run.status == 0)
    #expect(run.errorText.contains("not cut") == (task == "r"))
    #expect(run.lines.last?.hasPrefix("Final\tTest=") == true)
    for (own, other) in zip(try data.lines("o"), try data.lines("p")) {
      let (learned, loaded) = (try #require(Double(own)), try #require(Double(other)))
      #expect(abs(learned - loaded) < 1e-4)
    }
  }

  @Test("leaves out unknown features and names unused flags when it predicts")
  func unknownFeatures() throws {
    try data.run("-method sgd -dim 1,1,2 -iter 5 -save_model m").expectSuccess()
    try data.tool.write("new", "3 0:1 1:1\n3 0:1 1:1 6:4 99:1\n")
    let run = try data.tool.run([
      "-task", "r", "-load_model", "m", "-test", "new", "-out", "p", "-rlog", "log",
      "-validation", "va", "-iter", "3", "-learn_rate", "0.1",
    ])
    #expect(run.status == 0)
    let messages = run.errorText.split(separator: "\n")
    #expect(messages.count == 3)
    #expect(messages[0].contains("not used: -validation, -rlog, -iter, -learn_rate"))
    #expect(messages[1].contains("2 entries of the test file belong to features"))
    let predictions = try data.lines("p")
    #expect(predictions.count == 2 && predictions[0] == predictions[1])
    #expect(!data.tool.exists("log"))
  }

  @Test("measures predictions without learning", arguments: ["m -model_format full", "p"])
  func metricsOfPredictions(file: String) throws {
    let isModel = file != "p"
    let training = try data.run(
      SmallData.classes,
      "-method \(isModel ? "sgd -save_model" : "mcmc -save_posterior") \(file) -iter 3 "
        + "-metrics auc,logloss")
    let figures = try #require(training.errorText.split(separator: "\n").last)
      .split(separator: " ").suffix(2)
    let flags = ["-task", "c", "-test", "cte", isModel ? "-load_model" : "-load_posterior"]
    let run = try data.tool.run(flags + [isModel ? "m" : "p", "-metrics", "auc,logloss"])
    #expect(run.status == 0)
    #expect(run.errorText == figures.joined(separator: " ") + "\n")
  }

  @Test("learns without test data", arguments: ["sgd", "als", "mcmc", "adam"])
  func learning(method: String) throws {
    let flags = ["-task", "r", "-train", "tr", "-seed", "1", "-iter", "2"]
    let run = try data.run(flags, "-method \(method) -rlog log")
    run.expectSuccess()
    let lines = run.lines(from: "#Iter")
    #expect(lines.count == 2 && lines.allSatisfy { !$0.contains("Test=") })
    #expect(try data.column("rmse", ofLog: "log") == ["nan", "nan"])
    try data.run(flags, "-out o").expectFailure(64, saying: "-out needs -test")
  }

  @Test("shows further metrics", arguments: ["sgd", "als", "mcmc", "ftrl"])
  func metrics(method: String) throws {
    let flags = "-method \(method) -iter 2 -rlog log"
    let plain = try data.run(SmallData.classes, flags)
    let run = try data.run(SmallData.classes, flags + " -metrics accuracy,auc,logloss")
    #expect(run.status == 0)
    #expect(run.output == plain.output)
    let lines = run.errorText.split(separator: "\n")
    #expect(lines.count == 2)
    let accuracies = try data.column("test_accuracy", ofLog: "log")
    let (areas, losses) = (
      try data.column("test_auc", ofLog: "log"), try data.column("test_logloss", ofLog: "log")
    )
    for (index, line) in lines.enumerated() {
      #expect(
        line == "iteration \(index) test_accuracy=\(accuracies[index]) "
          + "test_auc=\(areas[index]) test_logloss=\(losses[index])")
    }
    try data.run(SmallData.classes, "-metrics rmse")
      .expectFailure(64, saying: "-metrics", "'rmse'", "auc")
  }

  @Test(
    "stops early and uses the best iteration", arguments: ["sgd", "sgda", "als", "mcmc", "adagrad"])
  func stoppingEarly(method: String) throws {
    // The validation targets contradict the training targets: sooner or later learning makes it worse.
    try data.tool.write("against", "2 0:1.5 2:0.3\n3 1:1 3:-2.1\n2 0:1 1:2 4:0.7\n3 4:1\n")
    let flags = "-method \(method) -dim 0,1,2 -iter 40 -regular 0.5 -validation against"
    let run = try data.run(flags + " -early_stopping 2 -out o -rlog log -metrics rmse")
    #expect(run.status == 0)
    let figures = try data.column("validation_rmse", ofLog: "log").map {
      try #require(Double($0))
    }
    let best = try #require(figures.indices.min { figures[$0] < figures[$1] })
    #expect(figures.count == best + 3)
    #expect(run.lines(from: "#Iter").count == figures.count)
    #expect(run.errorText.contains("the outputs are those of iteration \(best)\n"))
    // As many iterations as that without looking give the same.
    let flagsOfBest = flags.split(separator: " ").map(String.init).map {
      $0 == "40" ? "\(best + 1)" : $0
    }
    try data.run(flagsOfBest.joined(separator: " ") + " -early_stopping 99 -out p").expectSuccess()
    #expect(try data.tool.read("o") == data.tool.read("p"))
  }

  @Test("tells what is missing")
  func missing() throws {
    try data.run("-early_stopping 3").expectFailure(64, saying: "needs -validation")
    try data.run("-early_stopping 0 -validation va").expectFailure(64, saying: "1 or more")
    try data.run([], "-task r -load_model m").expectFailure(64, saying: "-test is missing")
    try data.run("-threads 0").expectFailure(64, saying: "from 1 to 1024")
    try data.run("-tran tr").expectFailure(64, saying: "did you mean -train?")
  }
}
