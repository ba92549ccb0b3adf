// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport
import LibFMFormats

/// Turns tables into the sparse text format: each kept column a group of one-hot features.
///
/// A feature is a pair of a column and a text. It gets the next id when it is first seen, over all
/// files in their order.
struct TripleConversion {
  /// The tables, in order; each becomes a file of the same name with `.libfm` after it.
  var inputs: [String]

  /// Whether each table begins with a line of names.
  var hasHeader = false

  /// The column of the target, counted from 0, or from the end if negative.
  ///
  /// A target counted from the end is kept as a feature as well.
  var targetColumn: Int

  /// Columns that are left out, counted from 0.
  var deletedColumns: Set<Int> = []

  /// The first id.
  var offset = 0

  /// What stands between columns.
  var separator: Separator

  /// Where to write the group of each feature, in the order of ids; nil not to.
  var groupsPath: String?

  /// Converts all tables; files appear only when everything went well.
  ///
  /// - Parameters:
  ///   - output: Told which file is at work.
  ///   - warn: Called with what the user should know about the data.
  /// - Throws: A `FormatError` that names the file and, for a line that is too short, the line.
  func run(output: StandardOutput, warn: (String) -> Void) throws {
    let readers = try inputs.map { try LineReader(path: $0) }
    let groupsFile = try groupsPath.map { try WholeFile($0) }
    var groups = groupsFile.map { RowBuffer($0) }
    var features = FeatureDictionary()
    var files: [WholeFile] = []
    for reader in readers {
      let file = try WholeFile(reader.path + ".libfm")
      output.write("transforming file \(reader.path) to \(file.path)...")
      output.flush()
      defer { output.write("\n") }
      try convert(reader, to: file, features: &features, groups: &groups, warn: warn)
      files.append(file)
    }
    try groups?.flush()
    for file in files { try file.commit() }
    try groupsFile?.commit()
  }

  private func convert(
    _ reader: LineReader, to file: WholeFile, features: inout FeatureDictionary,
    groups: inout RowBuffer?, warn: (String) -> Void
  ) throws {
    var splitter = FieldSplitter(separator)
    var columns = ColumnGroups(omitted: deletedColumns.union([targetColumn]))
    var rows = RowBuffer(file)
    var endsInCarriageReturn = false
    if hasHeader { _ = try reader.next() }
    while let line = try reader.next() {
      if line.isEmpty { continue }
      endsInCarriageReturn = endsInCarriageReturn || line[line.count - 1] == 0x0D
      splitter.split(line)
      let fields = splitter.fields
      let target = targetColumn < 0 ? fields.count + targetColumn : targetColumn
      guard fields.indices.contains(target) else {
        throw tooShort(reader, columns: fields.count)
      }
      try rows.append(UnsafeRawBufferPointer(rebasing: line[fields[target]]))
      columns.extend(to: fields.count)
      for (column, range) in fields.enumerated() {
        let group = columns.groups[column]
        if group < 0 { continue }
        let text = UnsafeRawBufferPointer(rebasing: line[range])
        let known = features.count
        let number = features.number(group: group, text: text)
        if number == known {
          try groups?.append(group)
          try groups?.append(UInt8(ascii: "\n"))
        }
        try rows.append(UInt8(ascii: " "))
        try rows.append(offset &+ number)
        try rows.append(UInt8(ascii: ":"))
        try rows.append(UInt8(ascii: "1"))
      }
      try rows.append(UInt8(ascii: "\n"))
    }
    try rows.flush()
    if endsInCarriageReturn {
      warn("\(reader.path): lines end in CR LF; the CR stays part of the last column")
    }
  }

  private func tooShort(_ reader: LineReader, columns: Int) -> FormatError {
    let needed = targetColumn < 0 ? targetColumn.magnitude : targetColumn.magnitude + 1
    return FormatError(
      path: reader.path, line: reader.lineNumber,
      found: "\(columns) \(columns == 1 ? "column" : "columns")",
      expected: "at least \(needed), as the target is column \(targetColumn)",
      advice: columns > 1
        ? "correct or remove the line"
        : "check that --separator is what stands between the columns")
  }
}
