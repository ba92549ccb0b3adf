// SPDX-License-Identifier: Apache-2.0

/// What the generated cases look like beside their user and their item.
enum Shape: Equatable {
  /// Further one-hot columns, `contextCount` of them, each with a small effect of its own.
  case ratings(contextCount: Int)

  /// A set of so many further items, each with the value 1 / size, with a mean effect.
  case sets(sizes: ClosedRange<Int>)

  /// So many columns of real numbers that are never 0, each with a small weight.
  case dense(columnCount: Int)

  /// The name of the shape that has several tables.
  static let starName = "star"

  /// The name of the shape that is written as the files of a MovieLens data set.
  static let movieLensName = "movielens"

  /// The names on the command line, and what they stand for.
  static let names = [
    ("ratings", "a user and an item, with --columns C further one-hot columns up to C"),
    ("sets", "a user, an item and a set of 10 to 50 other items, each 1/n"),
    ("dense", "a user, an item and --columns C real numbers (default 40)"),
    (starName, "users and items with a table each: as relations, and joined"),
    (movieLensName, "the raw files of a MovieLens data set; sizes default to those published"),
  ]

  /// The shape of that name; `columnCount` is what `--columns` says.
  init?(name: String, columnCount: Int?) {
    switch name {
    case "ratings": self = .ratings(contextCount: max(0, (columnCount ?? 2) - 2))
    case "sets": self = .sets(sizes: 10...50)
    case "dense": self = .dense(columnCount: columnCount ?? 40)
    default: return nil
    }
  }
}
