// SPDX-License-Identifier: Apache-2.0

import Testing

@Suite("Compatibility of the command line")
struct CommandLineCompatibilityTests {
  private let data: SmallData

  init() throws {
    data = try SmallData()
  }

  @Test(
    "D1: errors have a status and leave no file behind",
    arguments: [
      ("-task r -train tr -test te out", 64), ("-task r -train tr -train te", 64),
      ("-task r -train tr -test te -regularize 1", 64), ("-train tr -test te", 64),
      ("-task r -test te", 64), ("-task r -train tr -test te -dim 1,1", 64),
      ("-task r -train tr -test te -dim 1,1,-2", 64),
      ("-task r -train tr -test te -method sgda", 64),
      ("-task r -train tr -test te -regular 1,2", 64),
      ("-task r -train tr -test te -regular 1,2,3,4,5", 64),
      ("-task r -train tr -test te -method sgd -regular 1,2,3,4,5", 64),
      ("-task r -train tr -test te -method sgd -learn_rate 1,2", 64),
      ("-task r -train missing -test te", 1), ("-task r -train tr -test missing", 1),
      ("-task r -train groups -test te", 1), ("-task r -train tr -test te -meta missing", 1),
      ("-task r -train tr -test te -method sgd -relation B", 1),
      ("-task r -train tr -test te -relation B", 1),
      ("-task r -train tr -test te -rlog missing/log", 1),
    ] as [(String, Int32)], [false, true])
  func errors(line: (flags: String, status: Int32), isStrict: Bool) throws {
    let outputs = line.flags.contains("-rlog") ? "" : " -rlog log"
    let run = try data.run(
      [], line.flags + outputs + (isStrict ? "" : " -save_model model"), isStrict: isStrict)
    run.expectFailure(line.status)
    #expect(try data.newFiles() == [])
  }

  @Test("D2: three learning rates act on bias, weights and factors")
  func threeRates() throws {
    func model(_ rates: String, isStrict: Bool = false) throws -> [String] {
      let run = try data.run(
        "-method sgd -dim 1,1,1 -iter 1 -save_model m -learn_rate \(rates)", isStrict: isStrict)
      #expect(run.status == 0)
      if rates.contains(",") {
        #expect(run.lines.contains("learnrate=0"))
        #expect(run.lines.contains("learnrates=\(rates)"))
      }
      return try data.lines("m")
    }
    let (start, all) = (try model("0"), try model("0.1"))
    #expect(try model("0.1,0.1,0.1") == all)
    let parts = [
      "bias": 0..<2, "weights": 2..<9, "factors": 9..<16,
    ]
    for (rates, changed) in [("0.1,0,0", "bias"), ("0,0.1,0", "weights"), ("0,0,0.1", "factors")] {
      let lines = try model(rates)
      for (part, range) in parts {
        #expect((lines[range] == start[range]) == (part != changed), "\(rates) \(part)")
      }
    }
    #expect(try model("0.1,0.1,0.1", isStrict: true) == start)
  }

  @Test("D3: without a learning rate it is 0.1", arguments: ["sgd", "sgda"], [false, true])
  func defaultRate(method: String, isStrict: Bool) throws {
    let flags = "-method \(method) -iter 2" + (method == "sgda" ? " -validation va" : "")
    let (without, with) = (
      try data.run(flags, isStrict: isStrict),
      try data.run(flags + " -learn_rate 0.1", isStrict: isStrict)
    )
    with.expectSuccess()
    #expect(without.output == with.output)
    #expect(without.lines.contains("learnrate=0.1"))
  }

  @Test("D7: a value that begins with - is taken where a number is wanted")
  func negativeValues() throws {
    let spaced = try data.tool.run(
      ["-task", "r", "-train", "tr", "-test", "te", "-iter", "2", "-seed", " -1"])
    spaced.expectSuccess()
    let flags = ["-task", "r", "-train", "tr", "-test", "te", "-iter", "2"]
    let negative = try data.run(flags, "-seed -1")
    negative.expectSuccess()
    #expect(negative.output == spaced.output)
    try data.run(flags, "-seed 1 -regular -0.1,0,-1e-3").expectSuccess()
    try data.run(flags, "-seed 1 -out -1").expectFailure(64, saying: "unknown flag -1")
    try data.run(flags, "-seed -1", isStrict: true).expectFailure(64, saying: "unknown flag -1")
  }

  @Test(
    "D22: an unknown task or method is reported before any data are read",
    arguments: [
      ("-task x -train tr -test te", "-task 'x' is unknown"),
      ("-task R -train tr -test te", "-task 'R' is unknown"),
      ("-task r -train tr -test te -method SGD", "-method 'SGD' is unknown"),
    ], [false, true])
  func unknownNames(line: (flags: String, message: String), isStrict: Bool) throws {
    let run = try data.run([], line.flags, isStrict: isStrict)
    run.expectFailure(64, saying: line.message)
    #expect(run.output.isEmpty)
  }

  @Test("D24: sgda ignores -regular and mcmc uses that of the bias", arguments: [false, true])
  func regularizationInUse(isStrict: Bool) throws {
    func predictions(_ flags: String) throws -> String {
      try data.run(flags + " -iter 3 -out o", isStrict: isStrict).expectSuccess()
      return try data.tool.read("o")
    }
    let sgda = "-method sgda -validation va -learn_rate 0.05"
    #expect(try predictions(sgda) == predictions(sgda + " -regular 5"))
    #expect(try predictions("-regular 0.5,1,2") == predictions("-regular 0.5,7,9"))
    #expect(try predictions("-regular 0.5,1,2") != predictions("-regular 9,1,2"))
  }

  @Test(
    "D25: switches that the original never registered are unknown",
    arguments: ["do_sampling", "do_multilevel", "num_eval_cases"], [false, true])
  func hiddenSwitches(name: String, isStrict: Bool) throws {
    let run = try data.run("-\(name) 0", isStrict: isStrict)
    run.expectFailure(64, saying: "unknown flag -\(name)")
    #expect(run.output.isEmpty)
  }

  @Test(
    "values that are no numbers are errors unless strict",
    arguments: [
      ("-dim", "’1,1,8’", "a typographic quote (U+2019)", "0,1,8"),
      ("-iter", "2x", "not a whole number", "2"), ("-iter", "1e3", "not a whole number", "1"),
      ("-iter", "4294967297", "out of range", "1"), ("-iter", "", "its value is empty", "0"),
      ("-learn_rate", "0.05x", "not a number", "0.05"), ("-regular", "x", "not a number", "0"),
      ("-init_stdev", "nan", "not a number", "-nan"),
      ("-verbosity", "yes", "not a whole number", "0"),
    ])
  func noNumbers(flag: String, value: String, message: String, meaning: String) throws {
    let iterations = flag == "-iter" ? [] : ["-iter", "1"]
    let flags = SmallData.ratings + iterations + ["-method", "sgd", flag]
    try data.tool.run(flags + [value]).expectFailure(64, saying: flag, message)
    let strict = try data.tool.run(flags + [value, "-strict"])
    #expect(strict.status == 0 && !strict.wasSignalled, "\(strict)")
    if meaning != "-nan" {
      #expect(strict.output == (try data.tool.run(flags + [meaning]).output))
    }
  }

  @Test("a value after a switch is an error unless strict")
  func valueOfSwitch() throws {
    try data.run("-method sgd -iter 1 -quiet 3").expectFailure(64, saying: "takes no value")
    #expect(try data.run("-method sgd -iter 1 -quiet 3", isStrict: true).status == 0)
  }

  @Test("-iter below 0 is an error unless strict")
  func negativeIterations() throws {
    let flags = SmallData.ratings + ["-method", "sgd", "-iter", " -2"]
    try data.tool.run(flags).expectFailure(64, saying: "-iter is -2")
    let strict = try data.tool.run(flags + ["-strict"])
    strict.expectSuccess()
    #expect(strict.lines(from: "#").contains("#iterations=-2"))
    #expect(strict.lines(from: "#Iter").isEmpty)
  }
}
