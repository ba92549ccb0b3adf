// SPDX-License-Identifier: Apache-2.0

import Testing

@Suite("The comparison of golden cases")
struct GoldenComparisonTests {
  @Test(
    "leaves the banner out",
    arguments: [
      ("---\nname\n---\nrest\n-\n", "rest\n-\n"), ("no banner\n", "no banner\n"),
      ("---\nonly one rule\n", "---\nonly one rule\n"), ("--\n--", ""), ("- -\n--\n--\nx", "x"),
    ])
  func banner(output: String, rest: String) {
    #expect(afterBanner(Array(output.utf8)).elementsEqual(rest.utf8))
  }

  @Test(
    "lets free lines be any line that is not blank",
    arguments: [
      ("a\n[free]\nb\n", "a\nanything\nb\n", true), ("a\n[free]\nb\n", "a\n \nb\n", false),
      ("a\n[free]\nb\n", "a\nanything\nc\n", false), ("[free]\n", "one\ntwo\n", false),
    ])
  func freeLines(expected: String, found: String, areEqual: Bool) {
    let masked = maskingFreeLines(Array(found.utf8), as: Array(expected.utf8))
    #expect((masked == Array(expected.utf8)) == areEqual)
  }

  @Test(
    "masks times in logs, and nothing else",
    arguments: [
      ("rmse\ttime_pred\n1\t2.5\n3\t\n", "rmse\ttime_pred\n1\t*\n3\t\n"),
      ("rmse\n1\n", "rmse\n1\n"), ("", ""),
      ("time_x\n1\tone too many\n", "time_x\n1\tone too many\n"),
    ])
  func times(log: String, masked: String) {
    #expect(maskingTimes(Array(log.utf8)) == Array(masked.utf8))
  }

  @Test("names the first line that differs")
  func difference() {
    let difference = firstDifference(
      "pred.txt", expected: Array("1\n2\n".utf8), found: Array("1\n3\n".utf8))
    #expect(difference == "pred.txt: line 2: expected \"2\", found \"3\"")
    #expect(firstDifference("same", expected: [1], found: [1]) == nil)
  }
}
