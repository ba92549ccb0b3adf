// SPDX-License-Identifier: Apache-2.0

/// What a rating is described by, beside its user and its item.
struct FeatureSet: Sendable, Hashable {
  /// Whether the day of the rating is a feature, one for each day.
  var usesDay = false

  /// Whether a user comes with the set of items rated in the training data (SVD++, Koren 2008).
  var usesItemsOfUser = false

  /// Whether an item comes with the set of users who rated it in the training data ("flipped").
  var usesUsersOfItem = false

  /// Whether age, occupation and region of the user, genres and year of the item are features.
  var usesSideInformation = false

  /// Whether each column has a prior of its own; otherwise all features share one.
  var groupsByColumn = false

  /// The columns on whose value alone further features depend, so that these are stored once a value.
  var relationKeys: [RatingColumn] {
    var keys: [RatingColumn] = []
    if usesItemsOfUser || usesSideInformation { keys.append(.user) }
    if usesUsersOfItem || usesSideInformation { keys.append(.item) }
    return keys
  }

  /// The columns of the table of ratings, in order.
  var columns: [RatingColumn] {
    [.user, .item, .rating] + (usesDay ? [.day] : [])
      + (usesSideInformation ? RatingColumn.ofUser + RatingColumn.ofItem : [])
  }

  /// The features in words.
  var text: String {
    var parts = ["user", "item"]
    if usesDay { parts.append("day") }
    if usesItemsOfUser { parts.append("items rated by the user") }
    if usesUsersOfItem { parts.append("users of the item") }
    if usesSideInformation {
      parts.append("age, occupation and region of the user, genres and year of the item")
    }
    return parts.joined(separator: ", ") + (groupsByColumn ? "; a prior for each column" : "")
  }
}

/// A column of the table that ratings are brought into, whatever files they come from.
enum RatingColumn: String, Sendable {
  case user
  case item
  case rating
  case day
  case age
  case occupation
  case region
  case genres
  case year

  /// What depends on the user alone.
  static let ofUser: [RatingColumn] = [.age, .occupation, .region]

  /// What depends on the item alone.
  static let ofItem: [RatingColumn] = [.genres, .year]
}

extension FeatureSet {
  /// Whether a column depends on the key of a relation alone.
  func isInRelation(_ column: RatingColumn) -> Bool {
    relationKeys.contains { key in
      column == key || (key == .user ? RatingColumn.ofUser : RatingColumn.ofItem).contains(column)
    }
  }
}
