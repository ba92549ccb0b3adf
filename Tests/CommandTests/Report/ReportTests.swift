// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import fm_reproduce

@Suite("fm-reproduce report")
struct ReportTests {
  private let tool: BuiltTool
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
    tool = try BuiltTool("fm-reproduce")
    try tool.write(
      "sgd.tsv", "rmse\tmae\trmse_train\n0.9\t0.8\t0.7\n0.8\t0.7\t0.6\n0.85\t0.7\t0.5\n")
    let chain = [
      "rmse\tmae\talpha\trmse_mcmc_this\twmu[0]\twlambda[0]\twmu[1]\twlambda[1]\tvmu[0,0]\tvmu[0,1]",
      "1.1\t0.9\t1.5\t1.1\t0.1\t5\t0.2\t6\t0.01\t0.02",
      "inf\t0.8\t1.6\tnan\t0.2\t5.5\t0.1\t6.5\t0.02\t0.01",
      "0.95\t0.75\t1.7\t1\t0.3\t6\t0\t7\t0.03\t0",
    ]
    try tool.write("mcmc.tsv", chain.joined(separator: "\n") + "\n")
    try tool.write("model", model)
    try tool.write("groups", "0\n0\n1\n1\n")
  }

  @Test("draws logs and a model on one page and in one drawing")
  func wholeReport() throws {
    let run = try tool.run([
      "report", "sgd.tsv", "mcmc.tsv", "--model", "model", "--groups", "groups", "--out", "r.html",
      "--svg", "r.svg", "--title", "<b>A & B</b>",
    ])
    run.expectSuccess()
    #expect(run.output.isEmpty)
    let page = try ParsedMarkup(tool.bytes("r.html"))
    #expect(page.texts("h1") == ["<b>A & B</b>"])
    // Error, absolute error, hyper-parameters, map.
    let drawings = page.elements("svg")
    #expect(drawings.count == 4)
    for drawing in drawings {
      #expect(drawing.attributes["role"] == "img")
      #expect(drawing.attributes["aria-label"]?.isEmpty == false)
    }
    #expect(
      page.elements("text", classes: "title").map(\.text) == [
        "RMSE by iteration", "Further figures by iteration", "Hyper-parameters by iteration",
        "Map of the embeddings",
      ])
    // Panels: α, the means and precisions of two groups, the means of factors of one.
    let panels = page.elements("text", classes: "subtitle").map(\.text)
    #expect(panels.count == 6 && panels[0].hasPrefix("Noise precision α"))
    #expect(page.elements("path", classes: "band").count == 1)
    #expect(page.elements("circle", classes: "mark", "fill0").count >= 2)
    #expect(page.texts("a").isEmpty && page.texts("script").isEmpty)

    let drawing = try ParsedMarkup(tool.bytes("r.svg"))
    #expect(drawing.elements.first?.name == "svg")
    #expect(drawing.elements("g").map { $0.attributes["role"] } == ["img", "img", "img", "img"])
    #expect(
      drawing.elements("path", classes: "curve").count
        == page.elements("path", classes: "curve").count)
  }

  @Test("has a table of the last and the best figures")
  func table() throws {
    try tool.run(["report", "sgd.tsv", "mcmc.tsv", "--out", "r.html"]).expectSuccess()
    let cells = try ParsedMarkup(tool.bytes("r.html")).texts("td")
    let rows = stride(from: 0, to: cells.count, by: 9).map { Array(cells[$0..<$0 + 9]) }
    #expect(
      rows == [
        ["sgd.tsv", "gradient descent", "RMSE", "3", "0.5", "–", "0.85", "0.8", "1"],
        ["sgd.tsv", "gradient descent", "MAE", "3", "–", "–", "0.7", "0.7", "1"],
        ["mcmc.tsv", "MCMC", "RMSE", "3", "–", "–", "0.95", "0.95", "2"],
        ["mcmc.tsv", "MCMC", "MAE", "3", "–", "–", "0.75", "0.75", "2"],
      ])
  }

  @Test("leaves gaps for what is no number, and says so")
  func gaps() throws {
    try tool.run(["report", "mcmc.tsv", "--out", "r.html"]).expectSuccess()
    let notes = try ParsedMarkup(tool.bytes("r.html")).texts("figcaption")
    let expected = [
      "mcmc.tsv: RMSE (test) is no finite number in 1 of 3 iterations, first in iteration 1",
      "mcmc.tsv: RMSE (test, last draw alone) is no finite number in 1 of 3 iterations",
    ]
    for text in expected { #expect(notes.contains { $0.hasPrefix(text) }, "\(notes)") }
  }

  @Test("says which hyper-parameters are constant, and which line of a log is not whole")
  func remarks() throws {
    try tool.write("als.tsv", "rmse\talpha\twmu[0]\twlambda[0]\n1\t1\t0\t5\n0.9\t1\t0\t5\n0.8\t1")
    let run = try tool.run(["report", "sgd.tsv", "mcmc.tsv", "als.tsv", "--out", "r.html"])
    #expect(
      run.status == 0 && run.errorText.contains("warning: The last line of als.tsv"), "\(run)")
    let page = try ParsedMarkup(tool.bytes("r.html"))
    #expect(
      page.texts("figcaption").contains(
        "als.tsv: constant, and so not drawn: alpha = 1, wmu = 0, wlambda = 5."))
    #expect(page.texts("p").contains { $0.hasPrefix("The last line of als.tsv has no end") })
  }

  @Test("warns of a log without figures")
  func noFigures() throws {
    try tool.write("log", "rmse\talpha\nnan\t1.5\nnan\t1.25\n")
    let run = try tool.run(["report", "log", "--out", "r.html"])
    #expect(run.status == 0 && run.errorText.contains("log has no figures; was there no -test?"))
    let page = try ParsedMarkup(tool.bytes("r.html"))
    #expect(page.elements("svg").count == 1 && page.texts("td").isEmpty)
  }

  @Test("tells when colours repeat")
  func manyRuns() throws {
    let names = (0..<7).map { "run\($0)" }
    for name in names { try tool.write(name, try tool.read("sgd.tsv")) }
    try tool.run(["report"] + names + ["--out", "r.html"]).expectSuccess()
    let page = try ParsedMarkup(tool.bytes("r.html"))
    #expect(page.texts("figcaption").contains { $0.hasPrefix("Colours repeat after 6 runs") })
    for name in names { #expect(page.texts("text").contains { $0.hasPrefix(name) }) }
  }

  @Test("stays small for a long log, and says how")
  func longLog() throws {
    let rows = (0..<100_000).map { "\(1 + 1 / Double($0 + 1))\t\($0 % 7)" }
    try tool.write("long.tsv", "rmse\trmse_train\n" + rows.joined(separator: "\n") + "\n")
    try tool.run(["report", "long.tsv", "--out", "r.html"]).expectSuccess()
    #expect(try tool.bytes("r.html").count < 60_000)
    let page = try ParsedMarkup(tool.bytes("r.html"))
    #expect(page.texts("figcaption").contains { $0.contains("400 equal stretches") })
    let points = page.elements("path", classes: "curve")
      .map { $0.attributes["d"]?.split(separator: "L").count ?? 0 }
    // The lines in the plot, and those in the legend.
    #expect(points.filter { $0 > 1 } == [400, 400])
  }

  @Test("shows the panels of few groups, and one for many")
  func manyGroups() throws {
    for (groupCount, panelCount) in [(12, 13), (13, 2)] {
      let groups = 0..<groupCount
      let names = ["rmse", "alpha"] + groups.map { "wmu[\($0)]" }
      let lines = (1...3).map { row in
        (["\(row)", "1.\(row)"] + groups.map { "\(row * $0)" }).joined(separator: "\t")
      }
      try tool.write(
        "log", ([names.joined(separator: "\t")] + lines).joined(separator: "\n") + "\n")
      try tool.run(["report", "log", "--out", "r.html"]).expectSuccess()
      let page = try ParsedMarkup(tool.bytes("r.html"))
      #expect(page.elements("text", classes: "subtitle").count == panelCount)
    }
  }

  @Test("calls runs by their paths where their names are equal")
  func names() throws {
    try tool.write("other/sgd.tsv", try tool.read("sgd.tsv"))
    try tool.run(["report", "sgd.tsv", "other/sgd.tsv", "--out", "r.html"]).expectSuccess()
    let page = try ParsedMarkup(tool.bytes("r.html"))
    #expect(page.texts("td").filter { $0.hasSuffix(".tsv") }.count == 4)
    #expect(page.texts("td").contains("other/sgd.tsv"))
  }

  // MARK: Encoders

  @Test("names features and groups by the encoder, whatever their values are")
  func encoder() throws {
    try encode("user,film,rating\n1,\"<b>&\"\"\u{1}\"\"\",5\n2,z,3\n1,z,1\n")
    let run = try tool.run([
      "report", "mcmc.tsv", "--model", "model", "--encoder", "encoder", "--svg", "r.svg",
    ])
    run.expectSuccess()
    let drawing = try ParsedMarkup(tool.bytes("r.svg"))
    let tooltips = drawing.texts("title")
    #expect(tooltips.contains { $0.hasPrefix("film = <b>&\"\\x01\" (feature 2), norm 1.01") })
    #expect(drawing.texts("text").contains { $0.hasPrefix("<b>&\"\\x01\"") })
    #expect(drawing.texts("text").contains { $0.hasPrefix("user (2)") })
    #expect(tooltips.contains("Weights: prior mean, film"))
    #expect(!tool.exists("r.html"))
  }

  @Test("refuses a model with more features than the encoder")
  func misfit() throws {
    try encode("user,rating\n1,5\n2,3\n")
    try tool.run([
      "report", "--model", "model", "--encoder", "encoder", "--out", "r.html",
    ]).expectFailure(1, saying: "model: the model has 4 features; expected at most 2")
    #expect(!tool.exists("r.html"))
  }

  private func encode(_ csv: String) throws {
    try tool.write("ratings.csv", csv)
    try BuiltTool("csv2libfm", sharingFolderOf: tool).run([
      "ratings.csv", "--target", "rating", "--categorical", "user", "--encoder", "encoder",
      "--quiet",
    ]).expectSuccess()
  }

  // MARK: Mistakes

  static let mistakes: [(arguments: [String], status: Int32, message: String)] = [
    (["sgd.tsv"], 64, "--out or --svg is missing"),
    (["--out", "r.html"], 64, "there is nothing to draw"),
    (["sgd.tsv", "sgd.tsv", "--out", "r.html"], 64, "the log 'sgd.tsv' is given twice"),
    (["sgd.tsv", "--out", "sgd.tsv"], 64, "'sgd.tsv' cannot be written, as this run reads"),
    (["--model", "model", "--out", "./model"], 64, "'./model' cannot be written"),
    (["sgd.tsv", "--out", "r.html", "--svg", "./r.html"], 64, "'./r.html' cannot be written"),
    (["sgd.tsv", "--groups", "groups", "--out", "r.html"], 64, "give --model as well"),
    (
      ["--model", "model", "--groups", "groups", "--encoder", "e", "--out", "r.html"], 64,
      "--groups is for models without --encoder"
    ),
    (["model", "--out", "r.html"], 1, "model:1: no column is named 'rmse' or 'accuracy'"),
    (["none.tsv", "--out", "r.html"], 1, "none.tsv: cannot be opened"),
    (["--model", "sgd.tsv", "--out", "r.html"], 1, "sgd.tsv:1: found 'rmse"),
    (["--model", "model", "--encoder", "none", "--out", "r.html"], 1, "none/schema.json: cannot"),
    (["--model", "model", "--groups", "sgd.tsv", "--out", "r.html"], 1, "'rmse' is not a group"),
    (
      ["sgd.tsv", "--out", "none/r.html"], 1, "none/r.html: the folder 'none/' cannot be written to"
    ),
  ]

  @Test("says what is wrong, and writes nothing", arguments: mistakes)
  func complaints(arguments: [String], status: Int32, message: String) throws {
    let before = try tool.files()
    try tool.run(["report"] + arguments).expectFailure(status, saying: message)
    #expect(try tool.files() == before)
    #expect(try tool.read("model") == model)
  }
}
