// SPDX-License-Identifier: Apache-2.0

import LibFMFormats

/// The role of each column of the fitting table.
struct RoleAssignment {
  /// The role of each column; of a guessed one what is believed so far.
  var roles: [ColumnRole]

  /// Which roles are guessed by content.
  private(set) var isGuessed: [Bool]

  /// Why columns are ignored, by column.
  private(set) var reasons: [Int: String] = [:]

  /// Gives named columns their roles and classifies the others by what the first records hold.
  ///
  /// - Throws: `FormatError` when a column does not exist, has two roles, or is a second target.
  init(_ options: EncoderOptions, table: CSVTable) throws(FormatError) {
    var named: [Int: ColumnRole] = [:]
    var target: Int?
    for entry in options.roles {
      let column = try table.column(entry.column)
      if let other = named[column], other != entry.role {
        throw FormatError(
          path: table.path,
          found: "column '\(table.columns[column])' is given two roles: \(other.name) and "
            + entry.role.name,
          expected: "one")
      }
      if entry.role == .target {
        if let target, target != column {
          throw FormatError(
            path: table.path,
            found: "there are two targets: '\(table.columns[target])' and "
              + "'\(table.columns[column])'",
            expected: "one")
        }
        target = column
      }
      named[column] = entry.role
    }
    let content =
      options.ignoresUnnamed ? [:] : try Self.content(of: table, missing: options.missing)
    roles = []
    isGuessed = []
    for (column, name) in table.columns.enumerated() {
      if let role = named[column] {
        roles.append(role)
        isGuessed.append(false)
        if role == .ignored { reasons[column] = "as told" }
      } else if column < table.unnamedIndexCount {
        roles.append(.ignored)
        isGuessed.append(false)
        reasons[column] = "the unnamed index that to_csv() adds"
      } else if options.ignoresUnnamed {
        roles.append(.ignored)
        isGuessed.append(false)
        reasons[column] = "not named"
      } else {
        let content = content[column] ?? []
        // Without a value in sight any kind of value may follow.
        roles.append(content.isEmpty ? .category : content.role(name: name))
        isGuessed.append(true)
      }
    }
  }

  /// Takes note of what a guessed column really holds.
  ///
  /// - Returns: whether its role differs from what was believed.
  mutating func revise(_ column: Int, role: ColumnRole) -> Bool {
    if role == .ignored { reasons[column] = "it has no values" }
    guard roles[column] != role else { return false }
    roles[column] = role
    // A column without values needs no second look.
    return role != .ignored
  }

  /// What the columns hold in the first block.
  private static func content(
    of table: CSVTable, missing: MissingValues
  ) throws(FormatError) -> [Int: ColumnContent] {
    let block = RecordBlock(capacity: RecordSource.standardBlockSize)
    guard try RecordSource(table).next(into: block) else { return [:] }
    let cells = CellTable(columnCount: table.columns.count)
    cells.split(block, format: table.format)
    var content: [Int: ColumnContent] = [:]
    for column in table.columns.indices {
      var seen: ColumnContent = []
      for row in 0..<cells.rowCount where !seen.contains(.text) {
        let cell = cells.bytes(row: row, column: column)
        if !missing.contains(cell) { seen.formUnion(ColumnContent.of(cell)) }
      }
      content[column] = seen
    }
    return content
  }
}
