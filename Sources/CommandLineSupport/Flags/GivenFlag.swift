// SPDX-License-Identifier: Apache-2.0

/// A flag as it stands on the command line.
struct GivenFlag: Sendable, Hashable {
  /// The name without dashes; in the original's dialect not yet known to exist.
  var name: String

  /// The text after the name; nil when none followed.
  var value: String?
}
