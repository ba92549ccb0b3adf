// SPDX-License-Identifier: Apache-2.0

/// One of the MovieLens data sets of GroupLens (Harper and Konstan 2015, "The MovieLens Datasets:
/// History and Context").
enum MovieLens: String, Sendable, CaseIterable {
  case ml100K = "ml-100k"
  case ml1M = "ml-1m"
  case ml10M = "ml-10m"

  /// A file of the data set.
  struct File: Sendable {
    /// Its name.
    var name: String

    /// How many lines it has as published.
    var lineCount: Int

    /// About how many megabytes it has as published.
    var megabytes: Double
  }

  /// The name for people.
  var title: String {
    switch self {
    case .ml100K: "MovieLens 100K"
    case .ml1M: "MovieLens 1M"
    case .ml10M: "MovieLens 10M"
    }
  }

  /// The folder that the archive unpacks to.
  var folderName: String {
    switch self {
    case .ml100K: "ml-100k"
    case .ml1M: "ml-1m"
    case .ml10M: "ml-10M100K"
    }
  }

  /// Where it can be had.
  var advice: String {
    switch self {
    case .ml100K:
      "download ml-100k.zip (4.9 MB) from https://grouplens.org/datasets/movielens/100k/"
    case .ml1M: "download ml-1m.zip (5.9 MB) from https://grouplens.org/datasets/movielens/1m/"
    case .ml10M:
      "download ml-10m.zip (66 MB) from https://grouplens.org/datasets/movielens/10m/"
    }
  }

  /// The number of ratings as published.
  var ratingCount: Int { ratings.lineCount }

  /// The file with all ratings: user, item, rating and time.
  var ratings: File {
    switch self {
    case .ml100K: File(name: "u.data", lineCount: 100_000, megabytes: 2.0)
    case .ml1M: File(name: "ratings.dat", lineCount: 1_000_209, megabytes: 24.6)
    case .ml10M: File(name: "ratings.dat", lineCount: 10_000_054, megabytes: 265.1)
    }
  }

  /// The files that tell more of users and items, and that experiments use.
  var sideFiles: [File] {
    switch self {
    case .ml100K:
      [
        File(name: "u.user", lineCount: 943, megabytes: 0.02),
        File(name: "u.item", lineCount: 1_682, megabytes: 0.2),
      ]
    case .ml1M, .ml10M: []
    }
  }

  /// The bytes between the fields of the file with the ratings.
  var separator: String { self == .ml100K ? "\t" : "::" }
}
