// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@Suite("csv2libfm")
struct CSV2LibFMTests {
  private let tool: BuiltTool
  private let ratings =
    "user_id,movie_id,genres,rating\n1,50,a|b,5\n2,50,a|b,3\n1,51,c,1\n3,52,,4\n"

  init() throws {
    tool = try BuiltTool("csv2libfm")
  }

  @Test("converts files with the same ids and prints how")
  func converts() throws {
    try tool.write("train.csv", ratings)
    try tool.write("test.csv", "rating,user_id,movie_id,genres\n2,3.0,50,c\n1,9,51,\n")
    let run = try tool.run([
      "train.csv", "test.csv", "--target", "rating", "--multi", "genres:|", "--groups", "groups",
      "--encoder", "encoder",
    ])
    run.expectSuccess()
    #expect(
      try tool.read("train.libfm")
        == "5 0:1 3:1 6:0.5 7:0.5\n3 1:1 3:1 6:0.5 7:0.5\n1 0:1 4:1 8:1\n4 2:1 5:1\n")
    #expect(try tool.read("test.libfm") == "2 2:1 3:1 8:1\n1 4:1\n")
    #expect(try tool.read("groups") == "0\n0\n0\n1\n1\n1\n2\n2\n2\n")
    #expect(
      try tool.read("encoder/features.tsv").hasPrefix(
        "id\tcolumn\tvalue\tgroup\tcount\tkind\n0\tuser_id\t1\t0\t2\tvalue\n"))
    for piece in [
      "separated by ','",
      "user_id   category          3         0        0–2  guessed; or --numeric user_id",
      "user_id: values that the fitting file does not have: 1", "test.libfm: 2 rows, 4 entries",
    ] {
      #expect(run.outputText.contains(piece), "\(run)")
    }
    #expect(
      try tool.files() == [
        "encoder/features.tsv", "encoder/schema.json", "groups", "test.csv", "test.libfm",
        "train.csv", "train.libfm",
      ])
  }

  @Test("applies a saved encoder to new files, also without the target")
  func appliesSavedEncoder() throws {
    try tool.write("train.csv", ratings)
    try tool.run([
      "train.csv", "--target", "rating", "--multi", "genres:|", "--encoder", "e", "--quiet",
    ]).expectSuccess()
    try tool.write("new.csv", "movie_id,user_id,genres\n51,2,b\n")
    let run = try tool.run(["new.csv", "--use-encoder", "e"])
    run.expectSuccess()
    #expect(try tool.read("new.libfm") == "0 1:1 4:1 7:1\n")
    #expect(run.outputText.contains("no target column"))
    try tool.write("newer.csv", "movie_id,user_id,genres\n99,2,b\n")
    try tool.run(["newer.csv", "--use-encoder", "e", "--unknown", "error"])
      .expectFailure(1, saying: "newer.csv:2:1:", "'99' in column 'movie_id'")
    try tool.run(["newer.csv", "--use-encoder", "e", "--unknown", "new"])
      .expectFailure(64, saying: "--encoder")
    try tool.run([
      "newer.csv", "--use-encoder", "e", "--unknown", "new", "--encoder", "e2", "--quiet",
    ]).expectSuccess()
    #expect(try tool.read("newer.libfm") == "0 1:1 9:1 7:1\n")
    try tool.run(["new.csv", "--use-encoder", "e", "--target", "x"])
      .expectFailure(64, saying: "--target cannot be changed")
  }

  @Test("reads standard input and compressed files by way of a temporary file")
  func spools() throws {
    let run = try tool.run(["-", "--target", "rating", "--name", "piped"], input: ratings)
    #expect(run.status == 0, "\(run)")
    #expect(run.errorText.contains("(standard input) is copied to a temporary file"))
    try tool.write("r.csv", ratings)
    let gzip = Process()
    gzip.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    gzip.arguments = ["gzip", "r.csv"]
    gzip.currentDirectoryURL = tool.folder
    try gzip.run()
    gzip.waitUntilExit()
    let compressed = try tool.run(["r.csv.gz", "--target", "rating"])
    #expect(compressed.status == 0, "\(compressed)")
    #expect(compressed.errorText.contains("r.csv.gz is decompressed"))
    #expect(try tool.bytes("r.libfm") == tool.bytes("piped.libfm"))
    try tool.run(["-", "--target", "rating"]).expectFailure(64, saying: "--name")
    try tool.write("bad.gz", "not compressed")
    let bad = try tool.run(["bad.gz", "--target", "rating"])
    bad.expectFailure(1, saying: "bad.gz: gzip failed")
  }

  @Test("splits one file and fits on the training part")
  func splits() throws {
    let rows = (0..<100).map { "u\($0 % 10),\($0)\n" }.joined()
    try tool.write("all.csv", "user,time\n" + rows)
    try tool.run([
      "all.csv", "--split-by", "user", "--split", "0.3:5", "--target", "time", "--out-dir", "out/x",
    ]).expectSuccess()
    let (train, test) = (
      try tool.read("out/x/all.train.libfm"), try tool.read("out/x/all.test.libfm")
    )
    #expect(train.split(separator: "\n").count == 70)
    // No user of the test is among the training rows, so none has a feature.
    #expect(test.split(separator: "\n").count == 30 && !test.contains(":"))
  }

  @Test("counts events and crosses absent ones")
  func counts() throws {
    try tool.write("log.csv", "os,app,junk\na,x,1\na,x,2\nb,y,3\n")
    try tool.run([
      "log.csv", "--count-by", "os,app", "--fill-zeros", "app", "--quiet", "--only-named",
    ]).expectSuccess()
    #expect(try tool.read("log.libfm") == "2 0:1 2:1\n0 0:1 3:1\n0 1:1 2:1\n1 1:1 3:1\n")
    try tool.run(["log.csv", "--count-by", "os,app", "--fill-zeros", "app", "--max-rows", "3"])
      .expectFailure(1, saying: "4 rows", "--max-rows")
  }

  @Test("writes relations that libFM can read")
  func writesRelations() throws {
    try tool.write("train.csv", "user,age,item,y\n1,20,a,1\n2,30,a,2\n1,20,b,3\n")
    try tool.write("test.csv", "user,age,item,y\n2,30,b,1\n")
    let run = try tool.run([
      "train.csv", "test.csv", "--target", "y", "--categorical", "user", "--relation-for", "user",
      "--groups", "groups",
    ])
    run.expectSuccess()
    #expect(try tool.read("train.libfm") == "1 0:1\n2 0:1\n3 1:1\n")
    #expect(try tool.read("user.train") == "0\n1\n0\n")
    #expect(try tool.read("user.test") == "1\n")
    #expect(try tool.read("user.groups") == "0\n0\n1\n")
    #expect(try tool.read("groups") == "0\n0\n")
    #expect(try tool.bytes("user.x").count == 24 + 2 * 4 + 4 * 8)
    #expect(run.outputText.contains("3 entries (9 without relations)"), "\(run)")
  }

  @Test("shows the first rows and writes nothing when asked to")
  func showsDryRun() throws {
    try tool.write("train.csv", ratings)
    let run = try tool.run(["train.csv", "--target", "rating", "--dry-run"])
    run.expectSuccess()
    #expect(
      run.outputText.hasSuffix(
        "would begin with\n5 0:1 3:1 6:1\n3 1:1 3:1 6:1\n1 0:1 4:1 7:1\n4 2:1 5:1\n"))
    #expect(try tool.files() == ["train.csv"])
    // What goes into a relation is not in the rows.
    let related = try tool.run([
      "train.csv", "--target", "rating", "--relation-for", "user_id", "--ignore", "genres",
      "--dry-run",
    ])
    related.expectSuccess()
    #expect(related.outputText.hasSuffix("would begin with\n5 0:1\n3 0:1\n1 1:1\n4 2:1\n"))
  }

  @Test("lets an extended encoder take the place of the saved one, and tells what was added")
  func extendsInPlace() throws {
    try tool.write("train.csv", ratings)
    try tool.run(["train.csv", "--target", "rating", "--encoder", "e", "--quiet"]).expectSuccess()
    try tool.write("new.csv", "movie_id,user_id,genres\n99,2,b\n")
    let run = try tool.run(["new.csv", "--use-encoder", "e", "--unknown", "new", "--encoder", "e"])
    run.expectSuccess()
    #expect(run.outputText.contains("3–5  1 more behind all columns"), "\(run)")
    #expect(try tool.read("e/features.tsv").contains("\tmovie_id\t99\t"))
  }

  struct Failure: Sendable, CustomTestStringConvertible {
    var csv: String
    var arguments: [String]
    var status: Int32 = 1
    var message: String
    var testDescription: String { message }
  }

  static let failures = [
    Failure(
      csv: "a,b\n1,2\n3\n", arguments: ["--target", "a"],
      message: "t.csv:3:1: this row has 1 field; expected 2 as in the header"),
    Failure(
      csv: "a,b\n1,\"2\n", arguments: ["--target", "a"],
      message: "t.csv:2:3: this quoted field is not closed"),
    Failure(
      csv: "a,b\n1,2\n", arguments: ["--target", "c"],
      message: "t.csv:1: there is no column 'c'; the columns are 'a', 'b'"),
    Failure(
      csv: "a,b\n1,2\n", arguments: ["--target", "a", "--target", "b"],
      message: "t.csv: there are two targets: 'a' and 'b'"),
    Failure(
      csv: "a,b\n1,2\n3,x\n", arguments: ["--target", "a", "--numeric", "b"],
      message: "t.csv:3:3: 'x' in column 'b' is not a number"),
    Failure(csv: "", arguments: ["--target", "a"], message: "t.csv: the file is empty"),
    Failure(
      csv: "a,b\nno,1\nyes,2\n", arguments: ["--target", "a"],
      message: "the values 'no', 'yes'"),
    Failure(
      csv: "a,b\n1,2\n", arguments: [], message: "t.csv: no column is named as the target"),
    Failure(
      csv: "a,b\n1,2\n", arguments: ["--target", "a", "--numeric", "b:sqrt"], status: 64,
      message: "--numeric: 'b:sqrt' is not COLUMN or COLUMN:HOW"),
    Failure(
      csv: "a,b\n1,2\n", arguments: ["--target", "a", "--unknown", "drop"], status: 64,
      message: "--unknown: 'drop' is unknown; give one of ignore, bucket, new, error"),
    Failure(
      csv: "a,b\n1,2\n", arguments: ["--target", "a", "--multi", "b:,"], status: 64,
      message: "--multi: 'b:' is not COLUMN:SEP"),
    Failure(
      csv: "a,b\n1,2\n", arguments: ["--target", "a", "--separator", ";"],
      message: "the columns are 'a,b'; check --separator, which is ';'"),
    Failure(
      csv: "a,b\n", arguments: ["--target", "a"],
      message: "t.csv: there are no rows to learn from"),
    Failure(
      csv: "a,b\n1,2\n1e39,3\n", arguments: ["--target", "a"],
      message: "t.csv:3:1: the target '1e39' is too large"),
    Failure(
      csv: "a,b\n1,\n", arguments: ["--target", "a", "--split-time", "b"],
      message: "t.csv:2:3: this row has no time in column 'b'"),
    Failure(
      csv: "a,b\n1,2\n", arguments: ["--target", "a", "--groups", "t.csv"], status: 64,
      message: "'t.csv' cannot be written"),
    Failure(
      csv: "a,b\n1,2\n", arguments: ["--target", "a", "--groups", "./t.libfm"], status: 64,
      message: "'./t.libfm' cannot be written, as this run reads or writes it as 't.libfm'"),
    Failure(
      csv: "a,b\n1,2\n",
      arguments: ["--target", "a", "--encoder", "e", "--groups", "e/schema.json"],
      status: 64, message: "'e/schema.json' cannot be written"),
    Failure(
      csv: "u_id,i_id,y\n1,2,3\n",
      arguments: ["--target", "y", "--relation-for", "u_id:p,i_id:p"], status: 64,
      message: "'p.x' cannot be written"),
    Failure(
      csv: "a,b\n1,2\n", arguments: ["-", "--target", "a", "--fit", "-", "-", "--name", "n"],
      status: 64, message: "'-' is given twice"),
    Failure(
      csv: "a,b\n1,2\n", arguments: ["--target", "a", "--name", "n"], status: 64,
      message: "--name is for standard input"),
    Failure(
      csv: "a,b\n1,2\n", arguments: ["--target", "a", "--max-rows", "9"], status: 64,
      message: "--max-rows needs --count-by"),
  ]

  @Test("says what is wrong and writes nothing", arguments: failures)
  func saysWhatIsWrong(_ test: Failure) throws {
    try tool.write("t.csv", test.csv)
    try tool.run(["t.csv"] + test.arguments).expectFailure(test.status, saying: test.message)
    #expect(try tool.files() == ["t.csv"])
  }

  @Test("refuses a saved encoder of another version")
  func refusesOtherVersions() throws {
    try tool.write("t.csv", ratings)
    try tool.write("e/schema.json", "{\"version\": 99}")
    try tool.run(["t.csv", "--use-encoder", "e"])
      .expectFailure(1, saying: "e/schema.json: the encoder has version 99; expected version 1")
  }

  @Test("escapes commas and colons in names")
  func escapes() throws {
    try tool.write("t.csv", "\"a,b\",\"c:d\",y\n1,x;z,5\n2,x,6\n")
    try tool.run([
      "t.csv", "--separator", ",", "--target", "y", "--categorical", "a\\,b", "--multi",
      "c\\:d:;:1", "--quiet",
    ]).expectSuccess()
    #expect(try tool.read("t.libfm") == "5 0:1 2:1 3:1\n6 1:1 2:1\n")
  }
}
