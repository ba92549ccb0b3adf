// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import CommandLineSupport

@Suite("The nearest name")
struct NearestNameTests {
  private let names = NearestName(
    among: ["cache_size", "dim", "init_stdev", "iter", "learn_rate", "test", "train", "task"])

  @Test(
    "is found for slips, not for something else",
    arguments: [
      ("itre", "iter"), ("Dim", "dim"), ("dmi", "dim"), ("learn-rate", "learn_rate"),
      ("learning_rate", "learn_rate"), ("lern_rate", "learn_rate"), ("tain", "train"),
      ("cachesize", "cache_size"), ("initstdev", "init_stdev"),
      ("x", nil), ("5", nil), ("", nil), ("verbose", nil), ("completely_other", nil),
    ] as [(String, String?)])
  func match(typed: String, expected: String?) {
    #expect(names.match(for: typed) == expected)
  }
}
