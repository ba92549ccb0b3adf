// SPDX-License-Identifier: Apache-2.0

/// Chooses exactly a given number of test rows at random while the rows stream by.
///
/// Selection sampling (Knuth, The Art of Computer Programming 2, section 3.4.2, algorithm S).
struct TestSplit {
  private var rowsLeft: Int
  private var testRowsLeft: Int
  private var random: SplitMix64

  init(rowCount: Int, testRowCount: Int, seed: UInt64) {
    rowsLeft = rowCount
    testRowsLeft = testRowCount
    random = SplitMix64(seed: seed)
  }

  /// Whether the next row goes to the test set.
  mutating func next() -> Bool {
    let isTest = random.index(below: rowsLeft) < testRowsLeft
    rowsLeft -= 1
    if isTest { testRowsLeft -= 1 }
    return isTest
  }
}
