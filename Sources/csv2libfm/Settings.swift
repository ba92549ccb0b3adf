// SPDX-License-Identifier: Apache-2.0

import CSVConversion
import CommandLineSupport
import FactorizationMachines

/// What a command line asks for.
struct Settings {
  let inputs: [String]
  let fitPath: String?
  let standardInputName: String?
  let reading: CSVTable.Options
  let isReadingGiven: Bool
  let options: EncoderOptions
  let isUnknownGiven: Bool
  let weighting: RowWeighting?
  let counting: EventCounting?
  let relations: [(key: String, prefix: String?)]
  let split: TableSplit?
  let shuffleSeed: UInt64?
  let outputFolder: String?
  let groupsPath: String?
  let encoderFolder: String?
  let savedEncoder: String?
  let isDryRun: Bool
  let isQuiet: Bool
  let threadCount: Int

  init(_ flags: ParsedFlags) throws(CommandError) {
    let arguments = RoleArguments(flags: flags)
    inputs = flags.operands
    fitPath = flags.text("fit")
    standardInputName = flags.text("name")
    isReadingGiven =
      flags.isGiven("no-header") || flags.isGiven("skip-initial-space")
    reading = CSVTable.Options(
      separator: try Self.separator(flags), hasHeader: !flags.isGiven("no-header"),
      skipsInitialSpace: flags.isGiven("skip-initial-space"))
    relations = try Self.relations(arguments)
    counting = try Self.counting(flags, arguments)
    isUnknownGiven = flags.isGiven("unknown")
    weighting = try Self.weighting(flags, arguments)
    options = try Self.options(
      flags, arguments, relations: relations, isCounting: counting != nil)
    split = try Self.split(flags)
    shuffleSeed = flags.integer("shuffle").map { UInt64(bitPattern: Int64($0)) }
    outputFolder = flags.text("out-dir")
    groupsPath = flags.text("groups")
    encoderFolder = flags.text("encoder")
    savedEncoder = flags.text("use-encoder")
    isDryRun = flags.isGiven("dry-run")
    isQuiet = flags.isGiven("quiet")
    threadCount = try flags.threadCount(orElse: WorkerPool.availableProcessors)
    if split != nil, inputs.count > 1 {
      throw .usage("splitting makes two files from one, but \(inputs.count) are given")
    }
    let standardInputCount = inputs.count { $0 == "-" }
    switch (standardInputCount, standardInputName) {
    case (2..., _): throw .usage("standard input can be read once, but '-' is given twice")
    case (1, nil): throw .usage("--name must say what to call the output for standard input")
    case (0, .some): throw .usage("--name is for standard input, but no file is '-'")
    default: break
    }
    if savedEncoder != nil { try Self.checkUseOfSaved(flags) }
  }

  /// Options that a saved encoder settles already.
  private static func checkUseOfSaved(_ flags: ParsedFlags) throws(CommandError) {
    let settled = [
      "fit", "target", "categorical", "numeric", "multi", "date", "ignore", "only-named",
      "min-count", "hash-bits", "missing-as-category", "missing-indicator", "positive",
      "target-transform", "implicit", "relation-for", "offset", "missing", "no-default-missing",
      "split", "split-by", "split-time",
    ]
    if let name = settled.first(where: flags.isGiven) {
      throw .usage("--\(name) cannot be changed with --use-encoder, which settles it")
    }
    if flags.text("unknown") == UnknownPolicy.new.rawValue, !flags.isGiven("encoder") {
      throw .usage(
        "--unknown new extends the encoder; say where to save it with --encoder (the same folder "
          + "will do)")
    }
  }

  private static func separator(_ flags: ParsedFlags) throws(CommandError) -> UInt8? {
    guard let text = flags.text("separator") else { return nil }
    if text == "tab" || text == "\\t" { return UInt8(ascii: "\t") }
    let bytes = Array(text.utf8)
    guard bytes.count == 1, bytes[0] < 0x80, ![0x0A, 0x0D, 0x22].contains(bytes[0]) else {
      throw .usage("--separator: '\(text)' is not one ASCII character or 'tab'")
    }
    return bytes[0]
  }

  private static func options(
    _ flags: ParsedFlags, _ arguments: RoleArguments, relations: [(key: String, prefix: String?)],
    isCounting: Bool
  ) throws(CommandError) -> EncoderOptions {
    var options = EncoderOptions()
    options.roles = RoleArguments.joiningDates(try arguments.roles())
    options.ignoresUnnamed = flags.isGiven("only-named")
    let texts = (flags.texts("missing") ?? []).flatMap { text in
      EscapedText.parts(of: text, separator: ",").map(EscapedText.plain)
    }
    options.missing = MissingValues(
      texts, includesDefaults: !flags.isGiven("no-default-missing"))
    options.unknown = try choice(flags, "unknown", among: UnknownPolicy.self) ?? .ignore
    options.minimumCount = flags.integer("min-count") ?? 1
    guard options.minimumCount >= 1 else { throw .usage("--min-count must be at least 1") }
    options.missingAsCategory = flags.isGiven("missing-as-category")
    options.missingIndicator = flags.isGiven("missing-indicator")
    options.positive = flags.text("positive")
    options.targetTransform =
      try choice(flags, "target-transform", among: TargetTransform.self) ?? .none
    if options.positive != nil, options.targetTransform != .none {
      throw .usage("--positive and --target-transform exclude each other")
    }
    options.allowsMissingTarget = flags.isGiven("allow-missing-target")
    options.firstFeature = flags.integer("offset") ?? 0
    guard (0...1).contains(options.firstFeature) else { throw .usage("--offset must be 0 or 1") }
    for item in arguments.items("implicit") {
      let parts = EscapedText.parts(of: item, separator: ":").map(EscapedText.plain)
      guard parts.count == 2 else { throw .usage("--implicit: '\(item)' is not KEY:ITEMS") }
      options.implicitPairs.append(.init(key: parts[0], items: parts[1]))
    }
    options.relationKeys = relations.map(\.key)
    if !relations.isEmpty, options.unknown == .new {
      throw .usage(
        "--unknown new adds features behind all others, where those of --relation-for are")
    }
    if isCounting {
      guard !flags.isGiven("target") else {
        throw .usage("--count-by makes the count the target; leave --target out")
      }
      options.roles.append(.init(EventCounting.countColumn, .target))
      let named = Set(options.roles.map(\.column))
      for column in arguments.names("count-by") where !named.contains(column) {
        options.roles.append(.init(column, .category))
      }
    }
    return options
  }

  /// What rows count; a column is named as on the command line.
  private static func weighting(
    _ flags: ParsedFlags, _ arguments: RoleArguments
  ) throws(CommandError) -> RowWeighting? {
    let column = arguments.weightColumn
    guard let weight = flags.number("weight-positive") else { return column.map { .column($0) } }
    guard column == nil else {
      throw .usage("--weight and --weight-positive exclude each other")
    }
    guard weight.isFinite, weight >= 0 else {
      throw .usage("--weight-positive must be a finite number, 0 or more")
    }
    return .positiveTargets(weight)
  }

  private static func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ flags: ParsedFlags, _ name: String, among: Choice.Type
  ) throws(CommandError) -> Choice? {
    guard let text = flags.text(name) else { return nil }
    guard let choice = Choice(rawValue: text) else {
      let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
      throw .usage("--\(name): '\(text)' is unknown; give one of \(known)")
    }
    return choice
  }

  private static func relations(
    _ arguments: RoleArguments
  ) throws(CommandError) -> [(key: String, prefix: String?)] {
    var relations: [(key: String, prefix: String?)] = []
    for item in arguments.items("relation-for") {
      let parts = EscapedText.parts(of: item, separator: ":").map(EscapedText.plain)
      guard parts.count <= 2, parts.last != "", !relations.contains(where: { $0.key == parts[0] })
      else { throw .usage("--relation-for: '\(item)' is not KEY or KEY:PREFIX, each key once") }
      relations.append((parts[0], parts.count == 2 ? parts[1] : nil))
    }
    return relations
  }

  private static func counting(
    _ flags: ParsedFlags, _ arguments: RoleArguments
  ) throws(CommandError) -> EventCounting? {
    let columns = arguments.names("count-by")
    guard !columns.isEmpty else {
      for name in ["fill-zeros", "max-rows"] where flags.isGiven(name) {
        throw .usage("--\(name) needs --count-by")
      }
      return nil
    }
    let limit = flags.integer("max-rows") ?? 100_000_000
    guard limit > 0 else { throw .usage("--max-rows must be at least 1") }
    return EventCounting(
      columns: columns, filledColumn: flags.text("fill-zeros"), maximumRowCount: limit)
  }

  private static func split(_ flags: ParsedFlags) throws(CommandError) -> TableSplit? {
    guard ["split", "split-by", "split-time"].contains(where: flags.isGiven) else { return nil }
    var split = TableSplit(.rows)
    if let text = flags.text("split") {
      let parts = text.split(separator: ":", omittingEmptySubsequences: false)
      guard parts.count <= 2, let share = Double(parts[0]), share > 0, share < 1,
        let seed = parts.count == 2 ? UInt64(parts[1]) : 0
      else {
        throw .usage("--split: '\(text)' is not SHARE or SHARE:SEED with SHARE between 0 and 1")
      }
      (split.testShare, split.seed) = (share, seed)
    }
    switch (flags.text("split-by"), flags.text("split-time")) {
    case (.some, .some): throw .usage("--split-by and --split-time exclude each other")
    case (.some(let column), nil): split.rule = .values(column: column)
    case (nil, .some(let column)): split.rule = .time(column: column)
    case (nil, nil): break
    }
    return split
  }
}
