// SPDX-License-Identifier: Apache-2.0

extension BinaryMatrixFile {
  /// Checks that features can be numbered with 32 bits, sign included.
  func checkFeatureCount(_ count: Int, atByte byte: Int) throws(FormatError) {
    guard count > SparseTextReader.largestID + 1 else { return }
    throw FormatError(
      path: path, byte: byte, found: "the header announces \(count) features",
      expected: "at most \(SparseTextReader.largestID + 1)")
  }

  /// Checks the number of cases of a transposed file, which the size of the file says nothing about.
  func checkCaseCount(_ count: Int, expected: Int?) throws(FormatError) {
    if let expected {
      guard count != expected else { return }
      throw FormatError(
        path: path, byte: 20, found: "the header announces \(count) cases",
        expected: "\(expected), the number of targets",
        advice: "files that belong together are made by convert and transpose from one text")
    }
    guard count > header.entryCount + mostEmptyCases else { return }
    throw FormatError(
      path: path, byte: 20,
      found: "the header announces \(count) cases for \(header.entryCount) entries",
      expected: "at most \(mostEmptyCases) cases without entries",
      advice: "the file is damaged; make it again")
  }

  /// Names the first id of a piece that is no column.
  func idOutOfRange(
    in piece: BinaryMatrixPiece, _ words: UnsafePointer<UInt32>
  ) -> FormatError {
    var error = FormatError(
      path: path, found: "the file changed while it was read", advice: "run again")
    var isFound = false
    piece.forEachRow(of: words) { row, entries, count in
      for entry in 0..<count where !isFound {
        let id = UInt32(littleEndian: entries[2 * entry])
        if Int(id) >= header.columnCount {
          isFound = true
          error = FormatError(
            path: path, byte: (entries + 2 * entry - words) * 4,
            found: "id \(id) in row \(row)",
            expected: "an id below \(header.columnCount), the number of columns in the header",
            advice: "the file is damaged; make it again")
        }
      }
    }
    return error
  }
}

/// Beyond this number of cases without entries a header is taken to be damaged: memory is needed for
/// each case.
private let mostEmptyCases = 1 << 24
