// SPDX-License-Identifier: Apache-2.0

import Foundation

/// What stands between two columns: a regular expression over bytes, in one of three forms.
///
/// Expressions that only spell out bytes, or one byte of a set, are recognised and need no
/// expression engine.
enum Separator {
  /// Exactly these bytes, at least one.
  case literal([UInt8])

  /// One byte of a set or, if `repeats`, as many as follow each other.
  case oneOf(ByteSet, repeats: Bool)

  /// Any other expression, over text as `text(of:)` makes it from bytes.
  case expression(NSRegularExpression)

  /// Reads an expression in Perl's notation, as far as ICU's engine knows it.
  ///
  /// - Throws: What the engine says is wrong with the expression.
  init(pattern: String) throws {
    if let simple = Self.simple(Array(pattern.utf8)) {
      self = simple
      return
    }
    if let letter = Self.unknownEscape(in: pattern) { throw UnknownEscape(letter: letter) }
    // The engine refuses an empty expression, and unlike Perl's takes more than line feeds for ends
    // of lines.
    let text = pattern.isEmpty ? "(?:)" : Self.text(of: pattern.utf8) as String
    self = .expression(
      try NSRegularExpression(pattern: text, options: .useUnixLineSeparators))
  }

  /// Bytes as text in which every byte is one character of one UTF-16 unit.
  ///
  /// Bytes from 128 become symbols from U+2500 on, so that, as in Perl, neither the letters nor the
  /// blanks of an expression match them.
  static func text(of bytes: some Sequence<UInt8>) -> NSString {
    let units = bytes.map { $0 < 0x80 ? UInt16($0) : 0x2480 + UInt16($0) }
    return NSString(characters: units, length: units.count)
  }

  /// An escaped letter that means something to Perl, and that the engine takes for itself.
  struct UnknownEscape: Error, Hashable {
    let letter: Character
  }

  private static func unknownEscape(in pattern: String) -> Character? {
    var rest = pattern[...]
    while let character = rest.popFirst() {
      if character == "\\", let escaped = rest.popFirst(), "CFKLglo".contains(escaped) {
        return escaped
      }
    }
    return nil
  }

  private static func simple(_ pattern: [UInt8]) -> Separator? {
    var atoms: [[UInt8]] = []
    var rest = pattern[...]
    while let byte = rest.first {
      if byte == UInt8(ascii: "+"), atoms.count == 1, rest.count == 1 {
        return .oneOf(ByteSet(atoms[0]), repeats: true)
      }
      guard let atom = atom(&rest) else { return nil }
      atoms.append(atom)
    }
    if atoms.isEmpty { return nil }
    if atoms.allSatisfy({ $0.count == 1 }) { return .literal(atoms.flatMap(\.self)) }
    return atoms.count == 1 ? .oneOf(ByteSet(atoms[0]), repeats: false) : nil
  }

  /// The bytes that the expression's first item stands for, or nil if it is not so simple.
  private static func atom(_ rest: inout ArraySlice<UInt8>) -> [UInt8]? {
    guard let byte = rest.popFirst() else { return nil }
    switch byte {
    case UInt8(ascii: "\\"): return escape(&rest)
    case UInt8(ascii: "["): return set(&rest)
    default: return ".^$*+?(){|".utf8.contains(byte) ? nil : [byte]
    }
  }

  private static func set(_ rest: inout ArraySlice<UInt8>) -> [UInt8]? {
    var members: [UInt8] = []
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "]") where !members.isEmpty: return members
      case UInt8(ascii: "^"), UInt8(ascii: "-"): return nil
      case UInt8(ascii: "[") where rest.first.map { ":.=".utf8.contains($0) } ?? true: return nil
      case UInt8(ascii: "\\"):
        guard let escaped = escape(&rest) else { return nil }
        members += escaped
      default: members.append(byte)
      }
    }
    return nil
  }

  private static func escape(_ rest: inout ArraySlice<UInt8>) -> [UInt8]? {
    guard let byte = rest.popFirst() else { return nil }
    switch byte {
    case UInt8(ascii: "t"): return [0x09]
    case UInt8(ascii: "r"): return [0x0D]
    case UInt8(ascii: "f"): return [0x0C]
    case UInt8(ascii: "x"):
      let digits = String(decoding: rest.prefix(2), as: UTF8.self)
      guard digits.utf8.count == 2, digits.allSatisfy(\.isHexDigit) else { return nil }
      rest = rest.dropFirst(2)
      return UInt8(digits, radix: 16).map { [$0] }
    case UInt8(ascii: "s"): return [0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x20]
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "a")...UInt8(ascii: "z"), 0x80...:
      return nil
    default: return [byte]
    }
  }
}
