// SPDX-License-Identifier: Apache-2.0

/// What a flag wants after its name.
public enum ValueKind: Sendable, Hashable {
  /// Nothing: the flag is a switch.
  case none

  /// Any text, the empty one included.
  case text

  /// The path of a file or folder.
  case path

  /// A whole number; of 32 bits in the original's dialect, of 64 in that of long options.
  case integer

  /// A whole number of which only the lowest 32 bits count, such as a seed.
  case wrappingInteger

  /// A number in any form that C's `strtod` reads.
  case number

  /// Texts separated by `,` or `;`; empty pieces do not count.
  case textList

  /// Any text; of a repeated option all values count, in their order. Only for long options.
  case repeatedText

  /// Whole numbers separated by `,` or `;`; empty pieces do not count.
  case integerList

  /// Numbers separated by `,` or `;`; empty pieces do not count.
  case numberList

  /// Whether the value is a number or a list of numbers.
  var isNumeric: Bool {
    switch self {
    case .none, .text, .path, .textList, .repeatedText: false
    case .integer, .wrappingInteger, .number, .integerList, .numberList: true
    }
  }

  /// What help calls the value when the flag gives no name of its own.
  var placeholder: String {
    switch self {
    case .none: ""
    case .text, .repeatedText: "TEXT"
    case .path: "PATH"
    case .integer, .wrappingInteger: "N"
    case .number: "X"
    case .textList, .integerList, .numberList: "LIST"
    }
  }

  /// What a value of this kind is called in a message.
  var noun: String {
    switch self {
    case .none: "nothing"
    case .text, .repeatedText: "a text"
    case .path: "a path"
    case .integer, .wrappingInteger: "a whole number"
    case .number: "a number"
    case .textList: "a list"
    case .integerList: "a list of whole numbers"
    case .numberList: "a list of numbers"
    }
  }
}
