// SPDX-License-Identifier: Apache-2.0

extension CommandDescription {
  /// What a command line asks for.
  public enum Request: Sendable {
    /// Show the help text.
    case help

    /// Show the version.
    case version

    /// Do the work.
    case run(ParsedFlags)
  }

  /// Reads a command line, without the program's name.
  ///
  /// A request for help wins over any mistake in the rest of the line, and so does one for the
  /// version. No argument at all asks for help, unless the tool works without.
  ///
  /// - Throws: A `CommandError` of status 64 that names the first mistake.
  public func parse(_ arguments: [String]) throws(CommandError) -> Request {
    if arguments.isEmpty, !worksWithoutArguments { return .help }
    let isStrict =
      dialect == .original && flag(named: "strict") != nil
      && arguments.contains { $0 == "-strict" || $0 == "--strict" }
    let flags: ParsedFlags
    do {
      let (given, operands) = try split(arguments, isStrict: isStrict)
      if given.contains(where: { $0.name == "help" }) { return .help }
      if given.contains(where: { $0.name == "version" }) { return .version }
      flags = try convert(given, operands: operands, isStrict: isStrict)
    } catch {
      let helpNames = dialect == .original ? ["-help", "--help", "-h"] : ["-help", "--help"]
      if arguments.contains(where: helpNames.contains) { return .help }
      if arguments.contains(where: ["-version", "--version"].contains) { return .version }
      throw error
    }
    return .run(flags)
  }

  private func split(
    _ arguments: [String], isStrict: Bool
  ) throws(CommandError) -> (given: [GivenFlag], operands: [String]) {
    switch dialect {
    case .original: (try splitOriginal(arguments, isStrict: isStrict), [])
    case .long: try splitLong(arguments)
    }
  }

  private func convert(
    _ given: [GivenFlag], operands: [String], isStrict: Bool
  ) throws(CommandError) -> ParsedFlags {
    let unknown = given.map(\.name).filter { flag(named: $0) == nil }
    if let name = unknown.min(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
      throw unknownFlag(name)
    }
    var values: [String: FlagValue] = [:]
    for one in given {
      guard let flag = flag(named: one.name) else { continue }
      let conversion = ValueConversion(
        flag: flag, spelled: spelled(flag.name), isNarrow: dialect == .original)
      let value =
        isStrict && (flag.origin == .original || flag.kind == .none)
        ? conversion.lenientValue(of: one.value ?? "") : try conversion.value(of: one.value)
      if case .texts(let earlier) = values[flag.name], case .texts(let more) = value {
        values[flag.name] = .texts(earlier + more)
      } else {
        values[flag.name] = value
      }
    }
    if !operandCount.contains(operands.count) {
      throw .usage(
        operands.count > operandCount.upperBound
          ? "'\(operands[operandCount.upperBound])' does not belong to an option; \(helpHint)"
          : "too few arguments; \(helpHint)")
    }
    return ParsedFlags(description: self, values: values, operands: operands, isStrict: isStrict)
  }

  /// The error for a name that no flag has.
  func unknownFlag(_ name: String) -> CommandError {
    let bare = name.prefix { $0 != "=" }
    if bare.count < name.count, flag(named: String(bare)) != nil {
      return .usage(
        "unknown flag -\(name); the value follows after a blank: -\(bare) "
          + name.dropFirst(bare.count + 1))
    }
    let suggestion = NearestName(among: flags.map(\.name)).match(for: name)
    let advice = suggestion.map { "did you mean \(spelled($0))?" } ?? helpHint
    return .usage("unknown flag \(spelled(name)); \(advice)")
  }

  /// Where to read on.
  var helpHint: String { "\(spelled("help")) lists the flags" }
}
