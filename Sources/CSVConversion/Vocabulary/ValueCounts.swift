// SPDX-License-Identifier: Apache-2.0

/// The distinct values of a column, put together from what several workers saw.
struct ValueCounts {
  /// The values in no particular order.
  let dictionary: ByteDictionary

  /// The values in the order of their first appearance.
  let order: [Int]

  /// Whether all values are whole numbers; then `196.0` has been counted as `196`.
  let isInteger: Bool

  /// How many values were missing.
  let missingCount: Int

  /// Joins the values of several workers; they are joined in the first dictionary, so that none of them
  /// is of use afterwards.
  ///
  /// - Parameters:
  ///   - parts: what each worker saw.
  ///   - joinsIntegers: whether `196.0` may be the same as `196`.
  ///   - missingCount: how many values were missing.
  init(_ parts: [ByteDictionary], joinsIntegers: Bool, missingCount: Int = 0) {
    self.missingCount = missingCount
    let first = parts[0]
    for part in parts.dropFirst() {
      for entry in 0..<part.count {
        first.add(
          part.text(entry), at: part.firstPosition(entry), occurrences: part.occurrences(entry))
      }
    }
    var merged = first
    var isInteger = joinsIntegers && first.count > 0
    var hasFractions = false
    for entry in 0..<first.count where isInteger {
      let text = first.text(entry)
      let whole = CellNumber.withoutZeroFraction(text)
      isInteger = CellNumber.isInteger(whole)
      hasFractions = hasFractions || whole.count < text.count
    }
    if isInteger, hasFractions {
      merged = ByteDictionary(minimumCapacity: first.count)
      for entry in 0..<first.count {
        merged.add(
          CellNumber.withoutZeroFraction(first.text(entry)), at: first.firstPosition(entry),
          occurrences: first.occurrences(entry))
      }
    }
    dictionary = merged
    self.isInteger = isInteger
    order = (0..<merged.count).sorted { merged.firstPosition($0) < merged.firstPosition($1) }
  }

  /// What kinds of values there are.
  var content: ColumnContent {
    var content: ColumnContent = []
    for entry in 0..<dictionary.count where !content.contains(.text) {
      content.formUnion(ColumnContent.of(dictionary.text(entry)))
    }
    return content
  }
}
