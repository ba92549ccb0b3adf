// SPDX-License-Identifier: Apache-2.0

import LibFMFormats

extension RecordIndex {
  /// Finds all records of a table in one pass; the table must not be a selection.
  ///
  /// - Throws: `FormatError` when a record cannot be split, or there are more than 4,294,967,295.
  static func of(_ table: CSVTable) throws -> RecordIndex {
    precondition(table.selection == nil)
    let source = RecordSource(table)
    let block = RecordBlock(capacity: RecordSource.standardBlockSize)
    let cells = CellTable(columnCount: table.columns.count)
    var starts: [Int] = []
    var end = table.dataOffset
    while try source.next(into: block) {
      cells.split(block, format: table.format)
      if let error = cells.error { throw source.formatError(error, in: block) }
      for row in 0..<cells.rowCount { starts.append(block.fileOffset + cells.rowOffset(row)) }
      end = min(block.fileOffset + block.count, table.file.byteCount)
    }
    guard starts.count <= Int(UInt32.max) else {
      throw FormatError(
        path: table.path, found: "the file has \(starts.count) rows",
        expected: "at most \(UInt32.max) to shuffle or split")
    }
    starts.append(end)
    return RecordIndex(starts: starts)
  }
}
