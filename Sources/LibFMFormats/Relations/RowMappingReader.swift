// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines

/// Reads which row of a relation each case refers to: a vector file, or numbers separated by white space.
///
/// What follows the numbers that are needed in a text is not looked at.
struct RowMappingReader {
  /// The number of cases.
  let caseCount: Int

  /// The number of rows of the relation.
  let rowCount: Int

  /// Reads a file and checks every number in it.
  ///
  /// - Throws: ``FormatError`` when the file cannot be read, has too few numbers, or something else than
  ///   the number of a row; `OutOfMemoryError`.
  func read(_ path: String) throws -> AlignedBuffer<UInt32> {
    try read(InputBytes(path: path), path: path)
  }

  /// Reads bytes that errors call `path`.
  func read(_ input: InputBytes, path: String) throws -> AlignedBuffer<UInt32> {
    try VectorFile.isVectorFile(input)
      ? readBinary(input, path: path) : readText(input, path: path)
  }

  private func readBinary(_ input: InputBytes, path: String) throws -> AlignedBuffer<UInt32> {
    let mapping = try VectorFile.read(input, path: path) { $0 }
    guard mapping.count == caseCount else {
      throw FormatError(
        path: path, byte: 8, found: "the header announces \(mapping.count) numbers",
        expected: "\(caseCount), one for each case")
    }
    for (index, row) in mapping.elements.enumerated() where Int(row) >= rowCount {
      throw FormatError(
        path: path, byte: VectorFile.headerSize + index * 4,
        found: "case \(index) refers to row \(row)", expected: expectedRow)
    }
    return mapping
  }

  private func readText(_ input: InputBytes, path: String) throws -> AlignedBuffer<UInt32> {
    defer { withExtendedLifetime(input) {} }
    var scanner = NumberListScanner(
      UnsafeBufferPointer(start: input.base, count: input.count))
    let mapping = try AlignedBuffer<UInt32>(count: caseCount)
    for index in 0..<caseCount {
      switch scanner.next() {
      case .number(let row) where Int(row) < rowCount:
        mapping.base[index] = row
      case .number(let row):
        throw notARow("\(row)", path, scanner)
      case .other(let text):
        throw notARow(text, path, scanner)
      case nil:
        throw FormatError(
          path: path, line: scanner.line, found: "the file ends after \(index) numbers",
          expected: "\(caseCount), one for each case")
      }
    }
    return mapping
  }

  private func notARow(
    _ text: String, _ path: String, _ scanner: NumberListScanner
  ) -> FormatError {
    var text = text
    let quoted = text.withUTF8 { QuotedText.quote($0) }
    return FormatError(
      path: path, line: scanner.line, column: scanner.column,
      found: "\(quoted) is not a row of the relation", expected: expectedRow)
  }

  private var expectedRow: String {
    rowCount > 0
      ? "a whole number from 0 to \(rowCount - 1)" : "no case, as the relation has no rows"
  }
}
