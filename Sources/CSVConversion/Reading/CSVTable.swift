// SPDX-License-Identifier: Apache-2.0

public import LibFMFormats

/// A CSV file whose header has been read; its records can be read any number of times.
public struct CSVTable: Sendable {
  /// How to read a file; what is nil is found out.
  public struct Options: Sendable, Hashable {
    /// The byte between fields; nil to guess it from the first line.
    public var separator: UInt8?

    /// Whether the first record names the columns.
    public var hasHeader: Bool

    /// Whether blanks at the beginning of a field are skipped.
    public var skipsInitialSpace: Bool

    /// By default guesses the separator, expects a header and keeps all blanks.
    public init(
      separator: UInt8? = nil, hasHeader: Bool = true, skipsInitialSpace: Bool = false
    ) {
      self.separator = separator
      self.hasHeader = hasHeader
      self.skipsInitialSpace = skipsInitialSpace
    }
  }

  /// The file as messages name it.
  public var path: String

  /// How the file is written.
  public let format: CSVFormat

  /// The names of the columns; where one has no name its number, counted from 0, or `Unnamed: 0` as in
  /// pandas when another column is named by that number.
  public let columns: [String]

  /// The number of leading columns without a name, as `DataFrame.to_csv()` writes for the index.
  public let unnamedIndexCount: Int

  /// What was done to the input before it could be read twice; nil for an ordinary file.
  public var spoolingReason: String? { file.spoolingReason }

  let file: InputFile
  let dataOffset: Int

  /// The records to use; nil for all of them in order.
  var selection: RecordSelection?

  /// Opens a file and reads its header; `-` is standard input, and what ends in `.gz` is decompressed.
  ///
  /// - Throws: `FormatError` when the file cannot be read, is empty, or names two columns alike.
  public init(path: String, options: Options = Options()) throws(FormatError) {
    try self.init(file: try InputFile(path: path), options: options)
  }

  /// Reads the header of an open file.
  init(file: InputFile, options: Options) throws(FormatError) {
    self.file = file
    self.path = file.path
    let start = try Self.skipsByteOrderMark(file) ? 3 : 0
    let block = RecordBlock(capacity: 1 << 16)
    var format = CSVFormat(
      hasHeader: options.hasHeader, skipsInitialSpace: options.skipsInitialSpace)
    let (header, end) = try Self.firstRecord(
      file, from: start, block: block, separator: options.separator, &format)
    self.format = format
    var names = header
    if format.hasHeader {
      unnamedIndexCount = names.count == 1 ? 0 : names.prefix(while: \.isEmpty).count
      for index in names.indices where names[index].isEmpty {
        // A frame without column names is written as ",0,1": there the number is taken.
        let number = String(index)
        names[index] = header.contains(number) ? "Unnamed: " + number : number
      }
      dataOffset = end
    } else {
      names = names.indices.map(String.init)
      unnamedIndexCount = 0
      dataOffset = start
    }
    columns = names
    for (index, name) in names.enumerated() {
      guard let first = names[..<index].firstIndex(of: name) else { continue }
      throw FormatError(
        path: self.path, line: file.place(of: start).line,
        found: "columns \(first) and \(index) are both named '\(name)'",
        expected: "each name once", advice: "rename one of them")
    }
  }

  /// The column that a name or, where no column has that name, a number counted from 0 refers to.
  ///
  /// - Throws: `FormatError` that lists the columns when there is no such column.
  public func column(_ reference: String) throws(FormatError) -> Int {
    if let index = columns.firstIndex(of: reference) { return index }
    if let index = Int(reference), columns.indices.contains(index) { return index }
    throw noColumn(reference)
  }

  /// The column of a name.
  ///
  /// - Throws: `FormatError` that lists the columns when there is no such column.
  public func column(named name: String) throws(FormatError) -> Int {
    guard let index = columns.firstIndex(of: name) else { throw noColumn(name) }
    return index
  }

  private func noColumn(_ reference: String) -> FormatError {
    var advice = "the columns are \(columns.map { "'\($0)'" }.joined(separator: ", "))"
    if columns.contains(where: { $0.hasPrefix(" ") && $0.drop { $0 == " " } == reference }) {
      advice += "; skip blanks after separators (--skip-initial-space)"
    } else if columns.count == 1 {
      advice += "; check --separator, which is \(format.separatorName)"
    }
    return FormatError(
      path: path, line: format.hasHeader ? 1 : nil, found: "there is no column '\(reference)'",
      advice: advice)
  }

  private static func skipsByteOrderMark(_ file: InputFile) throws(FormatError) -> Bool {
    var bytes: (UInt8, UInt8, UInt8) = (0, 0, 0)
    let count = try withUnsafeMutableBytes(of: &bytes) { buffer throws(FormatError) in
      guard let base = buffer.baseAddress else { return 0 }
      return try file.read(into: base.assumingMemoryBound(to: UInt8.self), count: 3, at: 0)
    }
    return count == 3 && bytes == (0xEF, 0xBB, 0xBF)
  }

  /// The fields of the first record that is not an empty line, and the place behind it.
  private static func firstRecord(
    _ file: InputFile, from start: Int, block: RecordBlock, separator: UInt8?,
    _ format: inout CSVFormat
  ) throws(FormatError) -> (fields: [String], end: Int) {
    var wanted = 1 << 16
    while true {
      block.count = 0
      block.reserve(wanted)
      block.count = try file.read(into: block.base, count: wanted, at: start)
      let isWhole = start + block.count >= file.byteCount
      if isWhole { block.endWithLineFeed() }
      let bytes = UnsafeBufferPointer(start: UnsafePointer(block.base), count: block.count)
      guard bytes.contains(where: { $0 != Ascii.lineFeed && $0 != Ascii.carriageReturn }) else {
        throw FormatError(
          path: file.path, found: "the file is empty",
          expected: format.hasHeader ? "a line with the names of the columns" : "rows")
      }
      format.separator = separator ?? SeparatorGuess.separator(of: bytes)
      let end = RecordBoundary(format: format).lastEnd(block.base, count: block.count)
      if isWhole || end != nil {
        if let end { block.count = end }
        return try split(block, file: file, from: start, format: format)
      }
      wanted *= 2
    }
  }

  private static func split(
    _ block: RecordBlock, file: InputFile, from start: Int, format: CSVFormat
  ) throws(FormatError) -> (fields: [String], end: Int) {
    let splitter = RecordSplitter(format, shift: block.shift)
    let end = block.base + block.count
    var position = block.base
    while position < end,
      position.pointee == Ascii.lineFeed
        || position.pointee == Ascii.carriageReturn
    {
      position += 1
    }
    do throws(BlockError) {
      var probe = position
      var none = Cell(start: 0, length: 0)
      let count = try splitter.split(block.base, &probe, end: end, into: &none, limit: 0)
      let cells = UnsafeMutablePointer<Cell>.allocate(capacity: count)
      defer { cells.deallocate() }
      _ = try splitter.split(block.base, &position, end: end, into: cells, limit: count)
      let fields = (0..<count).map { index in
        String(
          decoding: UnsafeBufferPointer(
            start: block.base + Int(cells[index].start), count: Int(cells[index].length)),
          as: UTF8.self)
      }
      return (fields, min(start + (position - block.base), file.byteCount))
    } catch {
      let place = file.place(of: start + error.offset)
      throw FormatError(
        path: file.path, line: place.line, column: place.column, found: error.found,
        expected: error.expected, advice: error.advice)
    }
  }
}
