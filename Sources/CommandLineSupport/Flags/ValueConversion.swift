// SPDX-License-Identifier: Apache-2.0

/// Turns the text after a flag into what the flag wants.
struct ValueConversion {
  /// The flag whose value it is.
  var flag: Flag

  /// The flag as the user would write it.
  var spelled: String

  /// Whether whole numbers have 32 bits rather than 64.
  var isNarrow: Bool

  /// The value of a text that must be entirely what the flag wants.
  ///
  /// - Throws: A `CommandError` of status 64 that names the flag and what is wrong with its value.
  func value(of given: String?) throws(CommandError) -> FlagValue {
    if flag.kind == .none {
      if let given { throw .usage("\(spelled) takes no value, but '\(given)' follows it") }
      return .none
    }
    guard let text = given else {
      throw .usage("\(spelled) needs \(flag.kind.noun) after it: \(spelled) \(flag.placeholder)")
    }
    switch flag.kind {
    case .none: return .none
    case .text, .path: return .text(text)
    case .textList: return .texts(NumberText.pieces(of: text))
    case .repeatedText: return .texts([text])
    case .integer: return .integer(try integer(text, in: text))
    case .wrappingInteger:
      guard NumberText.isInteger(text) else { throw mismatch(text, in: text, "a whole number") }
      return .integer(Int(NumberText.leadingInteger(text)))
    case .number: return .number(try number(text, in: text))
    case .integerList:
      var values: [Int] = []
      for piece in NumberText.pieces(of: text) { values.append(try integer(piece, in: text)) }
      return .integers(values)
    case .numberList:
      var values: [Double] = []
      for piece in NumberText.pieces(of: text) { values.append(try number(piece, in: text)) }
      return .numbers(values)
    }
  }

  /// The value as the original reads it: what cannot be read counts as zero, or is cut off.
  func lenientValue(of text: String) -> FlagValue {
    switch flag.kind {
    case .none: .none
    case .text, .path: .text(text)
    case .textList: .texts(NumberText.pieces(of: text))
    case .repeatedText: .texts([text])
    case .integer, .wrappingInteger: .integer(Int(NumberText.leadingInteger(text)))
    case .number: .number(NumberText.leadingNumber(text))
    case .integerList:
      .integers(NumberText.pieces(of: text).map { Int(NumberText.leadingInteger($0)) })
    case .numberList: .numbers(NumberText.pieces(of: text).map(NumberText.leadingNumber))
    }
  }

  private func integer(_ piece: String, in text: String) throws(CommandError) -> Int {
    guard NumberText.isInteger(piece) else { throw mismatch(piece, in: text, "a whole number") }
    let range = isNarrow ? Int(Int32.min)...Int(Int32.max) : Int.min...Int.max
    guard let value = NumberText.integer(piece), range.contains(value) else {
      throw .usage(
        "\(spelled): '\(piece)' is out of range; "
          + "expected \(range.lowerBound) to \(range.upperBound)")
    }
    return value
  }

  private func number(_ piece: String, in text: String) throws(CommandError) -> Double {
    guard let value = NumberText.number(piece) else { throw mismatch(piece, in: text, "a number") }
    return value
  }

  private func mismatch(_ piece: String, in text: String, _ wanted: String) -> CommandError {
    if let mark = TypographicMark.first(in: text) {
      return .usage(
        "\(spelled): '\(text)' contains \(mark.description), as text copied from a web page does; "
          + "write \(spelled) \(TypographicMark.plain(text))")
    }
    if text.isEmpty { return .usage("\(spelled) needs \(wanted), but its value is empty") }
    let place = piece == text ? "" : " in '\(text)'"
    return .usage("\(spelled): '\(piece)'\(place) is not \(wanted)")
  }
}
