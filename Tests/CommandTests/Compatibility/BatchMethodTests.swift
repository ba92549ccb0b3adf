// SPDX-License-Identifier: Apache-2.0

import Testing

@Suite("libFM's methods that learn in batches")
struct BatchMethodTests {
  private let data: SmallData

  static let methods = ["adam", "adagrad", "ftrl"]

  init() throws {
    data = try SmallData()
  }

  @Test("learn, log, save and load as sgd does", arguments: methods)
  func wholeRun(method: String) throws {
    let flags = "-method \(method) -dim 1,1,2 -iter 3 -learn_rate 0.1 -out o -rlog log"
    let run = try data.run(flags + " -save_model m")
    run.expectSuccess()
    #expect(run.lines(from: "#Iter").count == 3)
    #expect(run.lines.contains("learnrate=0.1"))
    #expect(
      run.lines.contains { $0.contains("each batch of 1 cases, which every iteration draws") })
    #expect(try data.lines("o").count == 3)
    #expect(try data.column("rmse", ofLog: "log").allSatisfy { Double($0) != nil })

    // Without a step predictions are those of the loaded model, but for its six digits.
    try data.run("-method \(method) -dim 1,1,2 -iter 0 -load_model m -out p").expectSuccess()
    for (own, other) in zip(try data.lines("o"), try data.lines("p")) {
      let (learned, loaded) = (try #require(Double(own)), try #require(Double(other)))
      #expect(abs(learned - loaded) < 1e-4)
    }
    let further = try data.run("-method \(method) -dim 1,1,2 -iter 9 -load_model m -learn_rate 0.1")
    further.expectSuccess()
    let errors = (run.lines(from: "#Iter") + further.lines(from: "#Iter")).map(Self.trainError)
    #expect(errors[3] < errors[0] && errors[11] < errors[3], "\(errors)")
  }

  /// The training error that a line shows.
  private static func trainError(_ line: String) -> Double {
    let cell = line.split(separator: "\t").first { $0.hasPrefix("Train=") }
    return cell.flatMap { Double($0.dropFirst(6)) } ?? .nan
  }

  @Test("write the same bytes with any number of threads, from text and from binary data")
  func threads() throws {
    try data.tool.copy("testdata/ratings/train.libfm", to: "text")
    try data.tool.copy("testdata/ratings/test.libfm", to: "unseen")
    let convert = try BuiltTool("convert", sharingFolderOf: data.tool)
    try convert.run(["-ifile", "text", "-ofilex", "binary.x", "-ofiley", "binary.y"])
      .expectSuccess()
    var outputs: Set<[String]> = []
    for (train, threads) in [("text", 1), ("text", 2), ("text", 3), ("text", 5), ("binary", 2)] {
      let run = try data.run(
        ["-task", "r", "-train", train, "-test", "unseen", "-seed", "7"],
        "-method adam -dim 1,1,4 -iter 2 -clip_norm 0.5 -regular 0.01 -threads \(threads) "
          + "-batch_size 3000 -out o -save_model m")
      run.expectSuccess()
      outputs.insert(
        [try data.tool.read("o"), try data.tool.read("m")] + run.lines(from: "#Iter"))
    }
    #expect(outputs.count == 1)
  }

  @Test("depend on the seed, on the batches and on the order of the cases")
  func settings() throws {
    var models: Set<String> = []
    let variants = [
      "-shuffle 0", "-shuffle 0 -batch_size 2", "-shuffle 1 -batch_size 2", "-clip_norm 0.1",
      "-shuffle 0 -batch_size 5", "-learn_rate 0.1,0.2,0.3", "-regular 0,0.5,1",
    ]
    for variant in variants {
      try data.run("-method adagrad -init_stdev 0 -iter 2 -save_model m \(variant)").expectSuccess()
      models.insert(try data.tool.read("m"))
    }
    #expect(models.count == variants.count)
    // A batch larger than the data is all of them.
    try data.run("-method adagrad -init_stdev 0 -iter 2 -save_model m -shuffle 0 -batch_size 99")
      .expectSuccess()
    #expect(models.contains(try data.tool.read("m")))
    // The order is drawn even where no factors are.
    let shuffled = try ["1", "2"].map { seed in
      let flags = ["-task", "r", "-train", "tr", "-seed", seed]
      try data.run(flags, "-method ftrl -init_stdev 0 -iter 2 -save_model m").expectSuccess()
      return try data.tool.read("m")
    }
    #expect(shuffled[0] != shuffled[1])
  }

  @Test("keep linear weights at 0 by an L1 penalty")
  func lasso() throws {
    func weights(_ lasso: String) throws -> [Double] {
      try data.run(
        SmallData.classes, "-method ftrl -dim 1,1,0 -iter 5 -l1 \(lasso) -save_model m"
      ).expectSuccess()
      let lines = try data.lines("m")
      let start = try #require(lines.firstIndex { $0.contains("unary interactions") })
      return try lines[(start + 1)...].prefix { !$0.hasPrefix("#") }.map {
        try #require(Double($0))
      }
    }
    let zeros = try ["0", "2", "100"].map { try weights($0).count { $0 == 0 } }
    // Feature 5 is in the test cases only.
    #expect(zeros[0] == 1 && zeros[1] > 1 && zeros[1] < 6 && zeros[2] == 6, "\(zeros)")
  }

  @Test("learn with three rates also with -strict, which the original says nothing about")
  func strictRates() throws {
    let run = try data.run("-method adagrad -iter 2 -learn_rate 0.1,0.1,0.1", isStrict: true)
    run.expectSuccess()
    let errors = run.lines(from: "#Iter").map(Self.trainError)
    #expect(errors.count == 2 && errors[0] > errors[1])
  }

  @Test("come within a hundredth of the error that sgd reaches on the sample")
  func sampleError() throws {
    try data.tool.copy("testdata/ratings", to: "ratings")
    let run = try data.run(
      ["-task", "r", "-train", "ratings/train.libfm", "-test", "ratings/test.libfm"],
      "-method adam -dim 1,1,8 -iter 30 -learn_rate 0.01 -regular 0,0.05,0.1 -seed 1")
    run.expectSuccess()
    let line = try #require(run.lines(from: "Final").first)
    let error = try #require(line.split(separator: "=").last.flatMap { Double($0) })
    // The best run of sgd comes to 0.5958.
    #expect(error < 0.602)
  }

  @Test(
    "refuse what makes no sense",
    arguments: [
      ("-method adam -batch_size 0", "-batch_size is 0; give the number of cases"),
      ("-method adam -batch_size -7", "1 or more"),
      ("-method adagrad -shuffle 2", "-shuffle is 2; give 1"),
      ("-method ftrl -clip_norm 0", "-clip_norm is 0.0; give the greatest norm"),
      ("-method ftrl -l1 -1", "-l1 is -1.0; give a finite penalty"),
      ("-method adam -l1 1", "-l1 goes with -method ftrl only"),
      ("-method sgd -l1 1", "-l1 goes with -method ftrl only"),
      ("-method ftrl -l1 inf", "-l1 is inf; give a finite penalty"),
      ("-method sgd -batch_size 10", "-batch_size goes with -method adam, adagrad or ftrl only"),
      ("-method mcmc -shuffle 1", "-shuffle goes with"),
      ("-iter 2 -clip_norm 3", "-clip_norm goes with"),
      ("-method adam -learn_rate -0.1", "-learn_rate has the number -0.1; give finite rates"),
      ("-method adagrad -learn_rate inf", "-learn_rate has the number inf; give finite rates"),
      ("-method ftrl -regular 0,-1,0", "-regular has the number -1.0"),
      ("-method adam -regular inf", "-regular has the number inf; give finite penalties"),
      ("-method adam -learn_rate 1,2", "takes one, or three"),
      ("-method adamw", "adam, adagrad and ftrl"),
    ])
  func mistakes(flags: String, message: String) throws {
    try data.run(flags).expectFailure(64, saying: message)
  }

  @Test("refuse relations", arguments: methods)
  func relations(method: String) throws {
    try data.run("-method \(method) -relation user")
      .expectFailure(1, saying: "-method \(method) cannot learn from relations")
  }

  @Test("are named with their flags when nothing is learned")
  func unusedFlags() throws {
    try data.run("-method adam -iter 1 -save_model m").expectSuccess()
    let run = try data.tool.run([
      "-task", "r", "-load_model", "m", "-test", "te", "-out", "p", "-batch_size", "3", "-l1", "1",
    ])
    #expect(run.status == 0)
    #expect(run.errorText.contains("not used: -batch_size, -l1"))
  }

  @Test("warn when learning diverges")
  func divergence() throws {
    try data.tool.write("steep", "1 0:1e20 1:1\n2 0:-1e20 1:3\n3 0:3e20\n")
    let run = try data.run(
      ["-task", "r", "-train", "steep", "-seed", "1"], "-method adam -learn_rate 1 -iter 3")
    #expect(run.status == 0)
    #expect(run.errorText.contains("warning: learning diverges"))
  }
}
