// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport
import LibFMFormats

/// Writes generated ratings in the files and the layout of a MovieLens data set.
///
/// Users, items, ratings and their order are as in the set; what is told of users and items has no
/// influence on ratings.
struct MovieLensTask {
  private let layout: MovieLensLayout
  private let options: CaseGenerator.Options
  private let folder: String

  /// - Throws: a `CommandError` when the options do not fit together.
  init(_ flags: ParsedFlags) throws(CommandError) {
    for name in Self.foreignFlags where flags.isGiven(name) {
      throw .usage(
        "--\(name) does not go with \(Shape.movieLensName), whose layout decides on that")
    }
    guard let layout = MovieLensLayout(rawValue: flags.text("layout") ?? "ml-100k") else {
      throw .usage(
        "--layout: expected one of "
          + MovieLensLayout.allCases.map(\.rawValue).joined(separator: ", "))
    }
    let sizes = layout.sizes
    options = CaseGenerator.Options(
      shape: .ratings(contextCount: 0),
      rowCount: try flags.integer("rows", in: 1...4_000_000_000, default: sizes.ratings),
      userCount: try flags.integer("users", in: 1...10_000_000, default: sizes.users),
      itemCount: try flags.integer("items", in: 1...10_000_000, default: sizes.items),
      step: layout.step,
      seed: UInt64(try flags.integer("seed", in: 0...Int.max, default: 1)))
    self.layout = layout
    folder = "\(try flags.requiredText("out"))/\(layout.folderName)"
    try options.check()
  }

  /// The flags of the other shapes.
  private static let foreignFlags = [
    "columns", "user-features", "item-features", "test-fraction", "ids", "half-steps",
    "classification",
  ]

  /// Writes all files into a folder of the name that the data set has.
  func run() throws {
    try OutputFolder.make(folder)
    try mark()
    var random = SplitMix64(seed: options.seed &+ 1)
    let ratings = MovieLensRatings(
      options, isSortedByUser: layout.isSortedByUser, using: &random)
    try write(layout.ratingsName, ratings.rows)
    if layout == .ml100K {
      let parts = ratings.rows.map { _ in random.index(below: 5) }
      for part in 0..<5 {
        let isTest = parts.map { $0 == part }
        try write("u\(part + 1).base", zip(ratings.rows, isTest).filter { !$1 }.map(\.0))
        try write("u\(part + 1).test", zip(ratings.rows, isTest).filter { $1 }.map(\.0))
      }
    }
    let side = MovieLensSideFiles(layout, options)
    for (name, lines) in side.files(using: &random) {
      let file = try WholeFile("\(folder)/\(name)")
      for line in lines { try layout.bytes(line + "\n").withUnsafeBytes(file.write) }
      try file.commit()
    }
  }

  /// Says what the data are, for people and for `fm-reproduce`.
  private func mark() throws {
    let file = try WholeFile("\(folder)/\(GeneratedData.markName)")
    try file.write(
      """
      These ratings are made up. They only have the layout of \(layout.rawValue), and were written by
      fm-benchmark generate movielens --layout \(layout.rawValue) --rows \(options.rowCount) \
      --users \(options.userCount) --items \(options.itemCount) --seed \(options.seed)

      """)
    try file.commit()
  }

  private func write(_ name: String, _ rows: [MovieLensRatings.Row]) throws {
    let file = try WholeFile("\(folder)/\(name)")
    for row in rows {
      let stars = row.halves % 2 == 0 ? "\(row.halves / 2)" : "\(row.halves / 2).5"
      for (index, field) in ["\(row.user + 1)", "\(row.item + 1)", stars, "\(row.time)"]
        .enumerated()
      {
        if index > 0 { try file.write(layout.separator) }
        try file.write(field)
      }
      try file.write("\n")
    }
    try file.commit()
  }
}
