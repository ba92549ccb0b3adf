// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@Suite("fm-reproduce refuses")
struct ReproductionErrorTests {
  @Test(
    "a command line that cannot be meant",
    arguments: [
      ("run ml-100k-u3-id --data mini", "did you mean 'ml-100k-u3-ids'?"),
      ("run movielens --data mini", "there is no experiment 'movielens'; fm-reproduce list"),
      ("run ml-100k-u3-ids", "--data is missing"),
      ("run ml-100k-u3-ids --data mini --runs 0", "--runs: 0 is out of range"),
      ("run ml-100k-u3-ids --data mini --iterations 0", "--iterations: 0 is out of range"),
      (
        "export ml-1m --data mini --out out",
        "'ml-1m' is 5 experiments; name one of them: ml-1m-sgd"
      ),
      ("export ml-1m-sgd --data mini", "--out is missing"),
      ("reproduce ml-1m-sgd", "expected one of list, run, export, report"),
    ])
  func commandLine(line: String, message: String) throws {
    try ReproductionTests.tool().run(words(line)).expectFailure(64, saying: message)
  }

  @Test("a folder without the data, telling which files are needed and where they are")
  func missingFolder() throws {
    let tool = try ReproductionTests.tool()
    try tool.run(words("run ml-100k --data nowhere")).expectFailure(
      1, saying: "nowhere: there is no MovieLens 100K here", "u.data (100000 lines, 2 MB)",
      "u.user (943 lines", "https://grouplens.org/datasets/movielens/100k/")
    try tool.run(words("run ml-10m-mf --data mini/ml-100k")).expectFailure(
      1, saying: "this is not MovieLens 10M: it has u.data, as MovieLens 100K",
      "ratings.dat (10000054 lines, 265.1 MB)", "ml-10m.zip (66 MB)")
  }

  @Test("a folder that lacks one of the files", arguments: ["u3.test", "u.item"])
  func missingFile(name: String) throws {
    let tool = try ReproductionTests.tool()
    try FileManager.default.removeItem(at: tool.url("mini/ml-100k/\(name)"))
    try tool.run(words("run ml-100k-u3-side --data mini")).expectFailure(
      1, saying: "mini/ml-100k", name, "missing", "ml-100k.zip")
  }

  @Test("fewer ratings than were published, unless data are generated")
  func tooFew() throws {
    let tool = try ReproductionTests.tool()
    try FileManager.default.removeItem(at: tool.url("mini/ml-1m/GENERATED.txt"))
    try tool.run(words("run ml-1m-sgd --data mini --iterations 1")).expectFailureAfterText(
      saying: "mini/ml-1m: there are 1500 ratings; expected 1000209 in MovieLens 1M")
    try tool.run(words("export ml-1m-sgd --data mini --out out")).expectFailure(
      1, saying: "there are 1500 ratings")
    #expect(try tool.files().allSatisfy { $0.hasPrefix("mini/") })
  }

  @Test(
    "lines that are no ratings, by line and column",
    arguments: [
      ("1::2::5", "ratings.dat:1501: this line has 3 fields; expected 4: user, item, rating, time"),
      ("1::2::5::", "ratings.dat:1501:10: time is ''; expected a whole number"),
      ("1::2::7::9", "ratings.dat:1501:7: rating is '7'; expected a rating from 0.5 to 5"),
      ("1::2::3.7::9", "ratings.dat:1501:7: rating is '3.7'"),
      ("1::2::0::9", "ratings.dat:1501:7: rating is '0'"),
      ("1::2::5.5::9", "ratings.dat:1501:7: rating is '5.5'"),
      ("-1::2::5::9", "ratings.dat:1501:1: user is '-1'; expected a whole number"),
      ("1\t2\t5\t9", "ratings.dat:1501: this line has 1 field; expected 4"),
      ("1::12345678901234567890::5::9", "ratings.dat:1501:4: item is '12345678901234567890'"),
    ])
  func badRatings(line: String, message: String) throws {
    let tool = try ReproductionTests.tool()
    try tool.write(
      "mini/ml-1m/ratings.dat", try tool.read("mini/ml-1m/ratings.dat") + line)
    try tool.run(words("run ml-1m-flipped --data mini --iterations 1"))
      .expectFailureAfterText(saying: message)
  }

  @Test(
    "what is told of users and items when it is not as published",
    arguments: [
      ("u.user", "1|x|M|artist|55125\n", "u.user:1:3: age is 'x'"),
      ("u.user", "1|20|M|art,ist|55125\n", "u.user:1:8: occupation is 'art,ist'; expected a word"),
      ("u.user", "1|20|M|artist|55125\n", "u1.base:1:1: user is"),
      ("u.item", "1|A|01-Jan-x|||0\n", "u.item:1: this line has 6 fields; expected 24"),
      ("u.item", "1|A|Jan-x||" + String(repeating: "|2", count: 19), "u.item:1:13: genre 0 is '2'"),
      ("u.item", "1|A|Jan-x||" + String(repeating: "|1", count: 19), "u.item:1:5: release date is"),
    ])
  func badSideInformation(name: String, text: String, message: String) throws {
    let tool = try ReproductionTests.tool()
    try tool.write("mini/ml-100k/\(name)", text)
    try tool.run(words("run ml-100k-u1-flipped --data mini --iterations 1"))
      .expectFailureAfterText(saying: message)
  }
}

extension ToolRun {
  /// Expects the description of the experiment, then status 1 and one line on standard error.
  fileprivate func expectFailureAfterText(
    saying text: String, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    expectFailure(1, saying: text, sourceLocation: sourceLocation)
    #expect(outputText.contains("published"), sourceLocation: sourceLocation)
  }
}
