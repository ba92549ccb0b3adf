// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines
import Testing

@testable import LibFMFormats

@Suite("Groups, mutated")
struct GroupsMutationTests {
  static let examples = ["0\n0\n1\n1\n2\n", "0 1 2 3\t4\r\n5", "007 \n\n 3", "1 16777215 2"]
  static let words = [
    " ", "\n", "\r\n", "\t", "-1", "1.5", "x", "0", "4294967296", "99999999999999999999", "\u{B}",
    "\0", "16777216", "ä", "+1", "00000000000000000000000001",
  ]

  /// Each seed stands for 50,000 inputs.
  @Test("are the numbers between white space", arguments: 0..<4 as Range<UInt64>)
  func agreesWithFormat(seed: UInt64) throws {
    var mutator = InputMutator(seed: seed, examples: Self.examples, words: Self.words)
    for _ in 0..<50_000 {
      let text = mutator.next()
      let featureCount = mutator.below(6)
      if let problem = Self.problem(text, featureCount) {
        Issue.record("\(String(decoding: text, as: UTF8.self).debugDescription): \(problem)")
        return
      }
    }
  }

  private static func problem(_ text: [UInt8], _ featureCount: Int) -> String? {
    let (expected, failure) = naive(text, featureCount)
    // Tables of large groups take long to fill and say nothing more.
    if failure == nil, expected.max() ?? 0 > 100_000 { return nil }
    do {
      let groups = try text.withUnsafeBufferPointer {
        try GroupsReader.read($0, path: "groups", featureCount: featureCount)
      }
      if let failure { return "expected an error at \(failure)" }
      guard groups.featureCount == featureCount, groups.groupCount == (expected.max() ?? -1) + 1,
        groups.memberCounts.reduce(0, +) == featureCount
      else { return "\(groups)" }
      let isSame = (0..<featureCount).allSatisfy { groups[$0] == expected[$0] }
      return isSame ? nil : "not \(expected)"
    } catch let error as FormatError {
      guard let failure else { return "\(error)" }
      return (error.line, error.column) == failure ? nil : "\(error), expected at \(failure)"
    } catch {
      return "\(error)"
    }
  }

  /// The groups, and the line and column of what is none; no column when the text ends too early.
  private static func naive(
    _ text: [UInt8], _ featureCount: Int
  ) -> (groups: [Int], failure: (line: Int?, column: Int?)?) {
    func isSpace(_ byte: UInt8) -> Bool { byte == 32 || (9...13).contains(byte) }
    var groups: [Int] = []
    var (line, column) = (1, 1)
    var place = 0
    while groups.count < featureCount {
      while place < text.count, isSpace(text[place]) {
        (line, column) = text[place] == 10 ? (line + 1, 1) : (line, column + 1)
        place += 1
      }
      if place == text.count { return (groups, (line, nil)) }
      var word: [UInt8] = []
      while place < text.count, !isSpace(text[place]) {
        word.append(text[place])
        place += 1
      }
      let digits = word.drop { $0 == 48 }
      guard word.allSatisfy({ (48...57).contains($0) }), digits.count <= 8,
        let group = Int(String(decoding: [48] + digits, as: UTF8.self)), group < 16_777_216
      else { return (groups, (line, column)) }
      groups.append(group)
      column += word.count
    }
    return (groups, nil)
  }
}
