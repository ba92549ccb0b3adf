// SPDX-License-Identifier: Apache-2.0

extension ParsedFlags {
  /// Those of some flags that were given, as arguments in a uniform way of writing.
  ///
  /// - Parameter names: the flags, in the order in which they shall appear.
  /// - Returns: the name of each flag with its dashes, followed by its value if it takes one.
  public func account(of names: [String]) -> [String] {
    names.filter(isGiven).flatMap { name in [spelled(name)] + value(of: name) }
  }

  /// The value of a flag as it would be written on the command line; nothing without one.
  private func value(of name: String) -> [String] {
    switch values[name] ?? FlagValue.none {
    case .none: []
    case .text(let text): [text]
    case .texts(let texts): [texts.joined(separator: ",")]
    case .integer(let number): ["\(number)"]
    case .integers(let numbers): [joined(numbers)]
    case .number(let number): [joined([number])]
    case .numbers(let numbers): [joined(numbers)]
    }
  }

  private func joined<Number: LosslessStringConvertible>(_ numbers: [Number]) -> String {
    numbers.map { number in
      let text = number.description
      return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }.joined(separator: ",")
  }
}
