// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines
import Foundation
import Testing

@Suite("Compatibility of learning")
struct LearningCompatibilityTests {
  private let data: SmallData

  init() throws {
    data = try SmallData()
  }

  @Test(
    "D6: als shows the error of the running average and writes the last iteration",
    arguments: [false, true])
  func averages(isStrict: Bool) throws {
    let run = try data.run(
      "-method als -dim 1,1,2 -regular 0.1,0.2,0.3 -iter 3 -out o -rlog log", isStrict: isStrict)
    run.expectSuccess()
    #expect(
      run.lines(from: "#Iter") == [
        "#Iter=  0\tTrain=0.493459\tTest=1.17105", "#Iter=  1\tTrain=0.212629\tTest=1.24154",
        "#Iter=  2\tTrain=0.143798\tTest=1.27438",
      ])
    let predictions = try data.lines("o")
    #expect(predictions == ["4.53464", "2.71369", "1.26418"])
    let squares = try zip(predictions, [3, 4, 2.5]).map { text, target in
      let error = try #require(Double(text)) - target
      return error * error
    }
    let error = (squares.reduce(0, +) / 3).squareRoot()
    let last = try #require(Double(data.column("rmse_mcmc_this", ofLog: "log")[2]))
    #expect(abs(error - last) < 1e-4 && abs(error - 1.27438) > 0.01)
    #expect(try data.column("rmse_mcmc_all", ofLog: "log")[2] == "1.27438")
  }

  @Test("D16: a prior that is not finite ends the draws of priors", arguments: [false, true])
  func priors(isStrict: Bool) throws {
    // Of three groups and two factors all would be infinite; the first one ends it.
    let run = try data.run(
      "-dim 1,1,2 -init_stdev 1e160 -meta groups -iter 2", isStrict: isStrict)
    #expect(run.status == 0)
    let counts = [
      "#nans in alpha:\t1\t#inf_in_alpha:\t0", "#nans in w0:\t1\t#inf_in_w0:\t0",
      "#nans in w:\t5\t#inf_in_w:\t0", "#nans in v:\t10\t#inf_in_v:\t0",
      "#nans in w_mu:\t0\t#inf_in_w_mu:\t1", "#nans in v_mu:\t0\t#inf_in_v_mu:\t1",
    ]
    #expect(run.lines(from: "#nans") == counts + counts)
  }

  @Test(
    "D17: a chain whose scores are not finite ends with an error",
    arguments: [
      ("-dim 1,1,2 -init_stdev 1e160", "nan"), ("-dim 0,0,1 -init_stdev 1e78", "e+154"),
    ], [false, true])
  func hopelessChain(start: (flags: String, score: String), isStrict: Bool) throws {
    let run = try data.run(SmallData.classes, "-iter 3 -out o \(start.flags)", isStrict: isStrict)
    run.expectFailure(
      1, saying: "iteration 0", "training case 1 is ", start.score, "-2.1 (feature 3)")
    #expect(try data.newFiles() == [])
  }

  @Test("D18: sgda logs means of 0 and early variances", arguments: [false, true])
  func adaptationLog(isStrict: Bool) throws {
    let flags = "-method sgda -validation va -meta groups -learn_rate 0.05 -dim 1,1,1"
    try data.run(flags + " -iter 3 -rlog log -save_model m", isStrict: isStrict).expectSuccess()
    #expect(try data.column("wmean", ofLog: "log") == ["0", "0", "0"])
    #expect(try data.column("vmean0", ofLog: "log") == ["0", "0", "0"])
    // In the first iteration there is no pass over the validation data: all weights are still 0.
    #expect(try data.column("wvar", ofLog: "log") == ["0", "0.211488", "0.22299"])
    #expect(try data.column("vvar0", ofLog: "log") == ["0.0195617", "0.0516045", "0.045884"])
    #expect(try data.lines("m")[3] != "0")
  }

  @Test("D19: als classification uses 3.141 and an approximate error function")
  func constants() throws {
    #expect(libFMErf(0) == 9.9999997171806854e-10)
    #expect(libFMNormalCDF(0) == 0.50000000050000004)
    // With a bias alone the second iteration moves it to the mean of the latent targets.
    try data.tool.write("c", "1\n1\n1\n0\n")
    let flags = ["-task", "c", "-train", "c", "-test", "c", "-seed", "1", "-method", "als"]
    try data.run(flags, "-dim 1,0,0 -iter 2 -save_model m").expectSuccess()
    func bias(pi: Double) -> Double {
      let score = 0.5
      let density = exp(-score * score / 2) / (2 * pi).squareRoot()
      let below = libFMNormalCDF(-score)
      return (3 * (score + density / (1 - below)) + (score - density / below)) / 4
    }
    let found = try #require(Double(data.lines("m")[1]))
    #expect(abs(found - bias(pi: 3.141)) < 1e-6)
    #expect(abs(found - bias(pi: .pi)) > 2e-6)
  }

  @Test(
    "D20: predictions that are NaN count as the greatest target",
    arguments: [
      "-method mcmc -init_stdev 1e160", "-method als -init_stdev 1e160",
      "-method sgd -learn_rate 1e200",
    ], [false, true])
  func divergedPredictions(flags: String, isStrict: Bool) throws {
    let run = try data.run("-dim 1,1,2 -iter 3 -out o \(flags)", isStrict: isStrict)
    run.expectFailure(0, saying: "warning: ", "iteration 0")
    #expect(try data.tool.read("o") == "5\n5\n5\n")
    let last = run.lines.last { $0.hasPrefix("#Iter") }
    #expect(last == "#Iter=  2\tTrain=2.44949\tTest=1.93649")
  }

  @Test("D21: the first five values of all_but5 are the original's", arguments: [false, true])
  func allButFive(isStrict: Bool) throws {
    try data.run("-dim 1,1,2 -iter 7 -rlog log", isStrict: isStrict).expectSuccess()
    #expect(
      try data.column("rmse_mcmc_all_but5", ofLog: "log")
        == ["2.25462", "2.25462", "2.25462", "2.25462", "1.93649", "1.76088", "1.23208"])
    try data.run(SmallData.classes, "-dim 1,1,1 -iter 6 -rlog log", isStrict: isStrict)
      .expectSuccess()
    #expect(
      try data.column("ll_mcmc_all_but5", ofLog: "log")
        == ["1.33479", "1.33479", "1.33479", "1.33479", "-nan", "0.214457"])
    #expect(
      try data.column("acc_mcmc_all_but5", ofLog: "log")
        == ["0.333333", "0.333333", "0.333333", "0.333333", "0", "0.666667"])
  }

  @Test("D32: als that diverges prints its counts each iteration", arguments: [false, true])
  func divergingLeastSquares(isStrict: Bool) throws {
    let run = try data.run("-method als -dim 1,1,2 -init_stdev 1e160 -iter 3", isStrict: isStrict)
    run.expectFailure(0, saying: "warning: ")
    #expect(run.lines(from: "#nans in w0:\t1\t#inf_in_w0:\t0").count == 3)
    #expect(run.lines(from: "#nans in w:\t5\t#inf_in_w:\t0").count == 3)
    #expect(run.lines(from: "#nans in v:\t10\t#inf_in_v:\t0").count == 3)
    #expect(run.lines(from: "#Iter").count == 3)
  }

  @Test(
    "D33: without an iteration mcmc predicts the greatest target and als 0",
    arguments: [
      ("mcmc", "5\n5\n5\n", "1\n1\n1\n"), ("als", "1\n1\n1\n", "0\n0\n0\n"),
    ], [false, true])
  func noIteration(
    expected: (method: String, ratings: String, classes: String), isStrict: Bool
  ) throws {
    let flags = "-method \(expected.method) -iter 0 -out o"
    try data.run(flags, isStrict: isStrict).expectSuccess()
    #expect(try data.tool.read("o") == expected.ratings)
    try data.run(SmallData.classes, flags, isStrict: isStrict).expectSuccess()
    #expect(try data.tool.read("o") == expected.classes)
  }
}
