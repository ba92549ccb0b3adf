// SPDX-License-Identifier: Apache-2.0

/// The value of a flag that was given, converted to what the flag wants.
enum FlagValue: Sendable, Hashable {
  case none
  case text(String)
  case texts([String])
  case integer(Int)
  case integers([Int])
  case number(Double)
  case numbers([Double])
}
