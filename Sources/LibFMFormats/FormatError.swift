// SPDX-License-Identifier: Apache-2.0

/// A file that cannot be read or written, or whose content is not what it should be.
///
/// Its description begins with `path:line:column:` so that editors can jump there, then says what was
/// found, what was expected and what to do, as far as these are known:
/// `train.libfm:17:9: feature -3 is negative; expected an id from 0 to 2147483646; …`.
public struct FormatError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The file as the user named it.
  public var path: String

  /// The line, counted from 1; nil when the error concerns the file as a whole.
  public var line: Int?

  /// The column in bytes, counted from 1; nil when the error concerns a whole line or file.
  public var column: Int?

  /// What is wrong: what was found.
  public var found: String

  /// What should have been there; empty when `found` says it all.
  public var expected: String

  /// What the user can do; empty when that is obvious.
  public var advice: String

  /// Describes an error at a place in a file.
  public init(
    path: String, line: Int? = nil, column: Int? = nil, found: String, expected: String = "",
    advice: String = ""
  ) {
    self.path = path
    self.line = line
    self.column = column
    self.found = found
    self.expected = expected
    self.advice = advice
  }

  /// The whole message on one line.
  public var description: String {
    var text = path
    if let line { text += ":\(line)" }
    if let column { text += ":\(column)" }
    text += ": " + found
    if !expected.isEmpty { text += "; expected " + expected }
    if !advice.isEmpty { text += "; " + advice }
    return text
  }
}
