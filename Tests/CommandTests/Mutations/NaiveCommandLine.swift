// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport
import Foundation

/// The original's rules for command lines, with and without `-strict`, word by word.
struct NaiveCommandLine {
  enum Outcome: Equatable {
    case help
    case version
    case mistake
    /// The value of each flag, nil where none follows.
    case run([String: String?], isStrict: Bool)
  }

  let command: CommandDescription

  func outcome(_ words: [String]) -> Outcome {
    if words.isEmpty { return .help }
    let isStrict = words.contains { ["-strict", "--strict"].contains($0) }
    let given = values(words, isStrict: isStrict)
    let names: [String] = given.map { Array($0.keys) } ?? words
    if names.contains(where: (given == nil ? ["-help", "--help", "-h"] : ["help"]).contains) {
      return .help
    }
    if names.contains(where: (given == nil ? ["-version", "--version"] : ["version"]).contains) {
      return .version
    }
    let isFine = given?.allSatisfy { isRight($0.key, $0.value, isStrict: isStrict) } ?? false
    if let given, isFine { return .run(given, isStrict: isStrict) }
    if words.contains(where: ["-help", "--help", "-h"].contains) { return .help }
    if words.contains(where: ["-version", "--version"].contains) { return .version }
    return .mistake
  }

  /// Names and values; nil when a word is neither, or a name stands twice.
  private func values(_ words: [String], isStrict: Bool) -> [String: String?]? {
    var values: [String: String?] = [:]
    var index = 0
    while index < words.count {
      let word = words[index]
      guard word.hasPrefix("-") else { return nil }
      let name = String(word.dropFirst(word.hasPrefix("--") ? 2 : 1))
      guard values[name] == nil else { return nil }
      index += 1
      if index < words.count, isValue(words[index], name, isStrict) {
        values[name] = .some(words[index])
        index += 1
      } else {
        values.updateValue(nil, forKey: name)
      }
    }
    return values
  }

  private func isValue(_ word: String, _ name: String, _ isStrict: Bool) -> Bool {
    if !word.hasPrefix("-") { return true }
    let flag = command.flags.first { $0.name == name }
    return !isStrict && flag.map { Self.isNumeric($0.kind) } ?? true && Self.isNumberList(word)
  }

  private func isRight(_ name: String, _ value: String?, isStrict: Bool) -> Bool {
    guard let flag = command.flags.first(where: { $0.name == name }) else { return false }
    if flag.kind == .none { return value == nil || isStrict }
    if isStrict, flag.origin == .original { return true }
    guard let value else { return false }
    switch flag.kind {
    case .integer: return Self.integer(value) != nil
    case .wrappingInteger: return Self.isInteger(value)
    case .number: return Self.number(value) != nil
    case .integerList: return Self.pieces(value).allSatisfy { Self.integer($0) != nil }
    case .numberList: return Self.pieces(value).allSatisfy { Self.number($0) != nil }
    default: return true
    }
  }

  // MARK: Values

  static func pieces(_ text: String) -> [String] {
    text.components(separatedBy: CharacterSet(charactersIn: ",;")).filter { !$0.isEmpty }
  }

  /// A number with nothing but white space around it.
  static func number(_ text: String) -> Double? {
    let word = text.trimmingCharacters(in: CharacterSet(charactersIn: " \t\n\u{B}\u{C}\r"))
    var end: UnsafeMutablePointer<CChar>?
    return word.withCString { start in
      let value = strtod(start, &end)
      return end.map { $0 > UnsafeMutablePointer(mutating: start) && $0.pointee == 0 } ?? false
        && !value.isNaN ? value : nil
    }
  }

  static func isInteger(_ text: String) -> Bool {
    let word = text.trimmingCharacters(in: CharacterSet(charactersIn: " \t\n\u{B}\u{C}\r"))
    let digits = word.hasPrefix("-") || word.hasPrefix("+") ? word.utf8.dropFirst() : word.utf8[...]
    return !digits.isEmpty && digits.allSatisfy { (48...57).contains($0) }
  }

  /// A whole number of 32 bits.
  static func integer(_ text: String) -> Int? {
    guard isInteger(text), let value = number(text), Int32(exactly: value) != nil else {
      return nil
    }
    return Int(value)
  }

  private static func isNumeric(_ kind: ValueKind) -> Bool {
    [.integer, .wrappingInteger, .number, .integerList, .numberList].contains(kind)
  }

  private static func isNumberList(_ text: String) -> Bool {
    let pieces = pieces(text)
    return !pieces.isEmpty && pieces.allSatisfy { number($0) != nil }
  }
}
