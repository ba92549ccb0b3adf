// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines
import Testing

@testable import LibFMFormats

@Suite("The grammar of sparse text")
struct SparseTextGrammarTests {
  struct Row: CustomStringConvertible {
    var text: String
    var target: Float
    var entries: [(id: UInt32, value: Float)]

    init(_ text: String, _ target: Float, _ entries: [(id: UInt32, value: Float)] = []) {
      self.text = text
      self.target = target
      self.entries = entries
    }

    var description: String { text.debugDescription }
  }

  static let rows: [Row] = [
    .init("3 0:1 4:1", 3, [(0, 1), (4, 1)]),
    .init("4.5 5:0.25 6:.5", 4.5, [(5, 0.25), (6, 0.5)]),
    .init("  2.5 1:1 5:1   # comment", 2.5, [(1, 1), (5, 1)]),
    .init("\t4\t0:1\t6:1\t", 4, [(0, 1), (6, 1)]),
    .init("1e0 2:1 4:1#comment", 1, [(2, 1), (4, 1)]),
    .init("5", 5),
    .init("5#c", 5),
    .init("5 # 1:1", 5),
    .init("+3.5 +1:+2 6:.5", 3.5, [(1, 2), (6, 0.5)]),
    .init("-1.25 3:-1.5", -1.25, [(3, -1.5)]),
    .init("2 6:1 0:1 6:2", 2, [(6, 1), (0, 1), (6, 2)]),
    .init("1 0:1+3:4", 1, [(0, 1), (3, 4)]),
    .init("0.1 0: 1 7:\t\u{B}0.25", 0.1, [(0, 1), (7, 0.25)]),
    .init("2 07:1 0000000003:1.500", 2, [(7, 1), (3, 1.5)]),
    .init("1 \u{C}3:1 \r 4:1", 1, [(3, 1), (4, 1)]),
    .init("\u{B}1 3:1", 1, [(3, 1)]),
    .init("1 12345678:1 2147483646:2", 1, [(12_345_678, 1), (2_147_483_646, 2)]),
    .init("1 00000000000000000012:1", 1, [(12, 1)]),
    .init("1 3:1e2 4:0x10 5:inf", 1, [(3, 100), (4, 16), (5, .infinity)]),
    .init("inf 1:1", .infinity, [(1, 1)]),
    .init("1 3:1\u{0}junk", 1, [(3, 1)]),
    .init("1e+ 3:2e", 1, [(3, 2)]),
    .init("1 3:1  4:1 ", 1, [(3, 1), (4, 1)]),
    .init("-1 3:1", -1, [(3, 1)]),
    .init("+1 3:1", 1, [(3, 1)]),
    .init("1 3:0 4:-0", 1, [(3, 0), (4, -0.0)]),
    .init("16777217 1:0.16777217", 16_777_216, [(1, 0.16777217)]),
    .init("1234567.5 1:-0.0 2:-0.5000001", 1234567.5, [(1, -0.0), (2, -0.5000001)]),
    .init("8388608.5 1:8388609.5", 8_388_608, [(1, 8_388_610)]),
  ]

  /// A line reads the same alone and in the middle of a file, where the fast way is tried first.
  @Test("reads lines to the letter", arguments: rows, [("", ""), ("1 1:1\n", "\n2 2:2 3:3 4:4\n")])
  func readsLines(row: Row, surroundings: (before: String, after: String)) throws {
    let text = surroundings.before + row.text + surroundings.after
    let dataset = try read(text).dataset
    let matrix = dataset.matrix
    let index = surroundings.before.isEmpty ? 0 : 1
    #expect(matrix.rowCount == (surroundings.before.isEmpty ? 1 : 3))
    let entries = matrix[index]
    #expect(entries.map(\.id) == row.entries.map(\.id))
    #expect(entries.map(\.value.bitPattern) == row.entries.map(\.value.bitPattern))
    #expect(withExtendedLifetime(dataset) { $0.targets.base[index] } == row.target)
  }

  /// A line without end is read by the grammar alone, one within a file by the fast way if possible.
  @Test("reads random lines alike on both ways", arguments: 0..<8 as Range<UInt64>)
  func readsRandomLines(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let pieces = [
      "1", "1", "0", "7", "12", " ", " ", " ", "\t", "1:1", " 3:1", " 5:0.25", " 6:-1.5e3", ":",
      "-",
      "+", ".", "e", "#", "\r", "\u{B}", "nan", "inf", "0x", " 12345678:1", " 2147483647:1",
      "\u{0}",
      ".5", "33554433.0", "1234567.1234567", "0.12345678", "  ",
    ]
    for _ in 0..<2000 {
      var line = random.below(4) == 0 ? "" : "\(random.below(20)) \(random.below(999)):1"
      for _ in 0..<random.below(7) { line += pieces[random.below(pieces.count)] }
      let alone = Result { try cases(line) }
      let within = Result {
        try cases("1 1:1\n" + line + "\n9 9:9 9:9 9:9 9:9\n").dropFirst().dropLast()
      }
      switch (alone, within) {
      case (.success(let alone), .success(let within)):
        if !alone.elementsEqual(within) { Issue.record("\(line.debugDescription): \(within)") }
      case (.failure(let alone as FormatError), .failure(let within as FormatError)):
        if alone.column != within.column || alone.found != within.found || within.line != 2 {
          Issue.record("\(line.debugDescription): \(within)")
        }
      default: Issue.record("\(line.debugDescription): \(alone), but \(within)")
      }
    }
  }

  /// The cases of a text: target, ids and values as bits, so that NaN and zeros can be compared.
  private func cases(_ text: String) throws -> [[UInt32]] {
    let dataset = try read(text).dataset
    return (0..<dataset.caseCount).map { row in
      [dataset.targets.base[row].bitPattern]
        + dataset.matrix[row].flatMap { [$0.id, $0.value.bitPattern] }
    }
  }

  @Test(
    "skips lines without a case",
    arguments: ["", "\n", "\n\n", "   \t", "#", "# 1 2:3", "  # c", "\u{0}1 1:1", "\r\n", "\r"])
  func skipsLinesWithoutCases(text: String) throws {
    #expect(try read(text).dataset.caseCount == 0)
    #expect(try read("1 1:1\n" + text + "\n2 1:1\n").dataset.caseCount == 2)
  }

  @Test("drops one carriage return at the end of a line")
  func dropsOneReturn() throws {
    let found = try read("1 1:1\r\n2 2:1\r\n\r\n# c\r\n3 3:1\r")
    #expect(found.dataset.caseCount == 3)
    #expect(found.dataset.matrix[2].map(\.id) == [3])
  }

  @Test("keeps nothing that says nothing")
  func keepsNothingThatSaysNothing() throws {
    let plain = try read("1 1:1 2:1\n2 3:1 4:1.0\n").dataset.matrix
    #expect(plain.offsets == nil && plain.values == nil && plain.rowWidth == 2)
    let ragged = try read("1 1:1 2:1\n2 3:1\n").dataset.matrix
    #expect(ragged.offsets != nil && ragged.values == nil)
    let valued = try read("1 1:1 2:1\n2 3:1 4:2\n").dataset.matrix
    #expect(valued.offsets == nil && valued.values != nil)
  }

  @Test("counts features up to the greatest id and tells where that is")
  func countsFeatures() throws {
    let found = try read("# c\n1 7:1\n\n2 9:1\n3 9:1\n")
    #expect(found.dataset.featureCount == 10)
    #expect(found.largestFeature == .init(id: 9, line: 4))
    #expect(try read("1\n").dataset.featureCount == 0)
    #expect(try read("1\n").largestFeature == nil)
    #expect(try read("1 0:0\n").dataset.featureCount == 1)
  }

  static let ranges: [(String, Float, Float)] = [
    ("", .greatestFiniteMagnitude, -.greatestFiniteMagnitude),
    ("3 1:1\n1\n2", 1, 3),
    ("nan\n2", 2, 2),
    ("2\nnan", .nan, .nan),
    ("1\nnan\n3\n2", 2, 3),
    ("inf", .greatestFiniteMagnitude, .infinity),
    ("nan\ninf", .infinity, .infinity),
    ("-5", -5, -5),
  ]

  @Test("finds the target range in file order, also across pieces", arguments: ranges)
  func findsTargetRange(text: String, lower: Float, upper: Float) throws {
    for pieceSize in [1, 3, 1000] {
      let range = try read(text, pieceSize: pieceSize).dataset.targetRange
      #expect(range.lower == lower || range.lower.isNaN && lower.isNaN)
      #expect(range.upper == upper || range.upper.isNaN && upper.isNaN)
    }
  }

  private func read(_ text: String, pieceSize: Int = 1 << 19) throws -> SparseText {
    let reader = SparseTextReader(
      pool: WorkerPool(workerCount: 1), options: .init(), pieceSize: pieceSize)
    return try Array(text.utf8).withUnsafeBufferPointer { try reader.read($0, path: "text") }
  }
}
