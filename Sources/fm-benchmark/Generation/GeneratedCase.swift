// SPDX-License-Identifier: Apache-2.0

/// One case as it is drawn, before its levels become feature ids.
struct GeneratedCase {
  /// A level of a field with its value.
  struct Entry {
    var field: Int
    var level: Int
    var value: Float
  }

  /// The rating, or the class as 1 and -1.
  var target = 0.0

  /// The entries, in the order of their fields.
  var entries: [Entry] = []
}
