// SPDX-License-Identifier: Apache-2.0

public import FactorizationMachines

/// Reads what each case counts: a text with one number a line, the first for the first case.
///
/// Numbers are finite and not below 0, and not all of them are 0. Blanks around a number and lines without
/// anything at the end do not matter.
public enum CaseWeightsReader {
  /// Reads the weights of `caseCount` cases.
  ///
  /// - Throws: ``FormatError`` when the file cannot be read, or has another number of lines or a line that
  ///   is no weight; `OutOfMemoryError`.
  public static func read(path: String, caseCount: Int) throws -> AlignedBuffer<Double> {
    let bytes = try InputBytes(path: path)
    return try withExtendedLifetime(bytes) {
      try read(bytes.buffer, path: path, caseCount: caseCount)
    }
  }

  /// Reads a text in memory, which errors call `path`.
  static func read(
    _ text: UnsafeBufferPointer<UInt8>, path: String, caseCount: Int
  ) throws -> AlignedBuffer<Double> {
    let weights = try AlignedBuffer<Double>(count: caseCount)
    var end = text.count
    while end > 0, Ascii.isSpace(text[end - 1]) { end -= 1 }
    var lineStart = 0
    var count = 0
    while lineStart < end {
      var lineEnd = lineStart
      while lineEnd < end, text[lineEnd] != Ascii.lineFeed { lineEnd += 1 }
      let line = LineOfWeight(
        text: UnsafeBufferPointer(rebasing: text[lineStart..<lineEnd]), number: count + 1)
      guard count < caseCount else { throw line.isOneTooMany(path, caseCount: caseCount) }
      weights.base[count] = try line.weight(path)
      count += 1
      lineStart = lineEnd + 1
    }
    guard count == caseCount else {
      throw FormatError(
        path: path, line: max(count, 1), found: "the file ends after \(count) weights",
        expected: "\(caseCount), one for each case")
    }
    guard caseCount == 0 || weights.elements.contains(where: { $0 > 0 }) else {
      throw FormatError(
        path: path, found: "all weights are 0, so that there is nothing to learn from",
        expected: "at least one above 0")
    }
    return weights
  }
}

/// A line that is to hold a weight.
private struct LineOfWeight {
  private let text: UnsafeBufferPointer<UInt8>
  private let number: Int

  /// Where the text begins, counted from 1.
  private let column: Int

  init(text: UnsafeBufferPointer<UInt8>, number: Int) {
    var (start, end) = (0, text.count)
    while start < end, Ascii.isSpace(text[start]) { start += 1 }
    while start < end, Ascii.isSpace(text[end - 1]) { end -= 1 }
    self.text = UnsafeBufferPointer(rebasing: text[start..<end])
    self.number = number
    column = start + 1
  }

  func weight(_ path: String) throws(FormatError) -> Double {
    guard let start = text.baseAddress, !text.isEmpty else {
      throw error(path, found: "there is no weight in this line")
    }
    let (value, length) = DoubleScanner.scan(start, end: start + text.count)
    guard length == text.count else {
      throw error(path, found: "\(QuotedText.quote(text)) is not a weight")
    }
    guard value.isFinite else {
      throw error(path, found: "the weight \(QuotedText.quote(text)) is not finite")
    }
    guard value >= 0 else {
      throw error(path, found: "the weight \(QuotedText.quote(text)) is negative")
    }
    return value
  }

  func isOneTooMany(_ path: String, caseCount: Int) -> FormatError {
    FormatError(
      path: path, line: number, column: column,
      found: "there are more weights than the \(caseCount) cases",
      expected: "one for each case", advice: "write the weights again from the training file")
  }

  private func error(_ path: String, found: String) -> FormatError {
    FormatError(
      path: path, line: number, column: column, found: found,
      expected: "one finite number a line, 0 or more")
  }
}
