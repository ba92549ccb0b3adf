// SPDX-License-Identifier: Apache-2.0

/// Tells names of identifiers from those of quantities.
enum IdentifierName {
  /// Whether a column of that name and of whole numbers is likely to hold identifiers.
  ///
  /// So are `id`, `user_id`, `item id`, `itemId`, `placeID`, `id_user`, `uid`, `guid` and the like.
  static func matches(_ name: String) -> Bool {
    let words = words(in: name)
    return words.first == "id" || words.last == "id" || words.last == "ids"
      || (words.last.map(shortNames.contains) ?? false)
  }

  private static let shortNames: Set = [
    "uid", "iid", "pid", "gid", "sid", "cid", "mid", "uuid", "guid",
  ]

  /// The words of a name in lower case: split where no letter or digit stands, and before each capital
  /// that follows a small letter or a digit.
  private static func words(in name: String) -> [String] {
    var words: [String] = []
    var word = ""
    var last: Character?
    for character in name {
      if !character.isLetter && !character.isNumber {
        if !word.isEmpty { words.append(word) }
        word = ""
      } else {
        if character.isUppercase, let last, last.isLowercase || last.isNumber, !word.isEmpty {
          words.append(word)
          word = ""
        }
        word += character.lowercased()
      }
      last = character
    }
    if !word.isEmpty { words.append(word) }
    return words
  }
}
