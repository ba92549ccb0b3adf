// SPDX-License-Identifier: Apache-2.0

import LibFMFormats

/// Brings the ratings of any MovieLens layout into one table: comma-separated, with named columns.
struct RatingTable {
  private let folder: MovieLensFolder
  private let columns: [RatingColumn]
  private let side: SideInformation?

  /// Chooses the columns.
  ///
  /// - Throws: `FormatError` when what is known of users and items cannot be read.
  init(_ folder: MovieLensFolder, columns: [RatingColumn]) throws {
    self.folder = folder
    self.columns = columns
    side = columns.contains(.age) ? try SideInformation(folder) : nil
  }

  /// Writes the table of one file with ratings.
  ///
  /// - Parameters:
  ///   - source: the file as MovieLens has it.
  ///   - path: the table to write.
  /// - Returns: the number of ratings.
  /// - Throws: `FormatError` for a line that is no rating, or when a file cannot be read or written.
  func write(_ source: String, to path: String) throws -> Int {
    let table = RawTable(
      path: source, separator: folder.dataset.separator,
      fieldNames: ["user", "item", "rating", "time"], advice: folder.dataset.advice)
    let file = try WholeFile(path)
    try file.write(columns.map(\.rawValue).joined(separator: ",") + "\n")
    var count = 0
    try table.forEachLine { line in
      _ = (try line.integer(0), try line.integer(1))
      try file.write(UnsafeRawBufferPointer(line.fields[0]))
      try file.write(byte: comma)
      try file.write(UnsafeRawBufferPointer(line.fields[1]))
      try file.write(byte: comma)
      try file.write(Double(try line.halfStars(2)) / 2)
      let day = try line.integer(3) / secondsPerDay
      if columns.contains(.day) { try file.write(",\(day)") }
      if let side { try file.write(try side.cells(of: line)) }
      try file.write(byte: UInt8(ascii: "\n"))
      count += 1
    }
    try file.commit()
    return count
  }
}

private let comma = UInt8(ascii: ",")
private let secondsPerDay = 86_400
