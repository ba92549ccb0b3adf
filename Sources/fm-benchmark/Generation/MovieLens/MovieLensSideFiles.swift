// SPDX-License-Identifier: Apache-2.0

/// The files that tell of users and items.
struct MovieLensSideFiles {
  private let layout: MovieLensLayout
  private let options: CaseGenerator.Options

  /// For data of a layout.
  init(_ layout: MovieLensLayout, _ options: CaseGenerator.Options) {
    self.layout = layout
    self.options = options
  }

  /// The names and the lines of all files.
  func files(using random: inout SplitMix64) -> [(name: String, lines: [String])] {
    let items = (1...options.itemCount).map { item(number: $0, using: &random) }
    switch layout {
    case .ml100K:
      let users = (1...options.userCount).map { user -> String in
        let occupation = Self.occupations[random.index(below: Self.occupations.count)]
        return "\(user)|\(18 + random.index(below: 50))|\(Self.sex(&random))|\(occupation)|"
          + Self.zipCode(&random)
      }
      return [
        ("u.user", users), ("u.item", items),
        ("u.genre", Self.genres.enumerated().map { "\($1)|\($0)" }),
      ]
    case .ml1M:
      let users = (1...options.userCount).map { user -> String in
        let age = [1, 18, 25, 35, 45, 50, 56][random.index(below: 7)]
        return "\(user)::\(Self.sex(&random))::\(age)::\(random.index(below: 21))::"
          + Self.zipCode(&random)
      }
      return [("users.dat", users), ("movies.dat", items)]
    case .ml10M: return [("movies.dat", items)]
    }
  }

  private func item(number: Int, using random: inout SplitMix64) -> String {
    let year = 1930 + max(random.index(below: 70), random.index(below: 70))
    // Some titles have letters that are not ASCII.
    let title = "\(number % 10 == 0 ? "Café" : "Film") \(number) (\(year))"
    let members = Set((0..<3).map { _ in 1 + random.index(below: Self.genres.count - 1) })
    guard layout == .ml100K else {
      return "\(number)::\(title)::"
        + members.sorted().map { Self.genres[$0] }.joined(separator: "|")
    }
    let flags = Self.genres.indices.map { members.contains($0) ? "1" : "0" }
    return "\(number)|\(title)|01-Jan-\(year)||http://example.org/\(number)|"
      + flags.joined(separator: "|")
  }

  private static func sex(_ random: inout SplitMix64) -> String {
    random.index(below: 4) == 0 ? "F" : "M"
  }

  private static func zipCode(_ random: inout SplitMix64) -> String {
    let code = String(random.index(below: 100_000))
    return String(repeating: "0", count: 5 - code.count) + code
  }

  private static let occupations = [
    "administrator", "artist", "educator", "engineer", "librarian", "other", "programmer",
    "student", "technician", "writer",
  ]

  private static let genres = [
    "unknown", "Action", "Adventure", "Animation", "Children's", "Comedy", "Crime", "Documentary",
    "Drama", "Fantasy", "Film-Noir", "Horror", "Musical", "Mystery", "Romance", "Sci-Fi",
    "Thriller", "War", "Western",
  ]
}
