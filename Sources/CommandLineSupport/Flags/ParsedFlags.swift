// SPDX-License-Identifier: Apache-2.0

/// The flags of a command line, checked and converted.
///
/// Asking for a flag that the tool does not have, or for another kind of value than it wants, is a
/// mistake of the caller and stops the program.
public struct ParsedFlags: Sendable {
  /// What belongs to no flag, in order.
  public let operands: [String]

  /// Whether `strict` was given, and with it the original's reading of values.
  public let isStrict: Bool

  private let description: CommandDescription
  let values: [String: FlagValue]

  init(
    description: CommandDescription, values: [String: FlagValue], operands: [String],
    isStrict: Bool
  ) {
    self.description = description
    self.values = values
    self.operands = operands
    self.isStrict = isStrict
  }

  /// The flag as a user would write it.
  func spelled(_ name: String) -> String { description.spelled(name) }

  /// Whether the flag was given, with or without a value.
  public func isGiven(_ name: String) -> Bool {
    precondition(description.flag(named: name) != nil, "no flag \(name)")
    return values[name] != nil
  }

  /// The value of a text or path; nil when the flag was not given.
  public func text(_ name: String) -> String? {
    guard isGiven(name), let value = values[name] else { return nil }
    guard case .text(let text) = value else { preconditionFailure("-\(name) is not a text") }
    return text
  }

  /// The pieces of a list of texts; nil when the flag was not given.
  public func texts(_ name: String) -> [String]? {
    guard isGiven(name), let value = values[name] else { return nil }
    guard case .texts(let texts) = value else { preconditionFailure("-\(name) is not a list") }
    return texts
  }

  /// A whole number; nil when the flag was not given.
  ///
  /// In the original's dialect it has 32 bits, signed.
  public func integer(_ name: String) -> Int? {
    guard isGiven(name), let value = values[name] else { return nil }
    guard case .integer(let number) = value else { preconditionFailure("-\(name) is no integer") }
    return number
  }

  /// A list of whole numbers; nil when the flag was not given.
  public func integers(_ name: String) -> [Int]? {
    guard isGiven(name), let value = values[name] else { return nil }
    guard case .integers(let list) = value else { preconditionFailure("-\(name) is no such list") }
    return list
  }

  /// A number; nil when the flag was not given.
  public func number(_ name: String) -> Double? {
    guard isGiven(name), let value = values[name] else { return nil }
    guard case .number(let number) = value else { preconditionFailure("-\(name) is no number") }
    return number
  }

  /// A list of numbers; nil when the flag was not given.
  public func numbers(_ name: String) -> [Double]? {
    guard isGiven(name), let value = values[name] else { return nil }
    guard case .numbers(let list) = value else { preconditionFailure("-\(name) is no such list") }
    return list
  }
}
