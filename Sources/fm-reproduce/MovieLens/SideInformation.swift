// SPDX-License-Identifier: Apache-2.0

import LibFMFormats

/// What MovieLens 100K tells of users and items, as cells of the table of ratings.
struct SideInformation {
  private var cellsOfUser: [Int: String] = [:]
  private var cellsOfItem: [Int: String] = [:]
  private let folder: MovieLensFolder

  /// Reads `u.user` and `u.item`.
  ///
  /// - Throws: `FormatError` when a file cannot be read or holds something else.
  init(_ folder: MovieLensFolder) throws {
    self.folder = folder
    try table("u.user", ["user", "age", "sex", "occupation", "zip code"]).forEachLine { line in
      let age = try line.integer(1)
      let region = line.text(4).prefix(1)
      cellsOfUser[try line.integer(0)] =
        "\(age / 5 * 5),\(try Self.word(line, 3)),"
        + (region.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) } ? region : "")
    }
    let genres = (0..<Self.genreCount).map { "genre \($0)" }
    let names = ["item", "title", "release date", "video date", "address"] + genres
    try table("u.item", names).forEachLine { line in
      var members: [String] = []
      for genre in genres.indices where try Self.flag(line, 5 + genre) {
        members.append("\(genre)")
      }
      cellsOfItem[try line.integer(0)] =
        members.joined(separator: "|") + "," + (try Self.year(line, 2))
    }
  }

  /// The cells of a rating's user and item, each after a comma: those of ``RatingColumn/ofUser``, then
  /// those of ``RatingColumn/ofItem``.
  ///
  /// - Throws: `FormatError` for a user or an item that the files do not list.
  func cells(of rating: RawTable.Line) throws(FormatError) -> String {
    guard let user = cellsOfUser[try rating.integer(0)] else {
      throw rating.error(
        0, expected: "a user that \(folder.file("u.user")) lists", advice: folder.dataset.advice)
    }
    guard let item = cellsOfItem[try rating.integer(1)] else {
      throw rating.error(
        1, expected: "an item that \(folder.file("u.item")) lists", advice: folder.dataset.advice)
    }
    return ",\(user),\(item)"
  }

  private func table(_ name: String, _ fieldNames: [String]) -> RawTable {
    RawTable(
      path: folder.file(name), separator: "|", fieldNames: fieldNames,
      advice: folder.dataset.advice)
  }

  /// How many genres there are, "unknown" included.
  private static let genreCount = 19

  private static func word(
    _ line: RawTable.Line, _ field: Int
  ) throws(FormatError) -> String {
    let text = line.text(field)
    guard !text.isEmpty, text.allSatisfy({ $0.isASCII && $0.isLetter }) else {
      throw line.error(field, expected: "a word")
    }
    return text
  }

  private static func flag(
    _ line: RawTable.Line, _ field: Int
  ) throws(FormatError) -> Bool {
    let number = try line.integer(field)
    guard number <= 1 else { throw line.error(field, expected: "0 or 1") }
    return number == 1
  }

  /// The last four characters of a date such as 01-Jan-1995; empty when there is none.
  private static func year(
    _ line: RawTable.Line, _ field: Int
  ) throws(FormatError) -> String {
    let text = line.text(field)
    let year = text.suffix(4)
    guard text.isEmpty || (year.count == 4 && year.allSatisfy { ("0"..."9").contains($0) }) else {
      throw line.error(field, expected: "a date such as 01-Jan-1995")
    }
    return String(year)
  }
}
