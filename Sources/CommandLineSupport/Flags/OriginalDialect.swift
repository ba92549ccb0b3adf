// SPDX-License-Identifier: Apache-2.0

extension CommandDescription {
  /// Splits a command line into names and values by the original's rules.
  ///
  /// A token that begins with `-` is a name, and the next token its value unless that begins with
  /// `-` as well. Unless strict, a negative number is the value where a number is wanted.
  func splitOriginal(
    _ arguments: [String], isStrict: Bool
  ) throws(CommandError) -> [GivenFlag] {
    var given: [GivenFlag] = []
    var seen: Set<String> = []
    var rest = arguments[...]
    while let token = rest.popFirst() {
      guard token.utf8.first == UInt8(ascii: "-") else { throw notAFlag(token) }
      let name = String(Substring(token.utf8.dropFirst(token.hasPrefix("--") ? 2 : 1)))
      guard seen.insert(name).inserted else {
        throw .usage("flag -\(name) is given twice")
      }
      var value: String?
      if let next = rest.first, isValue(next, of: name, isStrict: isStrict) {
        if !isStrict, let meant = TypographicMark.flagName(in: next), flag(named: meant) != nil {
          throw notAFlag(next)
        }
        value = next
        rest.removeFirst()
      }
      given.append(GivenFlag(name: name, value: value))
    }
    return given
  }

  private func isValue(_ token: String, of name: String, isStrict: Bool) -> Bool {
    guard token.utf8.first == UInt8(ascii: "-") else { return true }
    // An unknown flag takes the number along, so that the report names the flag and not the number.
    if isStrict || !(flag(named: name)?.kind.isNumeric ?? true) { return false }
    let pieces = NumberText.pieces(of: token)
    return !pieces.isEmpty && pieces.allSatisfy { NumberText.number($0) != nil }
  }

  private func notAFlag(_ token: String) -> CommandError {
    if let mark = TypographicMark.first(in: token), mark.isDash,
      token.unicodeScalars.first == mark.scalar
    {
      let name = TypographicMark.flagName(in: token) ?? ""
      return .usage(
        "'\(token)' begins with \(mark.description), as text copied from a web page does; "
          + "write -\(name)")
    }
    return .usage(
      "'\(token)' is neither a flag nor the value of one; flags begin with -, "
        + "and a value that contains blanks needs quotes")
  }
}
