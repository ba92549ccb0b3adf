// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines
import LibFMFormats

/// Copies a table as it stands and adds columns at its right.
struct TableCopy {
  let table: CSVTable
  let pool: WorkerPool

  /// Checks that the new columns have names of their own.
  ///
  /// - Throws: `FormatError` when the table has a column of that name already.
  init(_ table: CSVTable, names: [String], pool: WorkerPool) throws(FormatError) {
    self.table = table
    self.pool = pool
    self.names = names
    if let name = names.first(where: table.columns.contains) {
      throw FormatError(
        path: table.path, line: 1, found: "there is a column '\(name)' already",
        advice: "rename it first")
    }
  }

  private let names: [String]

  /// Copies the header, if there is one, and all rows.
  ///
  /// - Parameters:
  ///   - makeState: makes what a worker works with.
  ///   - prepare: is called for each block.
  ///   - append: adds the fields of one row, each after a separator.
  ///   - send: receives the text in order.
  /// - Throws: `FormatError` for a row that cannot be read, and what `send` throws.
  func run<State>(
    state makeState: () throws -> State, prepare: (State, CellTable) -> BlockError?,
    append: (State, _ row: Int, GrowableBuffer<UInt8>) -> Void,
    to send: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    if table.format.hasHeader {
      var header = try headerText()
      for name in names { header += CSVText.field(name, after: table.format.separator) }
      header.append(Ascii.lineFeed)
      try header.withUnsafeBytes(send)
    }
    _ = try BlockPass(table: table, pool: pool).run(
      state: { _ in (state: try makeState(), text: GrowableBuffer<UInt8>(capacity: 1 << 16)) },
      work: { worker, cells in
        if let error = prepare(worker.state, cells) { return error }
        worker.text.count = 0
        for row in 0..<cells.rowCount {
          let record = Self.withoutLineEnd(cells.record(row))
          worker.text.append(contentsOf: record)
          append(worker.state, row, worker.text)
          worker.text.append(Ascii.lineFeed)
        }
        return nil
      },
      finish: { worker, _ in try send(UnsafeRawBufferPointer(worker.text.elements)) })
  }

  private func headerText() throws(FormatError) -> [UInt8] {
    var bytes = Array(repeating: UInt8(0), count: table.dataOffset)
    _ = try bytes.withUnsafeMutableBufferPointer { buffer throws(FormatError) in
      guard let base = buffer.baseAddress else { return 0 }
      return try table.file.read(into: base, count: buffer.count, at: 0)
    }
    return bytes.withUnsafeBufferPointer { Array(Self.withoutLineEnd($0)) }
  }

  private static func withoutLineEnd(
    _ record: UnsafeBufferPointer<UInt8>
  ) -> UnsafeBufferPointer<UInt8> {
    var count = record.count
    while count > 0,
      record[count - 1] == Ascii.lineFeed || record[count - 1] == Ascii.carriageReturn
    {
      count -= 1
    }
    return UnsafeBufferPointer(rebasing: record[..<count])
  }
}

/// Text of CSV files.
enum CSVText {
  /// A separator and a field, in quotes if it needs them.
  static func field(_ text: String, after separator: UInt8) -> [UInt8] {
    [separator] + field(text, separator: separator)
  }

  /// A field, in quotes if it needs them.
  static func field(_ text: String, separator: UInt8) -> [UInt8] {
    let bytes = Array(text.utf8)
    let special = [separator, Ascii.quote, Ascii.lineFeed, Ascii.carriageReturn]
    guard bytes.contains(where: special.contains) else { return bytes }
    return [Ascii.quote] + bytes.flatMap { $0 == Ascii.quote ? [$0, $0] : [$0] } + [Ascii.quote]
  }

  /// A number in the shortest form that is read back exactly.
  static func number(_ value: Double) -> String {
    let text = value.description
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}

extension GrowableBuffer<UInt8> {
  /// Adds bytes.
  func append(contentsOf bytes: UnsafeBufferPointer<UInt8>) {
    guard let start = bytes.baseAddress else { return }
    reserve(bytes.count)
    (base + count).update(from: start, count: bytes.count)
    count += bytes.count
  }

  /// Adds a text.
  func append(_ text: String) {
    var text = text
    text.withUTF8 { append(contentsOf: $0) }
  }
}
