// SPDX-License-Identifier: Apache-2.0

/// What stands at the beginning of a sparse matrix file: 24 bytes, little-endian.
///
///     offset  type  meaning
///          0  u32   2, the mark of a matrix file
///          4  u32   4, the size of a value
///          8  u64   number of entries
///         16  u32   number of rows
///         20  u32   number of columns
///
/// Then each row follows: u32 number of entries, and for each entry u32 id and f32 value. In a
/// transposed file (`.xt`) the rows are features and the ids are cases.
public struct BinaryMatrixHeader: Sendable, Hashable {
  /// The number of entries of all rows.
  public var entryCount: Int

  /// The number of rows, below 2³².
  public var rowCount: Int

  /// The number of columns, below 2³²; every id is below it.
  public var columnCount: Int

  static let fileMark: UInt32 = 2
  static let valueSize: UInt32 = 4
  static let wordCount = 6

  /// Describes a matrix.
  public init(entryCount: Int, rowCount: Int, columnCount: Int) {
    self.entryCount = entryCount
    self.rowCount = rowCount
    self.columnCount = columnCount
  }

  /// The header of the matrix with rows and columns exchanged.
  var transposed: BinaryMatrixHeader {
    BinaryMatrixHeader(entryCount: entryCount, rowCount: columnCount, columnCount: rowCount)
  }

  /// Reads the header of a file and checks that the file is large enough for what it announces.
  init(_ input: InputBytes, path: String) throws(FormatError) {
    guard input.count >= Self.wordCount * 4 else {
      throw FormatError(
        path: path, found: "the file has \(input.count) bytes",
        expected: "a matrix file, which begins with a header of 24 bytes", advice: makeByConvert)
    }
    let start = UnsafeRawPointer(input.base)
    func word(_ index: Int) -> UInt32 {
      UInt32(littleEndian: start.loadUnaligned(fromByteOffset: index * 4, as: UInt32.self))
    }
    guard word(0) == Self.fileMark else {
      throw FormatError(
        path: path, byte: 0, found: "the file begins with the number \(word(0))",
        expected: "\(Self.fileMark), the mark of a matrix file", advice: makeByConvert)
    }
    guard word(1) == Self.valueSize else {
      throw FormatError(
        path: path, byte: 4, found: "a value has \(word(1)) bytes",
        expected: "\(Self.valueSize)", advice: makeByConvert)
    }
    let entryCount = UInt64(word(2)) | UInt64(word(3)) << 32
    let rowCount = Int(word(4))
    let wordsForEntries = input.count / 4 - Self.wordCount - rowCount
    guard wordsForEntries >= 0, entryCount <= UInt64(wordsForEntries / 2) else {
      throw FormatError(
        path: path,
        found: "the file has \(input.count) bytes, too few for the \(rowCount) rows and "
          + "\(entryCount) entries that its header announces",
        advice: "the file is cut off or damaged; make it again")
    }
    self.init(entryCount: Int(entryCount), rowCount: rowCount, columnCount: Int(word(5)))
  }

  /// The header as it stands in a file.
  var words: [UInt32] {
    let entryCount = UInt64(entryCount)
    return [
      Self.fileMark, Self.valueSize, UInt32(truncatingIfNeeded: entryCount),
      UInt32(truncatingIfNeeded: entryCount >> 32), UInt32(rowCount), UInt32(columnCount),
    ].map(\.littleEndian)
  }
}

private let makeByConvert = "convert and transpose make such files from text"
