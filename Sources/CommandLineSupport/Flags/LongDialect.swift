// SPDX-License-Identifier: Apache-2.0

extension CommandDescription {
  /// Splits a command line of long options into options and operands.
  ///
  /// An option that wants a value takes the next argument whatever it looks like; after `--`
  /// everything is an operand.
  func splitLong(
    _ arguments: [String]
  ) throws(CommandError) -> (given: [GivenFlag], operands: [String]) {
    var given: [GivenFlag] = []
    var operands: [String] = []
    var rest = arguments[...]
    while let token = rest.popFirst() {
      if token == "--" {
        operands += rest
        break
      }
      if let mark = TypographicMark.first(in: token), mark.isDash,
        token.unicodeScalars.first == mark.scalar
      {
        throw .usage(
          "'\(token)' begins with \(mark.description), as text copied from a web page does; "
            + "write --\(TypographicMark.flagName(in: token) ?? "")")
      }
      guard token.utf8.first == UInt8(ascii: "-"), token != "-" else {
        operands.append(token)
        continue
      }
      let body = token.utf8.dropFirst(token.hasPrefix("--") ? 2 : 1)
      let written = String(Substring(body.prefix { $0 != UInt8(ascii: "=") }))
      let flag = try longFlag(written, hasValue: !rest.isEmpty || written.utf8.count < body.count)
      var value: String?
      if written.utf8.count < body.count {
        value = String(Substring(body.dropFirst(written.utf8.count + 1)))
      } else if flag.kind != .none {
        value = rest.popFirst()
      }
      if flag.kind != .repeatedText { given.removeAll { $0.name == flag.name } }
      given.append(GivenFlag(name: flag.name, value: value))
    }
    return (given, operands)
  }

  /// The flag that a full or shortened name stands for.
  ///
  /// The original's flags come first, so that what is unambiguous there stays so here; `-h` asks
  /// for help where it cannot mean one of these.
  private func longFlag(_ written: String, hasValue: Bool) throws(CommandError) -> Flag {
    let name = written.lowercased()
    if let exact = flags.first(where: { $0.name.lowercased() == name }) { return exact }
    let matches = name.isEmpty ? [] : flags.filter { $0.name.lowercased().hasPrefix(name) }
    let originals = matches.filter { $0.origin == .original }
    if name == "h", originals.isEmpty || !hasValue, let help = flag(named: "help") { return help }
    let candidates = originals.isEmpty ? matches : originals
    if candidates.count > 1 {
      let names = candidates.map { spelled($0.name) }.joined(separator: " or ")
      throw .usage("\(spelled(written)) is short for \(names); write more of the name")
    }
    guard let flag = candidates.first else { throw unknownFlag(written) }
    return flag
  }
}
