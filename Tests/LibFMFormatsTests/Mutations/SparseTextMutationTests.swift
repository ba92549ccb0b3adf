// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines
import Testing

@testable import LibFMFormats

@Suite("Sparse text, mutated")
struct SparseTextMutationTests {
  static let examples = [
    "4 17:1 6021:1\n3 2:1 88:1\n5 17:1 88:1\n1 0:1 6021:1\n",
    "-1 0:0.5 1:1e-3\n1.5 12345678:1 2147483646:2\r\n+0 7:1 # comment 1:1\n\n2 3:.5\n",
    "# first\n1 1:1\t2:1  3:1 \n0\n0x1p3 4:inf 5:-nan\n1 6:0x.8 7: 1\n", "5#c\n1 0:1+3:4\n7",
    "1 0:1 1:1\r\n2 0:1 1:1\r\n3 0:1 1:1\r\n4 0:1 1:1\r\n",
  ]
  static let words = [
    " ", "\n", ":", "\r", "\r\n", "#", "\0", "\t", "-", "+", ".", "1", "e", "nan", "inf",
    "infinity",
    "0x", "1:1", " 5:2", "1e39", "1e-46", "2147483646:", "2147483647:1", "99999999999999999999:1",
    "16777217", "0.1", ",", "\u{B}", "12345678", "00000000001:1", "\n1 1:1", "ä",
  ]

  /// Each seed stands for 25,000 inputs.
  @Test(
    "is read as the grammar says, in any pieces by any number of workers",
    arguments: 0..<8 as Range<UInt64>)
  func agreesWithGrammar(seed: UInt64) throws {
    var mutator = InputMutator(seed: seed, examples: Self.examples, words: Self.words)
    // Waking threads takes longer than the rest, so most inputs do without.
    let single = WorkerPool(workerCount: 1)
    let teams = [WorkerPool(workerCount: 2), WorkerPool(workerCount: 3)]
    for _ in 0..<25_000 {
      let text = mutator.next()
      let options = SparseTextReader.Options(
        isStrict: mutator.below(4) == 0, requiresCases: mutator.below(4) == 0,
        rejectsNaNTargets: mutator.below(4) == 0)
      let reader = SparseTextReader(
        pool: mutator.below(64) > 0 ? single : teams[mutator.below(2)], options: options,
        pieceSize: [1, 16, 40, 1 << 19][mutator.below(4)])
      if let problem = Self.problem(text, reader, options) {
        Issue.record("\(String(decoding: text, as: UTF8.self).debugDescription): \(problem)")
        return
      }
    }
  }

  private static func problem(
    _ text: [UInt8], _ reader: SparseTextReader, _ options: SparseTextReader.Options
  ) -> String? {
    let expected = Result { () throws(NaiveSparseText.Failure) in
      try NaiveSparseText(text, options)
    }
    do {
      let found = try text.withUnsafeBufferPointer { try reader.read($0, path: "text") }
      guard case .success(let naive) = expected else { return "expected \(expected)" }
      return difference(found, naive)
    } catch let error as FormatError {
      guard case .failure(let failure) = expected else { return "\(error)" }
      let place = NaiveSparseText.Failure(line: error.line, column: error.column)
      return place == failure ? nil : "\(error), expected at \(failure)"
    } catch {
      return "\(error)"
    }
  }

  private static func difference(_ found: SparseText, _ naive: NaiveSparseText) -> String? {
    let (matrix, targets) = (found.dataset.matrix, found.dataset.targets)
    guard matrix.rowCount == naive.rows.count else { return "\(matrix.rowCount) rows" }
    var (lower, upper) = (Float.greatestFiniteMagnitude, -Float.greatestFiniteMagnitude)
    for (index, row) in naive.rows.enumerated() {
      lower = lower < row.target ? lower : row.target
      upper = upper > row.target ? upper : row.target
      guard isSame(targets.base[index], row.target) else { return "target of row \(index)" }
      let entries = matrix[index]
      guard entries.count == row.entries.count else { return "width of row \(index)" }
      for (entry, expected) in zip(entries, row.entries)
      where entry.id != expected.id || !isSame(entry.value, expected.value) {
        return "row \(index): \(entry) instead of \(expected)"
      }
    }
    let range = found.dataset.targetRange
    guard isSame(range.lower, lower), isSame(range.upper, upper) else { return "range \(range)" }
    guard found.largestFeature?.id == naive.largest?.id,
      found.largestFeature?.line == naive.largest?.line,
      matrix.columnCount == naive.largest.map({ Int($0.id) + 1 }) ?? 0
    else { return "largest feature" }
    return nil
  }

  /// Whether two numbers have the same bits, or are both NaN.
  private static func isSame(_ first: Float, _ second: Float) -> Bool {
    first.bitPattern == second.bitPattern || (first.isNaN && second.isNaN)
  }
}
