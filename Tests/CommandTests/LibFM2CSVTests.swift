// SPDX-License-Identifier: Apache-2.0

import Testing

@Suite("libfm2csv")
struct LibFM2CSVTests {
  private let tool: BuiltTool
  private let csv = "user,film,rating\n1,\"x,y\",5\n2,z,3\n1,z,1\n"
  private let model = """
    #global bias W0
    3
    #unary interactions Wj
    0.5
    -0.5
    0.25
    0
    #pairwise interactions Vj,f
    1 0
    0.5 2
    -1 0.125
    3 3

    """

  init() throws {
    tool = try BuiltTool("libfm2csv")
    try tool.write("ratings.csv", csv)
    try tool.write("model", model)
    let converter = try BuiltTool("csv2libfm")
    try converter.write("ratings.csv", csv)
    try converter.run([
      "ratings.csv", "--target", "rating", "--categorical", "user", "--encoder", "encoder",
      "--target-transform", "log1p", "--quiet",
    ]).expectSuccess()
    for name in ["schema.json", "features.tsv"] {
      try tool.write("encoder/" + name, try converter.read("encoder/" + name))
    }
  }

  @Test("prints factors as a table")
  func printsEmbeddings() throws {
    let run = try tool.run([
      "embeddings", "--model", "model", "--encoder", "encoder", "--npy", "factors.npy",
    ])
    run.expectSuccess()
    #expect(
      run.outputText == """
        id,column,value,bias,factor_0,factor_1
        0,user,1,0.5,1,0
        1,user,2,-0.5,0.5,2
        2,film,"x,y",0.25,-1,0.125
        3,film,z,0,3,3

        """)
    #expect(try tool.bytes("factors.npy").count == 128 + 4 * 2 * 8)
  }

  @Test(
    "writes no array over the model or the encoder", arguments: ["model", "encoder/schema.json"])
  func keepsInputs(path: String) throws {
    let before = try tool.bytes(path)
    try tool.run([
      "embeddings", "--model", "model", "--encoder", "encoder", "--npy", "./" + path,
    ]).expectFailure(64, saying: "--npy: './\(path)' would replace '\(path)'")
    #expect(try tool.bytes(path) == before)
  }

  @Test("prints factors beside the rows of a table")
  func printsFeatures() throws {
    let run = try tool.run([
      "features", "ratings.csv", "--model", "model", "--encoder", "encoder", "--columns", "film",
    ])
    run.expectSuccess()
    #expect(
      run.outputText == """
        user,film,rating,film_fm_bias,film_fm_factor_0,film_fm_factor_1
        1,"x,y",5,0.25,-1,0.125
        2,z,3,0,3,3
        1,z,1,0,3,3

        """)
  }

  @Test("prints predictions beside the rows, logarithms turned back")
  func printsPredictions() throws {
    try tool.write("out", "1.5\n0\n2\n")
    let plain = try tool.run(["predictions", "ratings.csv", "--out", "out"])
    plain.expectSuccess()
    #expect(
      plain.outputText
        == "user,film,rating,prediction\n1,\"x,y\",5,1.5\n2,z,3,0\n1,z,1,2\n")
    let encoded = try tool.run([
      "predictions", "ratings.csv", "--out", "out", "--encoder", "encoder",
    ])
    encoded.expectSuccess()
    #expect(encoded.outputText.contains("2,z,3,0\n1,z,1,6.38905609893065\n"))
    try tool.write("short", "1\n2\n")
    try tool.run(["predictions", "ratings.csv", "--out", "short"])
      .expectFailure(1, saying: "short: there are 2 predictions; expected 3")
  }

  @Test("prints similar values")
  func printsSimilarValues() throws {
    let run = try tool.run([
      "similar", "--model", "model", "--encoder", "encoder", "--column", "user", "--value", "1.0",
    ])
    run.expectSuccess()
    #expect(run.outputText == "value,similarity,bias\n2,0.24253562503633297,-0.5\n")
  }

  @Test("reads models in the full format")
  func readsFullModels() throws {
    try tool.write("data", "5 0:1 2:1\n3 1:1 3:1\n1 0:1 3:1\n")
    let libFM = try BuiltTool("libFM", sharingFolderOf: tool)
    for format in [["-model_format", "full"], ["-model_digits", "17"]] {
      try libFM.run(
        [
          "-task", "r", "-train", "data", "-method", "als", "-regular", "1", "-iter", "2", "-dim",
          "1,1,2", "-seed", "1", "-save_model", format[1],
        ] + format
      ).expectSuccess()
    }
    for arguments in [
      ["embeddings"], ["features", "ratings.csv"],
      ["similar", "--column", "user", "--value", "1"],
    ] {
      let runs = try ["full", "17"].map {
        try tool.run(arguments + ["--encoder", "encoder", "--model", $0])
      }
      runs[0].expectSuccess()
      #expect(runs[0].output == runs[1].output)
    }
  }

  @Test("names what is missing")
  func namesWhatIsMissing() throws {
    try tool.run(["embeddings", "--model", "model"])
      .expectFailure(64, saying: "--encoder is missing")
    try tool.run(["nonsense"]).expectFailure(64, saying: "'nonsense'", "embeddings, features")
    try tool.run([
      "similar", "--model", "model", "--encoder", "encoder", "--column", "user", "--value", "7",
    ]).expectFailure(1, saying: "no value '7'")
  }
}
