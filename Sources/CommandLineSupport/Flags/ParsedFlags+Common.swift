// SPDX-License-Identifier: Apache-2.0

extension ParsedFlags {
  /// A text that must be given and not be empty.
  ///
  /// - Throws: A `CommandError` of status 64 otherwise.
  public func requiredText(_ name: String) throws(CommandError) -> String {
    guard let text = text(name), !text.isEmpty else {
      throw .usage("\(spelled(name)) is missing")
    }
    return text
  }

  /// The value of a path that the tool cannot do without.
  ///
  /// - Throws: A `CommandError` of status 64 when the flag was not given, or has no value.
  public func requiredPath(_ name: String) throws(CommandError) -> String {
    guard let path = text(name) else {
      throw .usage("\(spelled(name)) is missing; \(spelled("help")) lists the flags")
    }
    guard !path.isEmpty else { throw .usage("\(spelled(name)) needs the name of a file") }
    return path
  }

  /// The value of the flag `threads`.
  ///
  /// - Parameter available: The number of threads when the flag was not given.
  /// - Returns: A number from 1 to 1024.
  /// - Throws: A `CommandError` of status 64 for any other number.
  public func threadCount(orElse available: Int) throws(CommandError) -> Int {
    guard let count = integer("threads") else { return available }
    guard (1...1024).contains(count) else {
      throw .usage("\(spelled("threads")) is \(count); give a number from 1 to 1024")
    }
    return count
  }
}
