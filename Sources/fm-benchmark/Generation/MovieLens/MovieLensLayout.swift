// SPDX-License-Identifier: Apache-2.0

/// How the files of a MovieLens data set are laid out.
enum MovieLensLayout: String, CaseIterable {
  case ml100K = "ml-100k"
  case ml1M = "ml-1m"
  case ml10M = "ml-10m"

  /// The numbers of ratings, of users and of items as published.
  var sizes: (ratings: Int, users: Int, items: Int) {
    switch self {
    case .ml100K: (100_000, 943, 1_682)
    case .ml1M: (1_000_209, 6_040, 3_706)
    case .ml10M: (10_000_054, 69_878, 10_677)
    }
  }

  /// The folder that the files lie in.
  var folderName: String { self == .ml10M ? "ml-10M100K" : rawValue }

  /// The file with all ratings.
  var ratingsName: String { self == .ml100K ? "u.data" : "ratings.dat" }

  /// What stands between the fields of a rating.
  var separator: String { self == .ml100K ? "\t" : "::" }

  /// The distance between neighbouring ratings.
  var step: Double { self == .ml10M ? 0.5 : 1 }

  /// Whether all ratings of a user follow each other.
  var isSortedByUser: Bool { self != .ml100K }

  /// The bytes of a text: Latin-1, but UTF-8 in the largest set.
  func bytes(_ text: String) -> [UInt8] {
    if self == .ml10M { return Array(text.utf8) }
    return text.unicodeScalars.map { UInt8(exactly: $0.value) ?? UInt8(ascii: "?") }
  }
}
